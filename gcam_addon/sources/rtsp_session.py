"""One RTSP connection as libav reads it, on a thread of its own: opened, read to its end, closed there.

libav's exceptions say little, and of another address: none leaves this module.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from gcam_addon.bitstream.tracks import video_of
from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, Unreachable
from gcam_addon.model import Codec, Size, Tracks, Unit, Video
from gcam_addon.sources.handover import MOST_WAITING
from gcam_addon.sources.rtsp_pictures import Packet, Picture, Pictures
from gcam_addon.sources.rtsp_problems import Stage, problem_of
from gcam_addon.sources.rtsp_sound import Copied, Encoded, sound_from
from gcam_addon.sources.timeline import TimeLine
from gcam_addon.wire.address import RtspAddress
from gcam_addon.words.reason import because

_BURST_S = 0.02
"""What comes this soon after the one before was held back until the connection was ready."""
_MOST_EARLY: Final = 60
_MOST_EARLY_SOUNDS: Final = MOST_WAITING - _MOST_EARLY
"""With them as many as who takes them has room for."""
INTER: Final = frozenset(codec.value for codec in Codec if codec.is_inter)
_TICK_S = 1e-6  # units that came at the same moment are told apart by this


@dataclass(frozen=True, slots=True)
class _Heard:
    data: bytes
    media_s: float | None
    arrival_s: float


class RtspSession:
    """`run` on a thread; it returns once `close` was called and nothing comes any more. All else from
    anywhere. `url` is what libav opens, `address` what people are told. `opened` is called once the camera
    describes what it sends, and was asked to send it.
    """

    def __init__(
        self,
        address: RtspAddress,
        url: str,
        settings: SourceSettings,
        clock: Clock,
        *,
        put: Callable[[Unit], None],
        opened: Callable[[], None],
    ) -> None:
        self._address = address
        self._url = url
        self._settings = settings
        self._clock = clock
        self._put = put
        self._opened_now = opened
        self._closing = threading.Event()
        self._line, self._sound_line = TimeLine(), TimeLine()
        self._last_s = float("-inf")
        self._early: list[Picture] | None = []
        self._early_sounds: deque[_Heard] = deque(maxlen=_MOST_EARLY_SOUNDS)
        self.pictures = self.sounds = 0
        """Packets that came, usable or not."""
        self.dropped = 0

    def close(self) -> None:
        self._closing.set()

    def run(self) -> None:
        """Raises `SourceError` for whatever ends the connection but `close`."""
        with self._opened() as container, self._translated("reading"):
            self._opened_now()
            self._read(container)
        if not self._closing.is_set():
            raise Unreachable(because("connection_closed", address=self._address))

    @contextmanager
    def _opened(self) -> Iterator[InputContainer]:
        with self._translated("opening"):
            container = av.open(
                self._url,
                options=dict(options_for(self._settings)),
                timeout=(self._settings.connect_timeout_s, None),
            )
        try:
            yield container
        finally:
            with self._translated("closing"):
                container.close()

    @contextmanager
    def _translated(self, stage: Stage) -> Iterator[None]:
        """Once closed, nobody wants to know what went wrong."""
        began_s, problem = time.monotonic(), None
        try:
            yield
        except (av.FFmpegError, OSError, ValueError) as error:  # `SourceError` is none of them
            if self._closing.is_set() and stage != "opening":
                return
            if stage == "reading" and not self.pictures:
                stage = "awaiting"
            took_s = time.monotonic() - began_s
            problem = problem_of(error, stage, self._address, self._settings, took_s)
        if problem is not None:
            raise problem

    def _read(self, container: InputContainer) -> None:
        stream, video = self._video(container)
        voices = container.streams.audio
        sound = sound_from(voices[0]) if voices else None
        pictures = Pictures(video, None if sound is None else sound.sound)
        for packet in container.demux():
            if self._closing.is_set():
                return
            if not packet.size:
                continue
            if packet.stream_index == stream.index:
                self.pictures += 1
                for picture in pictures.feed(self._packet(packet)):
                    self._place(picture)
                self.dropped = pictures.dropped
            elif sound is not None and packet.stream_index == voices[0].index:
                self.sounds += 1
                self._hear(sound, packet, pictures)

    def _video(self, container: InputContainer) -> tuple[VideoStream, Video]:
        """Where the camera's description leaves out how large its pictures are, the first key tells."""
        if not container.streams.video:
            address = self._address
            if container.streams.audio:
                raise ProtocolError(because("rtsp_sound_only", address=address))
            raise ProtocolError(because("rtsp_nothing", address=address))
        stream = container.streams.video[0]
        context = stream.codec_context
        try:
            if context.name in INTER and not (context.width and context.height):
                return stream, Video(Codec(context.name), Size(0, 0))
            return stream, video_of(stream)
        except ProtocolError as error:
            raise ProtocolError(because("camera_protocol", address=self._address, why=error)) from None

    def _packet(self, packet: av.Packet[Any]) -> Packet:
        base = float(packet.time_base) if packet.time_base else 0.0
        return Packet(
            bytes(packet),
            packet.pts * base if packet.pts is not None and base else None,
            packet.dts * base if packet.dts is not None and base else None,
            (packet.duration or 0) * base,
            packet.is_keyframe,
            self._clock.monotonic(),
        )

    def _place(self, picture: Picture) -> None:
        """The first ones come in one go, and so late: they wait for one that does not, and so does sound."""
        early = self._early
        if early is None:
            self._show(picture)
            return
        early.append(picture)
        is_burst = len(early) < 2 or picture.arrival_s - early[-2].arrival_s < _BURST_S
        if is_burst and len(early) < _MOST_EARLY:
            return
        self._early = None
        self._line.begin([(one.media_s, one.arrival_s) for one in early])
        for one in early:
            self._show(one)
            for heard, at_s in self._heard_before(self._last_s):
                if one is not early[0]:
                    self._put_sound(heard, at_s, one.tracks)
        for heard, at_s in self._heard_before(math.inf):
            self._put_sound(heard, at_s, picture.tracks)

    def _heard_before(self, until_s: float) -> Iterator[tuple[_Heard, float]]:
        """Of what came before there was a line of time."""
        sounds = self._early_sounds
        while sounds and (at_s := self._heard_at(sounds[0])) < until_s:
            yield sounds.popleft(), at_s

    def _show(self, picture: Picture) -> None:
        at_s = self._line.at(picture.media_s, picture.arrival_s)
        if picture.is_key:
            at_s = max(at_s, self._last_s + _TICK_S)
        self._last_s = max(self._last_s, at_s)
        self._put(Unit(picture.data, at_s, self._wall(at_s), picture.tracks, is_key=picture.is_key))

    def _hear(self, sound: Copied | Encoded, packet: av.Packet[Any], pictures: Pictures) -> None:
        arrival_s = self._clock.monotonic()
        for data, media_s in sound.feed(packet):
            heard = _Heard(data, media_s, arrival_s)
            if self._early is None:
                self._put_sound(heard, self._heard_at(heard), pictures.tracks)
            else:
                self._early_sounds.append(heard)

    def _heard_at(self, heard: _Heard) -> float:
        at_s = self._line.beside(heard.media_s, heard.arrival_s)
        return self._sound_line.at(heard.media_s, heard.arrival_s) if at_s is None else at_s

    def _put_sound(self, heard: _Heard, at_s: float, tracks: Tracks) -> None:
        self._put(Unit(heard.data, at_s, self._wall(at_s), tracks, is_sound=True))

    def _wall(self, at_s: float) -> float:
        return self._clock.wall() + (at_s - self._clock.monotonic())


def options_for(settings: SourceSettings) -> Mapping[str, str]:
    """Libav's. `timeout` is that of every wait for bytes; the time that it takes to open has a limit of its
    own, and reading has none: PyAV's costs three times what reading does.
    """
    return {
        "rtsp_transport": settings.rtsp_transport.value,
        "timeout": str(int((settings.stall_timeout_s + 1.0) * 1e6)),
        "analyzeduration": "1",
        "allowed_media_types": "video+audio",
    }
