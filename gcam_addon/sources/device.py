"""A webcam of this machine (V4L2): its JPEGs as they come, and JPEGs made of raw pictures where it has none.

libav reads, on a thread: nothing else knows every driver. A device that hangs can't be interrupted; its
thread is left, and ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import threading
from collections.abc import AsyncGenerator, Iterator, Mapping
from functools import lru_cache
from typing import Final

import av
import cv2
import numpy as np
from av.container import InputContainer

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.picture.pixels import encoded
from gcam_addon.sources.threaded import ThreadedRun, Words
from gcam_addon.sources.timeline import Rising
from gcam_addon.wire.address import DeviceAddress, parse
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)

_QUALITY: Final = 85
_END_S: Final = 2.0
"""So long a device is waited for that is to be closed."""
_TIMED_S: Final = 1.0
"""A device's time that is further away is of another clock."""


class DeviceSource:
    """Implements `interfaces.Source` for a webcam. Raises ConfigError for any other address."""

    def __init__(self, settings: SourceSettings, clock: Clock, duties: Duties) -> None:
        address = parse(settings.url)
        if not isinstance(address, DeviceAddress):
            raise ConfigError(because("no_device", address=address), field="source.url")
        self._address = address
        self._settings = settings
        self._clock = clock
        self._duties = duties
        self._reading: _Reading | None = None
        self._dropped_before = 0

    @property
    def dropped(self) -> int:
        return self._dropped_before + (self._reading.dropped if self._reading else 0)

    async def units(self) -> AsyncGenerator[Unit, None]:
        reading = self._reading = _Reading(self._address, self._settings, self._clock)
        self._duties.thread(f"device {self._address}", reading.thread.read).start()
        try:
            while True:
                yield await reading.thread.next()
                reading.thread.wait(self._settings.stall_timeout_s)
        finally:
            self._dropped_before += reading.dropped
            self._reading = None
            await reading.end()


class _Reading:
    """One opening of the device."""

    def __init__(self, address: DeviceAddress, settings: SourceSettings, clock: Clock) -> None:
        self._address = address
        self._settings = settings
        self._clock = clock
        self._closing = threading.Event()
        self._torn = 0
        self._times = Rising()
        seconds = settings.stall_timeout_s
        words = Words(
            lambda: Unreachable(because("device_pulled", device=address)),
            lambda: Stalled(because("device_hangs", device=address, seconds=seconds)),
        )
        self.thread = ThreadedRun(self._read, words, seconds)

    @property
    def dropped(self) -> int:
        return self._torn + self.thread.dropped

    async def end(self) -> None:
        self.thread.forget()
        self._closing.set()
        with contextlib.suppress(TimeoutError):  # it hangs: whoever opens it next is told that it is busy
            async with asyncio.timeout(_END_S):
                await self.thread.gone()

    def _read(self) -> None:
        try:
            with self._opened() as container:
                for data, device_s in _pictures(container, self._address, self._closing):
                    self._take(data, device_s)
        except (av.FFmpegError, OSError, ValueError) as error:  # `SourceError` is none of them
            raise self._translated(error) from None

    def _opened(self) -> InputContainer:
        """Where it has no JPEGs, with what it has."""
        wanted: dict[str, str] = {}
        if self._settings.capture_size is not None:
            wanted["video_size"] = self._settings.capture_size
        if self._settings.capture_fps is not None:
            wanted["framerate"] = f"{self._settings.capture_fps:g}"
        try:
            return self._open({**wanted, "input_format": "mjpeg"})
        except (av.FFmpegError, OSError, ValueError) as error:
            if getattr(error, "errno", None) != errno.EINVAL:
                raise
        return self._open(wanted)

    def _open(self, options: Mapping[str, str]) -> InputContainer:
        return av.open(str(self._address.path), format="v4l2", options=dict(options))

    def _take(self, data: bytes, device_s: float | None) -> None:
        size = jpeg.size_of(data)
        if size is None:
            self._torn += 1
            return
        now_s, now_at = self._clock.monotonic(), self._clock.wall()
        is_timed = device_s is not None and abs(device_s - now_s) < _TIMED_S
        at_s = self._times.next(device_s if is_timed and device_s is not None else now_s)
        self.thread.put(jpeg_unit(data, at_s, now_at + (at_s - now_s), size))

    def _translated(self, error: Exception) -> SourceError:
        device = self._address
        match getattr(error, "errno", None):
            case errno.EBUSY:
                return Unreachable(because("device_busy", device=device))
            case errno.EACCES | errno.EPERM:
                return Unreachable(because("device_denied", device=device))
            case errno.ENOENT:
                return Unreachable(because("device_gone", device=device))
            case errno.ENODEV | errno.ENXIO | errno.EIO:
                return Unreachable(because("device_pulled", device=device))
            case errno.ENOTTY | errno.EINVAL:
                return ProtocolError(because("device_no_camera", device=device))
            case _:
                return Unreachable(because("device_failed", device=device, why=str(error)))


def _pictures(
    container: InputContainer, device: DeviceAddress, closing: threading.Event
) -> Iterator[tuple[bytes, float | None]]:
    """JPEGs, empty where one is torn, and when by the device's clock, in seconds."""
    if not container.streams.video:
        raise OSError(errno.ENOTTY, "no video")
    stream = container.streams.video[0]
    is_jpeg = stream.codec_context.name == "mjpeg"
    if not is_jpeg:
        codec = stream.codec_context
        what = codec.pix_fmt if codec.name == "rawvideo" else codec.name
        _log.info("%s sends no JPEGs: Gcam makes them of its pictures (%s)", device, what)
    for packet in container.demux(stream):
        if closing.is_set():
            return
        at_s = float(packet.pts * packet.time_base) if packet.pts is not None and packet.time_base else None
        if not packet.size:
            yield b"", at_s  # the driver says that it is torn
        elif is_jpeg:
            yield with_tables(jpeg.mended(bytes(packet))), at_s
        else:
            for frame in packet.decode():
                yield encoded(frame.to_ndarray(format="bgr24"), _QUALITY), at_s


def with_tables(picture: bytes) -> bytes:
    """Many webcams leave the Huffman tables out, which then are the standard's: browsers need them."""
    scan = jpeg.find_scan(picture, len(picture))
    if scan < 0 or b"\xff\xc4" in picture[:scan]:
        return picture
    return picture[:scan] + _standard_tables() + picture[scan:]


@lru_cache(maxsize=1)
def _standard_tables() -> bytes:
    """As any encoder writes them that does not make its own."""
    _, data = cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))
    plain = data.tobytes()
    tables, at = b"", plain.find(b"\xff\xc4")
    while at >= 0:
        end = at + 2 + int.from_bytes(plain[at + 2 : at + 4], "big")
        tables += plain[at:end]
        at = plain.find(b"\xff\xc4", end)
    return tables
