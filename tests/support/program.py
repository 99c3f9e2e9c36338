"""The real program as a process: started, asked over HTTP, stopped or killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import aiohttp

from gcam_addon.access.secret import read_local_secret


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Program:
    """`gcam run ARGUMENTS` on free ports. Leaving the context ends it in order."""

    def __init__(self, data_dir: Path, *arguments: str, port: int | None = None) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.log = ""
        self.ingress_port = 0
        """Where it listens for Home Assistant, if told to."""
        self.headers: dict[str, str] = {}
        """What this machine's own programs show instead of signing in."""
        self.environment: dict[str, str] = {}
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Also again, after its end: the same port and data."""
        self.log = ""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gcam_addon", "run", "--listen", f"127.0.0.1:{self.port}"),
            *self.places(),
            *self._arguments,
            env={**os.environ, **self.environment},
            stderr=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it: a second signal would end it at once
        )
        self._reading = asyncio.create_task(self._read())
        await self.until(lambda: "Ctrl-C" in self.log)
        self.headers = {"Authorization": f"Bearer {read_local_secret(self.data_dir)}"}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    def places(self) -> tuple[str, ...]:
        """The arguments that say where things lie."""
        return ("--data", str(self.data_dir))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """User and system seconds so far."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal, wait for the end; the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        status = await asyncio.wait_for(self._process.wait(), 30)
        assert self._reading is not None
        await self._reading
        return status

    async def get(self, path: str) -> Any:
        async with (
            aiohttp.ClientSession(headers=self.headers) as session,
            session.get(self.url + path) as response,
        ):
            assert response.status == 200, f"{path}: {response.status}"
            if response.content_type == "application/json":
                return await response.json()
            return await response.read()

    async def end_sessions(self, name: str) -> None:
        """Sign somebody out everywhere."""
        people = (await self.get("/api/v1/people"))["people"]
        (person,) = [one["id"] for one in people if one["name"] == name]
        http = aiohttp.ClientSession(self.url, headers=self.headers)
        async with http, http.delete(f"/api/v1/people/{person}/sessions") as response:
            assert response.status == 204

    async def clips(self) -> list[dict[str, Any]]:
        """Newest first."""
        return list((await self.get("/api/v1/clips"))["clips"])

    async def state(self, camera_id: str) -> dict[str, Any]:
        return dict((await self.get(f"/api/v1/cameras/{camera_id}"))["state"])

    async def until(self, wanted: Callable[[], bool], timeout_s: float = 60.0) -> None:
        end_s = time.monotonic() + timeout_s
        while not wanted():
            assert time.monotonic() < end_s, f"not within {timeout_s} s:\n{self.log}"
            assert self._process is not None
            assert self._process.returncode is None, f"it ended:\n{self.log}"
            await asyncio.sleep(0.05)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log += line.decode()


def write_options(path: Path, **options: object) -> str:
    """An options file; its path as an argument."""
    path.write_text(json.dumps(options))
    return str(path)
