"""A picture, as it goes from the camera to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from gcam_addon.model.places import Size


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One picture, as the camera sent it: these very bytes are relayed, recorded and analysed.

    Where a camera is turned they carry an EXIF orientation (see `orientation.py`), and `size` is as shown.
    Behind the intake, privacy masks are applied.
    """

    jpeg: bytes
    pts_s: float
    received_at: float
    size: Size
