"""The boards' firmware as a program of this machine, with what it keeps; `scripts/firmware test` compiles
it.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.child import Child

_COLOURS = re.compile("\x1b\\[[0-9;]*m")


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
