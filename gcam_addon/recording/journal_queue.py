"""What waits for the journal's thread: in order, bounded in bytes, counted per camera."""

from __future__ import annotations

import threading
from collections import Counter, deque

from gcam_addon.recording.commands import Append, Begin, Block, Command, End, Refused, Unblock

Order = Command | Block | Unblock | Refused


class JournalQueue:
    """Any thread puts, one takes. Frames over the bound are dropped and counted; nothing else ever is."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._wake = threading.Condition()
        self._orders: deque[Order] = deque()
        self._lent: dict[str, int] = {}
        self._bytes = 0
        self._queued: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._cameras: dict[str, str] = {}  # open clip -> its camera
        self._is_closed = False
        self._taken: deque[Order] = deque()  # the taking thread's own

    def lend(self, camera_id: str, max_bytes: int) -> None:
        """The camera's pre-roll holds up to `max_bytes`. They are in memory already, so they come on top of
        the bound: cameras that start together find room for all of it.
        """
        with self._wake:
            self._max_bytes += max_bytes - self._lent.get(camera_id, 0)
            self._lent[camera_id] = max_bytes

    def put(self, order: Order) -> str | None:
        """The camera whose frame found no room, if that is so."""
        with self._wake:
            if isinstance(order, Append):
                camera_id = self._cameras[order.clip_id]
                if self._bytes + len(order.frame.jpeg) > self._max_bytes:
                    self._dropped[camera_id] += 1
                    return camera_id
                self._bytes += len(order.frame.jpeg)
                self._queued[camera_id] += 1
            elif isinstance(order, Begin):
                self._cameras[order.facts.id] = order.facts.camera_id
            elif isinstance(order, End):
                self._cameras.pop(order.clip_id, None)
            self._orders.append(order)
            self._wake.notify()
        return None

    def close(self) -> None:
        """Nothing follows."""
        with self._wake:
            self._is_closed = True
            self._wake.notify()

    @property
    def is_over(self) -> bool:
        """Closed, and all was taken."""
        with self._wake:
            return self._is_closed and not self._orders and not self._taken

    def take(self, at_most_s: float | None) -> Order | None:
        """The next one; None where none came in time, or the queue is over. What was put stays until it is
        taken, also where the thread that takes begins anew.
        """
        if not self._taken:
            with self._wake:
                if not self._orders and not self._is_closed:
                    self._wake.wait(at_most_s)
                self._taken, self._orders = self._orders, deque()
        return self._taken.popleft() if self._taken else None

    def done(self, camera_id: str, size_bytes: int, *, kept: bool) -> None:
        """A frame that was taken is on disk, or lost."""
        with self._wake:
            self._bytes -= size_bytes
            self._queued[camera_id] -= 1
            self._dropped[camera_id] += not kept

    def queued(self, camera_id: str) -> int:
        with self._wake:
            return self._queued[camera_id]

    def dropped(self, camera_id: str) -> int:
        with self._wake:
            return self._dropped[camera_id]
