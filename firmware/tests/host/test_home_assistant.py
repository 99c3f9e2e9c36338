"""What Home Assistant has of a board: by ESPHome's API, beside the streams."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from host_board import HostBoard

from tests.support.child import ROOT
from tests.support.gcam_board import TOKEN, Asked
from tests.support.ports import kept_port
from tests.support.waiting import answered, patience, until

PYTHON = ROOT / ".venv-esphome" / "bin" / "python"
SEEN = Path(__file__).with_name("as_home_assistant.py")


async def seen(port: int, press: str = "") -> dict[str, Any]:
    """By Home Assistant, which may press a button."""
    command = [str(PYTHON), str(SEEN), str(port), *([press] if press else [])]
    async with patience():
        asked = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await asked.communicate()
    assert asked.returncode == 0
    return dict(json.loads(out))


async def claim(port: int) -> Asked:
    asked = Asked(port, TOKEN)
    assert (await asked.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})).status == 204
    return asked


async def test_it_has_sensors_and_the_lamp_and_no_slow_camera(board: HostBoard) -> None:
    with kept_port() as port:
        await board.start(GCAM_HOST_API=str(port))
        assert await seen(port) == {
            "name": "gcam-test",
            "project": "gcam.ai-thinker",
            "entities": {
                "Flash light": "Light",
                "Pictures sent": "Sensor",
                "Pictures skipped": "Sensor",
                "Viewers": "Sensor",
                "Starts": "Sensor",
                "Forget Gcam": "Button",
            },
        }


async def test_a_token_that_was_lost_is_forgotten_by_the_button(board: HostBoard) -> None:
    with kept_port() as port:
        await board.start(GCAM_HOST_API=str(port))
        lost = await claim(board.port)
        await seen(port, "Forget Gcam")
        await answered(lambda: is_unclaimed(lost))
        assert (await lost.ask("GET", "/status")).status == 403
        again = await claim(board.port)
        assert (await again.ask("GET", "/status")).status == 200


async def is_unclaimed(board: Asked) -> bool:
    return not (await board.ask("GET", "/board")).json["claimed"]


async def test_a_token_that_stands_in_its_yaml_is_not(board: HostBoard) -> None:
    with kept_port() as port:
        await board.start(GCAM_HOST_API=str(port), GCAM_HOST_TOKEN=TOKEN)
        owner = Asked(board.port, TOKEN)
        await seen(port, "Forget Gcam")
        await until(lambda: "The token stands in the YAML and can't be forgotten" in board.said)
        assert (await owner.ask("GET", "/status")).status == 200
        assert (await owner.ask("GET", "/board")).json["claimed"] is True
