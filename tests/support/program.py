"""The real program as a process: started, asked over HTTP, stopped or killed."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import aiohttp

from gcam_addon.access.secret import read_local_secret
from tests.support.child import Child, GcamChild


class Program:
    """`gcam run ARGUMENTS`. Leaving the context ends it in order."""

    def __init__(self, data_dir: Path, *arguments: str, port: int = 0, executed: bool = False) -> None:
        """`port`: where it listens; 0 is any free one, another one each time that it is entered. `executed`:
        as people start it, imports and all.
        """
        self.data_dir = data_dir
        self.url = ""
        self.ingress_port = 0
        """Where it listens for Home Assistant, if told to."""
        self.headers: dict[str, str] = {}
        """What this machine's own programs show instead of signing in."""
        self.environment: dict[str, str] = {}
        self._arguments = arguments
        self._wanted_port = port
        self._is_executed = executed
        self._child: Child | None = None

    async def __aenter__(self) -> Self:
        """Also again, after its end: the same data."""
        self._child = GcamChild(
            *("run", "--listen", f"127.0.0.1:{self._wanted_port}"),
            *self.places(),
            *self._arguments,
            environment=self.environment,
            executed=self._is_executed,
        )
        try:
            await self.until(lambda: "Ctrl-C" in self.log)
        except BaseException:
            await self.end()
            raise
        self.look_again()
        return self

    def look_again(self) -> None:
        """Where it is and how it is asked, by what it said last."""
        self.headers = {"Authorization": f"Bearer {read_local_secret(self.data_dir)}"}
        self.url = self._told("Page") or ""
        ingress = self._told("Ingress")
        self.ingress_port = _port_of(ingress) if ingress else 0

    async def __aexit__(self, *_: object) -> None:
        await self._running.leave(signal.SIGINT)

    def places(self) -> tuple[str, ...]:
        """The arguments that say where things lie."""
        return ("--data", str(self.data_dir))

    @property
    def log(self) -> str:
        """What it said since it was entered."""
        return "" if self._child is None else self._child.said

    @property
    def port(self) -> int:
        return _port_of(self.url)

    def cpu_s(self) -> float:
        """User and system seconds so far."""
        fields = Path(f"/proc/{self._running.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def pid(self) -> int:
        return self._running.pid

    async def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal, wait for the end; the exit status."""
        return await self._running.end(number)

    async def get(self, path: str) -> Any:
        async with (
            aiohttp.ClientSession(headers=self.headers) as session,
            session.get(self.url + path) as response,
        ):
            assert response.status == 200, f"{path}: {response.status}"
            if response.content_type == "application/json":
                return await response.json()
            return await response.read()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The answer's status, and what it says; `path` below `/api/v1/`."""
        async with (
            aiohttp.ClientSession(headers=self.headers) as http,
            http.request(method, f"{self.url}/api/v1/{path}", json=body) as response,
        ):
            return response.status, None if response.status == 204 else await response.json()

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

    async def until(self, wanted: Callable[[], object]) -> None:
        await self._running.until(wanted)

    async def until_connected(self, name: str) -> None:
        """The camera of that name. One that was late, on a slow machine, is told to be back instead."""
        await self.until(lambda: re.search(rf"\[{re.escape(name)}\] (connected|back after)", self.log))

    @property
    def _running(self) -> Child:
        assert self._child is not None, "it is not started"
        return self._child

    def _told(self, what: str) -> str | None:
        """From the lines that say where to look."""
        found: list[str] = re.findall(rf"^  {what} +(\S+)", self.log, re.MULTILINE)
        return found[-1] if found else None


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def write_options(path: Path, **options: object) -> str:
    """An options file; its path as an argument."""
    path.write_text(json.dumps(options))
    return str(path)
