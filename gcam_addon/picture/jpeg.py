"""What can be told of a JPEG without decoding it: its size, where its scan begins, whether it is whole.

Pure functions over bytes. They walk the marker segments of the header and leave the scan to `find`, so they
cost a few microseconds whatever the size of the picture. Decoding is the detectors' business.
"""

from __future__ import annotations

from gcam_addon.model import Size

SOI = b"\xff\xd8"
EOI = b"\xff\xd9"
PADDING = b"\0\r\n \t"
"""Bytes a board may leave behind a picture: unused buffer, line ends."""

MAX_SIDE_PX = 8192
MAX_PIXELS = 4096 * 4096
"""More than any camera has, a 4K one twice. What claims more is refused here, where it comes in: behind this,
somebody would allocate it (an encoder several times over), or fail at it."""

BROKEN = -1
"""What was to be walked is no JPEG header."""
UNFINISHED = -2
"""The data ends within the header."""

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # these three are DHT, JPG and DAC
_SOS = frozenset({0xDA})
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and RSTn carry no length
_NOT_IN_HEADER = frozenset({0x00, 0xD8, 0xD9})
_MAX_SEGMENTS = 100


def size_of(jpeg: bytes) -> Size | None:
    """The picture's size; None where there is none, or one that no camera has: it is no usable picture."""
    size = claimed_size(jpeg)
    return size if size is not None and is_cameras(size) else None


def is_cameras(size: Size) -> bool:
    """Whether a camera may have pictures of that size."""
    return max(size.width, size.height) <= MAX_SIDE_PX and size.width * size.height <= MAX_PIXELS


def claimed_size(jpeg: bytes) -> Size | None:
    """What the frame header says (any SOFn, grey or colour), up to 65535 a side; None where there is none."""
    at = _find(jpeg, len(jpeg), _SOF)
    if at < 0 or at + 9 > len(jpeg):
        return None
    height = jpeg[at + 5] << 8 | jpeg[at + 6]
    width = jpeg[at + 7] << 8 | jpeg[at + 8]
    return Size(width, height) if width and height else None


def find_scan(data: bytes | bytearray, stop: int) -> int:
    """Offset of the first start-of-scan marker of the JPEG in `data[:stop]`; or BROKEN, or UNFINISHED."""
    return _find(data, stop, _SOS)


def mended(jpeg: bytes) -> bytes:
    """The same picture ending with EOI: padding behind it cut off, a missing EOI added.

    Returns the very same object where nothing is to be done.
    """
    if jpeg.endswith(EOI):
        return jpeg
    end = end_of_picture(jpeg, len(jpeg))
    return jpeg[:end] if end is not None else jpeg.rstrip(b"\r\n") + EOI


def end_of_picture(data: bytes | bytearray, stop: int) -> int | None:
    """Offset behind the last EOI before `stop` when only padding lies between; else None."""
    at = data.rfind(EOI, 0, stop)
    if at < 0:
        return None
    end = at + len(EOI)
    return end if end == stop or not data[end:stop].strip(PADDING) else None


def _find(data: bytes | bytearray, stop: int, wanted: frozenset[int]) -> int:
    if data[:2] != SOI:
        return BROKEN
    at = 2
    for _ in range(_MAX_SEGMENTS):
        if at + 4 > stop:
            return UNFINISHED
        marker = data[at + 1]
        if data[at] != 0xFF or marker in _NOT_IN_HEADER:
            return BROKEN
        if marker in wanted:
            return at
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            length = data[at + 2] << 8 | data[at + 3]
            if length < 2:
                return BROKEN
            at += 2 + length
    return BROKEN
