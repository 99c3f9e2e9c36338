"""How a JPEG was compressed, read from its header, so that another can be compressed alike. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2

_SOI: Final = b"\xff\xd8"
_DQT: Final = 0xDB
_SOS: Final = 0xDA
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # these three are DHT, JPG and DAC
_MAX_SEGMENTS: Final = 100
_LUMA_AT_50: Final = 3688
"""Sum of libjpeg's luma quantisers at quality 50."""
_USUAL_QUALITY: Final = 85
_LEAST_QUALITY: Final = 10
_SAMPLINGS: Final = {
    0x11: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    0x12: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440,
    0x21: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    0x22: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    0x41: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411,
}


@dataclass(frozen=True, slots=True)
class Compression:
    """As libjpeg takes it: quality 1 to 100; `luma_sampling`: the first component's factors, 0xHV."""

    quality: int = _USUAL_QUALITY
    luma_sampling: int = 0x22
    is_grey: bool = False

    def options(self) -> list[int]:
        """For `cv2.imencode`."""
        sampling = _SAMPLINGS.get(self.luma_sampling, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420)
        return [cv2.IMWRITE_JPEG_QUALITY, self.quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]


def compression_of(jpeg: bytes) -> Compression:
    """What the header tells; the usual where it tells nothing."""
    tables: dict[int, int] = {}
    frame = b""
    for marker, payload in _segments(jpeg):
        if marker == _DQT:
            tables |= _sums(payload)
        elif marker in _SOF:
            frame = payload
    if len(frame) < 9:
        return Compression()
    components, sampling, table = frame[5], frame[7], frame[8]
    return Compression(_quality(tables.get(table)), sampling, is_grey=components == 1)


def _segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """(marker, payload) of the header's segments, up to the scan or the first that makes no sense."""
    found: list[tuple[int, bytes]] = []
    at = 2 if jpeg[:2] == _SOI else len(jpeg)
    while at + 4 <= len(jpeg) and len(found) < _MAX_SEGMENTS and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _SOS or length < 2:
            break
        found.append((marker, jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def _sums(payload: bytes) -> dict[int, int]:
    """Table number -> sum of its 64 quantisers; a segment may hold several tables of 8 or 16 bits."""
    sums: dict[int, int] = {}
    at = 0
    while at < len(payload):
        width = 2 if payload[at] >> 4 else 1
        table = payload[at + 1 : at + 1 + 64 * width]
        if len(table) < 64 * width:
            break
        values = (int.from_bytes(table[i : i + width]) for i in range(0, len(table), width))
        sums[payload[at] & 15] = sum(values)
        at += 1 + 64 * width
    return sums


def _quality(luma_sum: int | None) -> int:
    """Undoes libjpeg's scaling of its luma table."""
    if luma_sum is None:
        return _USUAL_QUALITY
    percent = 100.0 * luma_sum / _LUMA_AT_50
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return max(_LEAST_QUALITY, min(100, round(quality)))
