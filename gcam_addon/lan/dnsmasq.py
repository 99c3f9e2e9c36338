"""Debian's dnsmasq as a child: its file is written and tested by itself before it runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
from collections import deque
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

from gcam_addon.disk.files import write_whole
from gcam_addon.duties import Duties
from gcam_addon.errors import NetworkError, ServerEnded
from gcam_addon.lan.leases import without_names
from gcam_addon.words.reason import because

_SBIN = "/usr/sbin:/sbin:/usr/local/sbin"
_END_S = 3.0
_READY_S = 10.0
_READY = "DHCP, IP range"
_MOST_SAID = 20
_LINE_BYTES = 4096
_log = logging.getLogger(__name__)


class Dnsmasq:
    """Keeps its things in `folder`, which is made. One at a time."""

    def __init__(self, folder: Path, duties: Duties, beyond_path: str = _SBIN) -> None:
        """`beyond_path`: where the program may lie though `PATH` does not say so."""
        self._folder = folder
        self._beyond_path = beyond_path
        self._duties = duties

    @property
    def leases(self) -> Path:
        return self._folder / "leases"

    @property
    def _file(self) -> Path:
        return self._folder / "dnsmasq.conf"

    @property
    def _pid_file(self) -> Path:
        return self._folder / "pid"

    async def prepare(self, text: str, unnamed: Collection[str] = ()) -> None:
        """Write its file and have it tested. `unnamed`: boards whose names were taken back, while it does not
        run. Raises `NetworkError`.
        """
        try:
            await asyncio.to_thread(self._write, text, unnamed)
        except OSError as error:
            raise NetworkError(because("lan_not_written", file=self._file, why=error)) from error
        child = await self._begin("--test")
        said, _ = await child.communicate()
        if child.returncode != 0:
            says = _last(said.decode(errors="replace"))
            raise NetworkError(because("lan_bad_file", file=self._file, says=says))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Server, None]:
        """Entered once it gives addresses away. Raises `NetworkError`."""
        await asyncio.to_thread(self._end_former)
        child = await self._begin("--keep-in-foreground", "--pid-file=", *self._as_whom())
        server = Server(child, self._duties)
        try:
            await asyncio.to_thread(self._pid_file.write_text, str(child.pid))
            await server.until_ready()
            yield server
        finally:
            await server.stop()
            with contextlib.suppress(OSError):
                self._pid_file.unlink(missing_ok=True)

    async def _begin(self, *arguments: str) -> asyncio.subprocess.Process:
        program = shutil.which("dnsmasq") or shutil.which("dnsmasq", path=self._beyond_path)
        if program is None:
            raise NetworkError(because("lan_no_dnsmasq"))
        try:
            return await asyncio.create_subprocess_exec(
                *(program, f"--conf-file={self._file}", f"--dhcp-leasefile={self.leases}", *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={"LC_ALL": "C"},  # what it says is looked at
                limit=_LINE_BYTES,
            )
        except OSError as error:
            raise NetworkError(because("lan_not_started", program=program, why=error)) from error

    def _write(self, text: str, unnamed: Collection[str]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(self._file, text.encode())
        if unnamed and os.access(self.leases, os.R_OK):
            write_whole(self.leases, without_names(self.leases.read_bytes(), unnamed))
        if self.leases.exists() and not os.access(self.leases, os.W_OK):  # of a Gcam that was somebody else
            write_whole(self.leases, self.leases.read_bytes() if os.access(self.leases, os.R_OK) else b"")

    @staticmethod
    def _as_whom() -> tuple[str, ...]:
        """As root it becomes somebody else by itself; an ordinary user stays who they are."""
        return () if os.geteuid() == 0 else ("--user=",)

    def _end_former(self) -> None:
        """One that outlived a Gcam that was killed, by what it was started with. Blocking."""
        try:
            pid = int(self._pid_file.read_text())
            started_with = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return
        if f"--conf-file={self._file}".encode() not in started_with:
            return
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(pid)
            try:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                _log.warning("a dnsmasq of an earlier run was still there, and is ended")
            finally:
                os.close(handle)


class Server:
    """A dnsmasq that runs."""

    def __init__(self, child: asyncio.subprocess.Process, duties: Duties) -> None:
        self._child = child
        self._said: deque[str] = deque(maxlen=_MOST_SAID)
        self._is_ready = asyncio.Event()
        self._hearing = duties.once("words of dnsmasq", self._hear())

    async def until_ready(self) -> None:
        """Raises `ServerEnded`, and `NetworkError` where it does not get that far."""
        try:
            async with asyncio.timeout(_READY_S):
                await self._is_ready.wait()
        except TimeoutError:
            raise NetworkError(because("lan_not_ready", seconds=_READY_S)) from None
        if self._hearing.done():  # it ended, or says nothing any more
            raise self._over()

    async def end(self) -> NoReturn:
        """Waits until it ends by itself. Raises `ServerEnded`."""
        await self._child.wait()
        await asyncio.wait([self._hearing])
        raise self._over()

    async def stop(self) -> None:
        """In order; by force where it does not end."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self._child.send_signal(number)
            try:
                async with asyncio.timeout(_END_S):
                    await self._child.wait()
                    break
            except TimeoutError:
                continue
        await asyncio.wait([self._hearing])

    def _over(self) -> ServerEnded:
        return ServerEnded(because("lan_ended", says=self._said[-1] if self._said else "-"))

    async def _hear(self) -> None:
        """Until it ends, which is `_is_ready` too."""
        assert self._child.stdout is not None
        try:
            async for line in _lines(self._child.stdout):
                self._said.append(_without_name(line))
                _log.debug("dnsmasq: %s", self._said[-1])
                if _READY in line:
                    self._is_ready.set()
        finally:
            self._is_ready.set()


async def _lines(words: asyncio.StreamReader) -> AsyncGenerator[str, None]:
    """However long: a line that is longer than anybody reads comes in pieces."""
    rest = b""
    while data := await words.read(_LINE_BYTES):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace").strip()
        if len(rest) > _LINE_BYTES:
            yield rest.decode(errors="replace")
            rest = b""
    if rest.strip():
        yield rest.decode(errors="replace").strip()


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return _without_name(lines[-1]) if lines else "-"


def _without_name(line: str) -> str:
    return line.strip().removeprefix("dnsmasq: ").strip()
