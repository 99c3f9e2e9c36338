"""Units as fragmented MP4, for Media Source Extensions: a fragment is whole with its unit; libavformat's
muxer waits for the next one, and for the other track. What stands before the first is libavformat's.

See ISO/IEC 14496-12, 8.8 (movie fragments).
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import av

from gcam_addon.bitstream.tracks import templates
from gcam_addon.errors import LiveError
from gcam_addon.model import Codec, Tracks, Unit
from gcam_addon.picture.orientation import degrees_of
from gcam_addon.words.reason import because

TICKS: Final = 90_000
"""Of pictures, per second; sound counts samples."""
VIDEO_TRACK: Final = 1
SOUND_TRACK: Final = 2
_KEY_FLAGS: Final = 0x02000000
_OTHER_FLAGS: Final = 0x01010000
_USUAL_S: Final = 1 / 15


def opening(tracks: Tracks) -> bytes:
    """The init segment. Raises `LiveError`."""
    sink = io.BytesIO()
    options = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(TICKS)}
    size = tracks.video.size
    try:
        with templates(tracks) as like, av.open(sink, "w", format="mp4", options=options) as output:
            video = output.add_stream_from_template(like.video)
            video.time_base = Fraction(1, TICKS)
            video.set_display_rotation(-degrees_of(tracks.video.orientation))
            if tracks.video.codec is Codec.H265:
                video.codec_context.codec_tag = "hvc1"
            if like.sound is not None:
                output.add_stream_from_template(like.sound)
            output.start_encoding()
            return sink.getvalue()
    except (av.FFmpegError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise LiveError(because("no_h264", width=size.width, height=size.height, why=why)) from error


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
        self._early_s = 1.0 if reorders else 0.0
        self._origin_s = first.pts_s
        self._rate = first.tracks.sound.rate if first.tracks.sound else 0
        self._number = 0
        self._decoded = -1
        self._usual = round(_USUAL_S * TICKS)
        self._heard: int | None = None

    def of(self, unit: Unit) -> bytes:
        """Empty for sound from before the first picture."""
        at_s = unit.pts_s - self._origin_s
        return self._sound(unit, at_s) if unit.is_sound else self._picture(unit, at_s)

    def _picture(self, unit: Unit, at_s: float) -> bytes:
        shown = max(0, round((at_s + self._early_s) * TICKS))
        before, self._decoded = self._decoded, max(self._decoded + 1, round(at_s * TICKS))
        if before >= 0 and self._decoded - before < TICKS:
            self._usual = self._decoded - before
        flags = _KEY_FLAGS if unit.is_key else _OTHER_FLAGS
        shift = max(0, shown - self._decoded)
        return self._fragment(
            VIDEO_TRACK, self._decoded, unit.data, length=self._usual, flags=flags, shift=shift
        )

    def _sound(self, unit: Unit, at_s: float) -> bytes:
        """Units follow each other without a gap, unless there is one."""
        if at_s < 0:
            return b""
        at = round((at_s + self._early_s) * self._rate)
        due = self._heard
        if due is None or abs(at - due) > self._rate // 20:
            due = at if due is None else max(at, due)
        self._heard = due + 1024
        return self._fragment(SOUND_TRACK, due, unit.data, length=1024, flags=_KEY_FLAGS, shift=0)

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
