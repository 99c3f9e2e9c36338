"""`scripts/develop`: the whole house for a person who develops Gcam or its component, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

from tests.support.dashboard import Dashboard
from tests.support.home_assistant import NAME, PASSWORD
from tests.support.house import House, Ports

_FOLDER = Path(__file__).parents[2] / "data" / "develop"
_PORTS = Ports(home_assistant=8123, gcam=8099, broker=18830)
_SCENES = {"Living room": "room-demo", "Garden": "garden-busy"}

_WELCOME = """
  Home Assistant   {home_assistant}/gcam-cameras
  Gcam             {gcam}
  MQTT broker      mqtt://127.0.0.1:{broker}

  Sign in to both as {name} with {password}
  Logs of Home Assistant: {log}
  Ctrl-C ends everything; {folder} keeps it for the next time.
"""


async def develop(arguments: list[str]) -> None:
    """`arguments` go to `gcam run`, whose log is shown."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with House(_FOLDER, _PORTS, _SCENES, *arguments) as house:
        await _make_owner(house)
        await house.join()
        await Dashboard(house.home_assistant).make(
            ("camera.living_room", "camera.garden"), "binary_sensor.living_room_motion"
        )
        _say(
            house.gcam.log
            + _WELCOME.format(
                home_assistant=house.home_assistant.url,
                gcam=house.gcam.url,
                broker=house.broker.port,
                name=NAME,
                password=PASSWORD,
                log=house.home_assistant.log_file,
                folder=_FOLDER,
            )
        )
        try:
            await _show_log(house)
        finally:
            _say("\nEnding everything ...\n")


async def _make_owner(house: House) -> None:
    """Whoever signs in to Gcam's page; the first time only."""
    login = {"name": NAME, "password": PASSWORD}
    async with aiohttp.ClientSession() as http, http.post(f"{house.gcam.url}/api/v1/setup", json=login):
        return


async def _show_log(house: House) -> None:
    shown = len(house.gcam.log)
    while True:
        log = house.gcam.log
        _say(log[shown:])
        shown = len(log)
        await asyncio.sleep(0.2)


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        asyncio.run(develop(sys.argv[1:]))
    except asyncio.CancelledError:
        sys.exit(0)
