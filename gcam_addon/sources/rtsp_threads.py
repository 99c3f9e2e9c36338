"""The threads of RTSP connections. One that waits for a camera that hangs can't be interrupted: it is left to
itself until it notices, and the same address is not connected to before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from gcam_addon.duties import Duties
from gcam_addon.wire.address import RtspAddress

_LEAVING_S = 0.5
_log = logging.getLogger(__name__)


class Gone(asyncio.Event):
    """Set on the loop once a thread has ended."""


class RtspThreads:
    """Those of a program. Loop."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self._left: dict[str, Gone] = {}
        self.left = 0
        """How many were left to themselves so far."""

    async def begin(self, address: RtspAddress, work: Callable[[], None]) -> Gone:
        """Runs `work` once nobody hangs at the address any more."""
        while (former := self._left.get(address.url)) is not None:
            await former.wait()
            self._left.pop(address.url, None)
        loop, gone = asyncio.get_running_loop(), Gone()

        def whole() -> None:
            try:
                work()
            finally:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(gone.set)

        self._duties.thread(str(address).replace("://", " ", 1), whole).start()
        return gone

    async def end(self, address: RtspAddress, gone: Gone) -> None:
        """It was told to end; returns soon, also where it does not."""
        try:
            async with asyncio.timeout(_LEAVING_S):
                await gone.wait()
        except TimeoutError:
            self._left[address.url] = gone
            self.left += 1
            _log.info("%s hangs: its connection is left until that is noticed", address)
