"""The Raspberry Pi's own camera: `rpicam-vid` makes JPEGs of it, as a child process.

Its Python bindings are bound to the system's interpreter: the program is what works everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
from collections import deque
from collections.abc import AsyncGenerator
from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.sources.timeline import Rising
from gcam_addon.wire.address import PiAddress, parse
from gcam_addon.wire.multipart import MultipartParser
from gcam_addon.words.reason import because

_PROGRAMS: Final = ("rpicam-vid", "libcamera-vid")
"""The newer name first; older systems have the other."""
_SIZE: Final = "1280x720"
_FPS: Final = 15.0
_QUALITY: Final = 80
_READ_BYTES: Final = 256 * 1024
_MOST_SAID: Final = 20
_LONGEST_LINE: Final = 500
_END_S: Final = 2.0


class PiSource:
    """Implements `interfaces.Source`. Raises ConfigError for any other address."""

    def __init__(self, settings: SourceSettings, clock: Clock, duties: Duties) -> None:
        address = parse(settings.url)
        if not isinstance(address, PiAddress):
            raise ConfigError(because("no_pi", address=address), field="source.url")
        self._address = address
        self._settings = settings
        self._clock = clock
        self._duties = duties
        self._parser = MultipartParser()
        self._unreadable = 0
        self._times = Rising()

    @property
    def dropped(self) -> int:
        return self._parser.dropped + self._unreadable

    async def units(self) -> AsyncGenerator[Unit, None]:
        child = await self._started()
        assert child.stderr is not None
        said: deque[str] = deque(maxlen=_MOST_SAID)
        hearing = self._duties.once(f"words of {self._address}", _hear(child.stderr, said))
        try:
            while data := await self._read(child):
                for picture in self._parser.feed(data):
                    unit = self._unit_of(picture)
                    if unit is not None:
                        yield unit
        finally:
            await _ended(child)
            await hearing
        raise self._why(said)

    async def _started(self) -> asyncio.subprocess.Process:
        program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
        if program is None:
            raise Unreachable(because("pi_no_program"))
        width, _, height = (self._settings.capture_size or _SIZE).partition("x")
        return await asyncio.create_subprocess_exec(
            *(program, "--camera", str(self._address.number), "--nopreview", "--timeout", "0"),
            *("--codec", "mjpeg", "--quality", str(_QUALITY), "--width", width, "--height", height),
            *("--framerate", f"{self._settings.capture_fps or _FPS:g}", "--flush", "--output", "-"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_READ_BYTES,
        )

    async def _read(self, child: asyncio.subprocess.Process) -> bytes:
        assert child.stdout is not None
        seconds = self._settings.stall_timeout_s
        try:
            async with asyncio.timeout(seconds):
                return await child.stdout.read(_READ_BYTES)
        except TimeoutError:
            raise Stalled(because("device_hangs", device=self._address, seconds=seconds)) from None

    def _unit_of(self, picture: bytes) -> Unit | None:
        size = jpeg.size_of(picture)
        if size is None:
            self._unreadable += 1
            return None
        now_s = self._clock.monotonic()
        at_s = self._times.next(now_s)
        return jpeg_unit(picture, at_s, self._clock.wall() + (at_s - now_s), size)

    def _why(self, said: deque[str]) -> SourceError:
        told = " ".join(said)
        if "no cameras available" in told.lower():
            return Unreachable(because("pi_no_camera"))
        if "in use" in told.lower():
            return Unreachable(because("device_busy", device=self._address))
        return Unreachable(because("pi_ended", says=said[-1] if said else "-"))


async def _hear(words: asyncio.StreamReader, said: deque[str]) -> None:
    """Keeps the last lines: a child whose words nobody takes would wait for that."""
    rest = ""
    while data := await words.read(_READ_BYTES):
        *lines, rest = (rest + data.decode(errors="replace")).replace("\r", "\n").split("\n")
        said.extend(line.strip() for line in lines if line.strip())
        rest = rest[-_LONGEST_LINE:]
    if rest.strip():
        said.append(rest.strip())


async def _ended(child: asyncio.subprocess.Process) -> None:
    """In order, so that the camera is free for the next one; by force where it does not end."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)
        try:
            async with asyncio.timeout(_END_S):
                await child.wait()
                return
        except TimeoutError:
            continue
