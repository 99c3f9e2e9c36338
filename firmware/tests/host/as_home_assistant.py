"""What Home Assistant is told of a board, asked by its own library in ESPHome's Python: prints it as JSON.

as_home_assistant.py PORT [NAME]      also presses the button of that name
"""

from __future__ import annotations

import asyncio
import json
import sys

from aioesphomeapi import APIClient, ButtonInfo


async def main(port: int, name: str | None) -> None:
    client = APIClient("127.0.0.1", port, None)
    await client.connect(login=True)
    device = await client.device_info()
    entities, _ = await client.list_entities_services()
    for entity in entities:
        if isinstance(entity, ButtonInfo) and entity.name == name:
            client.button_command(entity.key)
    kinds = {entity.name: type(entity).__name__.removesuffix("Info") for entity in entities}
    said = {"name": device.name, "project": device.project_name, "entities": kinds}
    print(json.dumps(said))  # noqa: T201 - its answer
    await client.disconnect()


asyncio.run(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
