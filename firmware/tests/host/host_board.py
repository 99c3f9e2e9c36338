"""The firmware as a program of this machine: compiled once, started as often as a test wants."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.child import ROOT, Child

HERE = Path(__file__).parent
_ESPHOME = ROOT / ".venv-esphome" / "bin" / "esphome"
_SANITIZED = {
    "CC": "gcc -fsanitize=address,undefined -fno-sanitize-recover=all",
    "CXX": "g++ -fsanitize=address,undefined -fno-sanitize-recover=all -g",
}
_COLOURS = re.compile("\x1b\\[[0-9;]*m")


UPDATES_AT = 8266
"""Of a sanitized board, which says so where it is: see updatable.yaml."""


def compiled(*, sanitized: bool = False) -> Path:
    """The program; in a second where nothing has changed. One test process at a time builds."""
    data = HERE / (".esphome-sanitized" if sanitized else ".esphome")
    data.mkdir(exist_ok=True)
    environment = {**os.environ, "ESPHOME_DATA_DIR": str(data), **(_SANITIZED if sanitized else {})}
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [_ESPHOME, "compile", HERE / ("updatable.yaml" if sanitized else "board.yaml")]
        built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-6000:] + built.stderr[-2000:]
    return data / "build" / "gcam-test" / ".pioenvs" / "gcam-test" / "program"


@dataclass
class HostBoard:
    """One board with what it keeps. `environment`: see board_host.cpp and gcam_host_camera.cpp."""

    program: Path
    keeps: Path
    pictures: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    child: Child | None = None

    async def start(self, **changed: str) -> None:
        environment = {
            "ESPHOME_PREFDIR": str(self.keeps),
            "GCAM_HOST_PICTURES": str(self.pictures),
            "GCAM_HOST_PORT": str(self.port),
            "GCAM_HOST_PUSH": "",
            **self.environment,
            **changed,
        }
        self.child = Child(self.program, environment=environment, folder=self.keeps)
        await self.child.until(lambda: "setup() finished" in self.said)
        found = re.search(r"Listening on port (\d+)", self.said)
        assert found, self.said
        self.port = int(found[1])

    @property
    def said(self) -> str:
        assert self.child is not None
        return _COLOURS.sub("", self.child.said)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """By that signal; what it keeps stays."""
        assert self.child is not None
        await self.child.end(number)
        self.child = None

    async def restart(self, number: signal.Signals = signal.SIGTERM, **changed: str) -> None:
        await self.end(number)
        await self.start(**changed)
