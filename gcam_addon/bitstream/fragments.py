"""Units as fragmented MP4, for Media Source Extensions: a fragment is whole with its unit; libavformat's
muxer waits for the next one, and for the other track. What stands before the first is libavformat's.

See ISO/IEC 14496-12, 8.8 (movie fragments).
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import av

from gcam_addon.bitstream.times import TICKS, Order, Succession
from gcam_addon.bitstream.tracks import add_video, templates
from gcam_addon.model import SAMPLES, Codec, Tracks, Unit

VIDEO_TRACK: Final = 1
SOUND_TRACK: Final = 2
_KEY_FLAGS: Final = 0x02000000
_OTHER_FLAGS: Final = 0x01010000
_USUAL_S: Final = 1 / 15


def opening(tracks: Tracks) -> bytes:
    """The init segment; pictures count `TICKS`, sound its samples. Raises `av.FFmpegError`, `ValueError`."""
    sink = io.BytesIO()
    options = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(TICKS)}
    with templates(tracks) as like, av.open(sink, "w", format="mp4", options=options) as output:
        add_video(output, like.video, tracks.video.orientation).time_base = Fraction(1, TICKS)
        if like.sound is not None:
            output.add_stream_from_template(like.sound)
        output.start_encoding()
        return sink.getvalue()


def codecs_of(tracks: Tracks) -> str:
    """As Media Source Extensions want it, such as `avc1.42C01F,mp4a.40.2` (RFC 6381)."""
    video, sound = tracks.video, tracks.sound
    name = _avc(video.setup) if video.codec is Codec.H264 else _hevc(video.setup)
    return name if sound is None else f"{name},mp4a.40.{sound.setup[0] >> 3}"


def _avc(avcc: bytes) -> str:
    return f"avc1.{avcc[1]:02X}{avcc[2]:02X}{avcc[3]:02X}"


def _hevc(hvcc: bytes) -> str:
    """ISO/IEC 14496-15, annex E.3."""
    profile, tier = hvcc[1] & 31, "H" if hvcc[1] & 32 else "L"
    space = ("", "A", "B", "C")[hvcc[1] >> 6]
    compatible = int(f"{int.from_bytes(hvcc[2:6]):032b}"[::-1], 2)
    constraints = "".join(f".{byte:X}" for byte in hvcc[6:12].rstrip(b"\0"))
    return f"hvc1.{space}{profile}.{compatible:X}.{tier}{hvcc[12]}{constraints}"


class Fragments:
    """One viewer's: units of one `Tracks` in, fragments out; the first unit is a key. `reorders`: pictures
    may be shown in another order than decoded.
    """

    def __init__(self, first: Unit, *, reorders: bool) -> None:
        self._order = Order(first.pts_s, reorders=reorders)
        self._rate = first.tracks.sound.rate if first.tracks.sound else 0
        self._sounds = Succession(Fraction(SAMPLES), self._rate // 20)
        self._number = 0
        self._decoded = -1
        self._usual = round(_USUAL_S * TICKS)

    def of(self, unit: Unit) -> bytes:
        """Empty for sound from before the first picture."""
        return self._sound(unit) if unit.is_sound else self._picture(unit)

    def _picture(self, unit: Unit) -> bytes:
        before, (self._decoded, shown) = self._decoded, self._order.next(unit.pts_s)
        if before >= 0 and self._decoded - before < TICKS:
            self._usual = self._decoded - before
        flags, shift = _KEY_FLAGS if unit.is_key else _OTHER_FLAGS, shown - self._decoded
        return self._fragment(
            VIDEO_TRACK, self._decoded, unit.data, length=self._usual, flags=flags, shift=shift
        )

    def _sound(self, unit: Unit) -> bytes:
        at_s = self._order.since(unit.pts_s)
        if at_s < 0:
            return b""
        at = self._sounds.place(round((at_s + self._order.early_s) * self._rate))
        return self._fragment(SOUND_TRACK, at, unit.data, length=SAMPLES, flags=_KEY_FLAGS, shift=0)

    def _fragment(
        self, track: int, decoded: int, data: bytes, *, length: int, flags: int, shift: int
    ) -> bytes:
        self._number += 1
        head = _box(b"mfhd", b"\0\0\0\0" + self._number.to_bytes(4))
        which = _box(b"tfhd", b"\0\x02\0\0" + track.to_bytes(4))
        when = _box(b"tfdt", b"\1\0\0\0" + decoded.to_bytes(8))
        sample = b"".join(number.to_bytes(4) for number in (length, len(data), flags, shift))
        # data offset, then each sample's duration, size, flags and composition offset
        run_bytes = 8 + 4 + 4 + 4 + len(sample)
        moof_bytes = 8 + len(head) + 8 + len(which) + len(when) + run_bytes
        run = _box(b"trun", b"\0\0\x0f\1" + (1).to_bytes(4) + (moof_bytes + 8).to_bytes(4) + sample)
        return _box(b"moof", head + _box(b"traf", which + when + run)) + _box(b"mdat", data)


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + name + content
