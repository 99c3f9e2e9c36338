"""Tracks and their units as Matroska, spelled here: a file is whole after every unit, because each has a
cluster of its own and the outer lengths are left open. libavformat's muxer holds units back. No files here.

See docs/design/recording.md, RFC 9559 (Matroska) and RFC 8794 (EBML).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from gcam_addon.model import Codec, Sound, Tracks, Video
from gcam_addon.picture.orientation import shown_size

TIME_BASE: Final = Fraction(1, 1000)
"""Matroska counts milliseconds."""
VIDEO_TRACK: Final = 1
SOUND_TRACK: Final = 2

_OPEN_LENGTH: Final = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_CLUSTER, _TIMESTAMP, _SIMPLE_BLOCK = b"\x1f\x43\xb6\x75", b"\xe7", b"\xa3"
_TIMESTAMP_BYTES = 10  # id, length, 8 bytes
_BLOCK_HEAD_BYTES = 4  # track, 0 ms after the cluster, flags
_NAMES: Final = {
    Codec.MJPEG: b"V_MJPEG",
    Codec.H264: b"V_MPEG4/ISO/AVC",
    Codec.H265: b"V_MPEGH/ISO/HEVC",
}


def header(tracks: Tracks, tags: Mapping[str, str]) -> bytes:
    """What a file starts with. `tags`: `title`, and others by their name."""
    title, others = tags.get("title", ""), {name: text for name, text in tags.items() if name != "title"}
    info = (
        _element(b"\x2a\xd7\xb1", _number(1_000_000))
        + _element(b"\x7b\xa9", title.encode())
        + _element(b"\x4d\x80", b"Gcam")
        + _element(b"\x57\x41", b"Gcam")
    )
    entries = _video(tracks.video) + (b"" if tracks.sound is None else _sound(tracks.sound))
    return b"".join(
        (
            _EBML_HEAD,
            b"\x18\x53\x80\x67" + _OPEN_LENGTH,
            _element(b"\x15\x49\xa9\x66", info),
            _element(b"\x16\x54\xae\x6b", entries),
            _element(b"\x12\x54\xc3\x67", _tag(others)) if others else b"",
        )
    )


def cluster_head(pts_ms: int, unit_bytes: int, track: int = VIDEO_TRACK, *, is_key: bool = True) -> bytes:
    """What stands before a unit's bytes; both together are one whole cluster."""
    block_bytes = _BLOCK_HEAD_BYTES + unit_bytes
    cluster_bytes = _TIMESTAMP_BYTES + len(_SIMPLE_BLOCK) + 8 + block_bytes
    return b"".join(
        (
            _CLUSTER,
            _length(cluster_bytes),
            _TIMESTAMP,
            b"\x88",
            pts_ms.to_bytes(8, "big"),
            _SIMPLE_BLOCK,
            _length(block_bytes),
            _HEADS[track, is_key],
        )
    )


_HEADS: Final = {
    (track, is_key): bytes((0x80 | track, 0, 0, 0x80 if is_key else 0))
    for track in (VIDEO_TRACK, SOUND_TRACK)
    for is_key in (True, False)
}


def _video(video: Video) -> bytes:
    size = shown_size(video.size, video.orientation)  # as stored: turning back is turning
    return _track(
        VIDEO_TRACK,
        1,
        _NAMES[video.codec],
        video.setup,
        _element(b"\xe0", _element(b"\xb0", _number(size.width)) + _element(b"\xba", _number(size.height))),
    )


def _sound(sound: Sound) -> bytes:
    rate = _element(b"\xb5", struct.pack(">d", sound.rate))
    details = _element(b"\xe1", rate + _element(b"\x9f", _number(sound.channels)))
    return _track(SOUND_TRACK, 2, b"A_AAC", sound.setup, details)


def _track(number: int, kind: int, name: bytes, setup: bytes, details: bytes) -> bytes:
    entry = (
        _element(b"\xd7", _number(number))
        + _element(b"\x73\xc5", _number(number))
        + _element(b"\x9c", _number(0))
        + _element(b"\x83", _number(kind))
        + _element(b"\x86", name)
        + (_element(b"\x63\xa2", setup) if setup else b"")
        + details
    )
    return _element(b"\xae", entry)


def _tag(tags: Mapping[str, str]) -> bytes:
    pairs = (
        _element(b"\x45\xa3", name.upper().encode()) + _element(b"\x44\x87", text.encode())
        for name, text in tags.items()
    )
    targets = _element(b"\x63\xc0", b"")
    return _element(b"\x73\x73", targets + b"".join(_element(b"\x67\xc8", pair) for pair in pairs))


def _element(name: bytes, content: bytes) -> bytes:
    return name + _length(len(content)) + content


def _number(value: int) -> bytes:
    return value.to_bytes(max(1, -(-value.bit_length() // 8)), "big")


def _length(count: int) -> bytes:
    """An EBML length in its eight-byte spelling."""
    return (count | 1 << 56).to_bytes(8, "big")


_EBML_HEAD: Final = _element(
    b"\x1a\x45\xdf\xa3",
    _element(b"\x42\x86", _number(1))
    + _element(b"\x42\xf7", _number(1))
    + _element(b"\x42\xf2", _number(4))
    + _element(b"\x42\xf3", _number(8))
    + _element(b"\x42\x82", b"matroska")
    + _element(b"\x42\x87", _number(4))
    + _element(b"\x42\x85", _number(2)),
)
