"""Whether this machine's time of day can be believed: a Raspberry Pi starts with that of its last end."""

from __future__ import annotations

import ctypes
import time

SURE_AFTER_S = 600.0
"""Who is up that long without anybody having set its clock has one of its own, or no better one."""
_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than any `struct timex`."""


def is_clock_right() -> bool:
    return time.monotonic() >= SURE_AFTER_S or _is_synchronised()


def _is_synchronised() -> bool:
    """As the kernel knows it of NTP. False where it can't be asked."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError, TypeError):  # the last is how Windows says so
        return False
    return 0 <= state < _TIME_ERROR
