"""Sound of cameras as AAC: theirs as it is, anything else encoded. Blocking, and quick; one thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from gcam_addon.bitstream.tracks import sound_of
from gcam_addon.model import SAMPLES, Sound

_MOST_RATE: Final = 48_000
_BITS_PER_SAMPLE: Final = 3
_GAP_S: Final = 0.1
Timed = tuple[bytes, float | None]
"""A unit, and when by the camera's clock."""


class Copied:
    """The camera's own AAC."""

    def __init__(self, sound: Sound) -> None:
        self.sound = sound

    def feed(self, packet: av.Packet[AudioStream]) -> Sequence[Timed]:
        return [(bytes(packet), _seconds(packet))]


class Encoded:
    """PCM, G.711, G.72x, Opus and whatever else libav decodes. Raises `av.FFmpegError` and `ValueError`
    where it does not.
    """

    def __init__(self, stream: AudioStream) -> None:
        self._decoder = stream.codec_context
        rate = min(self._decoder.sample_rate or 8000, _MOST_RATE)
        layout = "mono" if (self._decoder.channels or 1) == 1 else "stereo"
        encoder = av.CodecContext.create("aac", "w")
        assert isinstance(encoder, AudioCodecContext)
        encoder.sample_rate, encoder.layout, encoder.format = rate, layout, "fltp"
        encoder.time_base = Fraction(1, rate)
        encoder.bit_rate = _BITS_PER_SAMPLE * rate * (1 if layout == "mono" else 2)
        encoder.open()
        self._encoder, self._rate = encoder, rate
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate, frame_size=SAMPLES)
        self._count = self._encoded_count = 0
        self._begin_s: float | None = None
        self.sound = Sound(rate, 1 if layout == "mono" else 2, bytes(encoder.extradata or b""))

    def feed(self, packet: av.Packet[AudioStream]) -> Sequence[Timed]:
        """What is ready of it."""
        try:
            return list(self._encoded(packet))
        except av.FFmpegError:  # a piece that is damaged is silence
            return ()

    def _encoded(self, packet: av.Packet[AudioStream]) -> Iterator[Timed]:
        at_s = _seconds(packet)
        for frame in self._decoder.decode(packet):
            self._place(at_s)
            at_s = None if at_s is None else at_s + frame.samples / frame.sample_rate
            self._count += frame.samples * self._rate // frame.sample_rate
            frame.pts = None
            for whole in self._resampler.resample(frame):
                whole.pts, whole.time_base = self._encoded_count, Fraction(1, self._rate)
                self._encoded_count += whole.samples
                yield from self._units(whole)

    def _place(self, at_s: float | None) -> None:
        """On the camera's clock; what is lost on the way leaves a gap."""
        if at_s is None:
            return
        begin_s = at_s - self._count / self._rate
        if self._begin_s is None or abs(begin_s - self._begin_s) > _GAP_S:
            self._begin_s = begin_s

    def _units(self, frame: Any) -> Iterator[Timed]:
        for unit in self._encoder.encode(frame):
            after_s = _seconds(unit)  # counts the encoder's delay
            at = None if self._begin_s is None or after_s is None else self._begin_s + after_s
            yield bytes(unit), at


def sound_from(stream: AudioStream) -> Copied | Encoded | None:
    """None where it is in a form that can't be had as AAC."""
    known = sound_of(stream)
    if known is not None:
        return Copied(known)
    try:
        return Encoded(stream)
    except (av.FFmpegError, ValueError):
        return None


def _seconds(packet: av.Packet[AudioStream]) -> float | None:
    return None if packet.pts is None or not packet.time_base else float(packet.pts * packet.time_base)
