"""Which way up a JPEG is to be shown: the EXIF orientation, read, written and carried out.

Turning a camera's picture costs no decoding: a note of 36 bytes in front of each JPEG says how to show it,
and whoever shows or decodes it obeys. Works on bytes and arrays; knows no cameras.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy.typing as npt

from gcam_addon.model import Point, Polygon, Size, Tracks

UPRIGHT: Final = 1

_BY_ROTATION: Final = {0: 1, 90: 6, 180: 3, 270: 8}
_BY_ORIENTATION: Final = {orientation: degrees for degrees, orientation in _BY_ROTATION.items()}
_TURNS: Final[dict[int, tuple[bool, int | None]]] = {
    1: (False, None),
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}
"""Orientation -> (rows become columns first, then OpenCV's flip: 1 left-right, 0 up-down, -1 both)."""

_SOI: Final = b"\xff\xd8"
_APP1: Final = b"\xff\xe1"
_EXIF: Final = b"Exif\0\0"
_TAG: Final = 0x0112
_SHORT: Final = 3
_DIGITS: Final = 9
"""Turning must leave no rounding errors in a file that people read."""


def of_rotation(degrees: int) -> int:
    """The orientation that shows a picture turned clockwise by 0, 90, 180 or 270 degrees."""
    return _BY_ROTATION[degrees]


def degrees_of(orientation: int) -> int:
    """How far such a picture is turned clockwise to be shown."""
    return _BY_ORIENTATION[orientation]


def of_frame(degrees: float) -> int:
    """The orientation of a picture that a video file wants turned counterclockwise, as libav tells it."""
    return of_rotation(round(-degrees / 90) * 90 % 360)


def orientation_of(jpeg: bytes) -> int:
    """1 (upright) to 8, as EXIF counts; 1 where nothing is said. Looks for EXIF right behind SOI only, where
    the standard wants it: for any other picture this is one comparison.
    """
    if jpeg[2:4] != _APP1 or jpeg[6:12] != _EXIF:
        return UPRIGHT
    return _tag(jpeg[12 : 2 + _segment_bytes(jpeg, 2)])


def oriented(jpeg: bytes, orientation: int) -> bytes:
    """The same picture, to be shown by `orientation` whatever it said of itself before."""
    rest = 2 + _segment_bytes(jpeg, 2) if jpeg[2:4] == _APP1 and jpeg[6:12] == _EXIF else 2
    return _SOI + _note(orientation) + jpeg[rest:]


@lru_cache(maxsize=256)
def resized(tracks: Tracks, orientation: int) -> Tracks:
    """`tracks` with their pictures' size as `orientation` makes it; the very same for all pictures, which are
    compared with every one.
    """
    size = shown_size(tracks.video.size, orientation)
    return tracks if size == tracks.video.size else replace(tracks, video=replace(tracks.video, size=size))


def shown_size(size: Size, orientation: int) -> Size:
    """How large a picture of `size` is shown."""
    return Size(size.height, size.width) if _TURNS[orientation][0] else size


def turned(picture: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Pixels as they are stored, to pixels as they are shown."""
    transposed, flip = _TURNS[orientation]
    if transposed:
        picture = cv2.transpose(picture)
    return picture if flip is None else cv2.flip(picture, flip)


def stored_polygon(polygon: Polygon, orientation: int) -> Polygon:
    """A polygon on the picture as it is shown, to where that lies in the picture as it is stored."""
    return tuple(_stored(point, orientation) for point in polygon)


def turned_polygon(polygon: Polygon, degrees: int) -> Polygon:
    """Where a polygon lies once the picture is turned clockwise by 0, 90, 180 or 270 degrees."""
    for _ in range(degrees // 90):
        polygon = tuple((round(1 - y, _DIGITS), x) for x, y in polygon)
    return polygon


def _stored(point: Point, orientation: int) -> Point:
    """`turned`, undone."""
    x, y = point
    transposed, flip = _TURNS[orientation]
    if flip in (1, -1):
        x = 1 - x
    if flip in (0, -1):
        y = 1 - y
    return (y, x) if transposed else (x, y)


def _note(orientation: int) -> bytes:
    """An APP1 segment with one TIFF directory of one entry."""
    entry = struct.pack(">HHIHH", _TAG, _SHORT, 1, orientation, 0)
    payload = _EXIF + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    return _APP1 + struct.pack(">H", len(payload) + 2) + payload


def _segment_bytes(jpeg: bytes, at: int) -> int:
    """Length of the segment at `at`, its marker included."""
    return 2 + int.from_bytes(jpeg[at + 2 : at + 4])


def _tag(tiff: bytes) -> int:
    order = {b"MM": ">", b"II": "<"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(entries, 64)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _TAG:
                return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:  # cut short, or an offset that leads out of it
        pass
    return UPRIGHT
