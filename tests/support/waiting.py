"""How tests wait: for a condition, never for a time, and with one bound that a busy machine does not reach.

Only the standard library: the component's tests, in another Python, wait in the same way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE_S = 300.0
"""After this, what a test waits for is taken to never come."""
_LOOK_EVERY_S = 0.02
_ASK_EVERY_S = 0.2
"""Asking costs more than looking: soon at first, then now and then."""
_T = TypeVar("_T")


async def until(holds: Callable[[], object], told: Callable[[], str] = str) -> None:
    """Returns once `holds()`; fails with what `told()` says where it does not come to that."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, f"not within {PATIENCE_S:.0f} s\n{told()}"
        await asyncio.sleep(_LOOK_EVERY_S)


async def answered(ask: Callable[[], Awaitable[_T]]) -> _T:
    """The first answer that is not empty."""
    wait_s = _LOOK_EVERY_S
    async with patience():
        while not (answer := await ask()):
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _ASK_EVERY_S)
    return answer


def patience() -> asyncio.Timeout:
    """`async with` it around what waits by itself."""
    return asyncio.timeout(PATIENCE_S)


def wait_until(holds: Callable[[], object], told: Callable[[], str] = str) -> None:
    """As `until`, where there is no loop."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, f"not within {PATIENCE_S:.0f} s\n{told()}"
        time.sleep(_LOOK_EVERY_S)
