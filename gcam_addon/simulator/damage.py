"""What faults do to the bytes of one JPEG: pure functions."""

from __future__ import annotations

import random

from gcam_addon.simulator.faults import Fault, Faults

_SOS = b"\xff\xda"


def damaged(jpeg: bytes, faults: Faults, frame: int) -> bytes:
    """The picture after every active fault that changes pictures."""
    if faults.active(Fault.GARBAGE, frame):
        return random.Random(frame).randbytes(len(jpeg))
    if faults.active(Fault.MID_SCAN_CORRUPTION, frame):
        jpeg = _corrupted_scan(jpeg, frame)
    if faults.active(Fault.TEAR, frame):
        jpeg = jpeg[: len(jpeg) * 3 // 5]
    if faults.active(Fault.MISSING_EOI, frame):
        jpeg = jpeg[:-2]
    if faults.active(Fault.ZEROS_AFTER_EOI, frame):
        jpeg += bytes(512)
    return jpeg


def _corrupted_scan(jpeg: bytes, frame: int) -> bytes:
    """Some bytes of the scan replaced; no marker appears or disappears, so only a decoder can tell."""
    start = jpeg.rfind(_SOS) + 14
    end = len(jpeg) - 2
    broken = bytearray(jpeg)
    dice = random.Random(frame)
    for _ in range(24):
        place = dice.randrange(start + (end - start) // 4, end)
        if 0xFF not in broken[place - 1 : place + 2]:
            broken[place] = dice.randrange(0, 0xFF)
    return bytes(broken)
