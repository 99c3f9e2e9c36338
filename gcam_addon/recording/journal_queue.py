"""What waits for the journal's thread: in order, bounded while a disk does not answer, counted per camera."""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import TypeVar

from gcam_addon.recording.commands import Amend, Append, Begin, Block, Command, End, Unblock, Unwritten

MOST_BEGUN = 256
"""So many clips wait to be begun; more are refused."""
MOST_POSTER_BYTES = 8 * 1024 * 1024
GATHERED_S = 0.05
"""So long units of H.264 and H.265 wait for others while clips are open: waking a thread costs more than
writing one.
"""
Order = Command | Block | Unblock | Unwritten
_Described = TypeVar("_Described", Begin, Amend)


@dataclass(frozen=True, slots=True)
class Lost:
    """A camera's clip was `refused`, or else one of its frames found no room."""

    camera_id: str
    refused: bool


class JournalQueue:
    """Any thread puts, one takes. Posters over their bound are dropped first, then frames over theirs, which
    are counted, and with one that others build on go these, up to the next key; each camera has its share of
    the room, whatever the others send. What is learned of one clip waits once; a clip of which no frame waits
    goes when it ends; one that was refused is begun by its first frame that finds room.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._wake = threading.Condition()
        self._turns = itertools.count()
        self._orders: dict[int, Order] = {}
        self._lent: dict[str, int] = {}
        self._bytes: Counter[str] = Counter()
        """Of the frames that wait, by camera."""
        self._poster_bytes = 0
        self._begun = 0
        self._queued: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._cameras: dict[str, str] = {}  # open clip -> its camera
        self._refused: dict[str, Begin] = {}  # by clip
        self._torn: set[str] = set()  # clips of which a picture is missing that the next ones build on
        self._gone: dict[str, str] = {}  # camera -> its last clip that nobody will ever take
        self._about: dict[str, int] = {}  # clip -> the turn of what is known of it
        self._bare: dict[str, int] = {}  # clip without a frame -> the turn in which it begins
        self._is_closed = False
        self._is_gathering = False  # whoever takes comes back soon, unasked
        self._taken: deque[Order] = deque()  # the taking thread's own

    def lend(self, camera_id: str, max_bytes: int) -> None:
        """The camera's pre-roll holds up to `max_bytes`. They are in memory already, so they come on top of
        the bound: cameras that start together find room for all of it.
        """
        with self._wake:
            self._max_bytes += max_bytes - self._lent.get(camera_id, 0)
            self._lent[camera_id] = max_bytes

    def put(self, order: Order) -> Lost | None:
        """What was lost by it, if anything was."""
        with self._wake:
            lost = None
            match order:
                case Append():
                    lost = self._append(order)
                case Begin():
                    lost = self._begin(order)
                case Amend():
                    self._amend(order)
                case End():
                    self._end(order)
                case Block() | Unblock():
                    self._forget(Block, Unblock)  # the last word counts
                    self._add(order)
                case Unwritten():
                    self._add(order)
            if not (self._is_gathering and _may_wait(order)):
                self._wake.notify()
        return lost

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
        taken, also where the thread that takes begins anew. `at_most_s`: it may wait for less; None where it
        may wait for ever, and is then told of frames, too, at once.
        """
        if not self._taken:
            with self._wake:
                if not self._orders and not self._is_closed:
                    self._is_gathering = at_most_s is not None
                    self._wake.wait(at_most_s if at_most_s is None else min(at_most_s, GATHERED_S))
                    self._is_gathering = False
                self._taken, self._orders = deque(self._orders.values()), {}
                self._about.clear()
                self._bare.clear()
        if not self._taken:
            return None
        order = self._taken.popleft()
        if isinstance(order, Begin | Amend):
            with self._wake:
                self._leaves(order)
        return order

    def done(self, camera_id: str, size_bytes: int, *, kept: bool) -> None:
        """A frame that was taken is on disk, or lost."""
        with self._wake:
            self._bytes[camera_id] -= size_bytes
            self._queued[camera_id] -= 1
            self._dropped[camera_id] += not kept

    def queued(self, camera_id: str) -> int:
        with self._wake:
            return self._queued[camera_id]

    def dropped(self, camera_id: str) -> int:
        with self._wake:
            return self._dropped[camera_id]

    # With the lock held

    def _append(self, order: Append) -> Lost | None:
        camera_id, size = self._cameras[order.clip_id], len(order.unit.data)
        begin = self._refused.get(order.clip_id)
        may_begin = order.unit.begins_group and self._begun < MOST_BEGUN
        is_refused = begin is not None and not may_begin
        if is_refused or not self._follows(order) or not self._has_room(camera_id, size):
            self._dropped[camera_id] += 1
            self._tear(order)
            return Lost(camera_id, is_refused)
        if begin is not None:
            del self._refused[order.clip_id]
            self._enter(replace(begin, facts=replace(begin.facts, started_at=order.unit.received_at)))
        self._bytes[camera_id] += size
        self._queued[camera_id] += 1
        self._bare.pop(order.clip_id, None)
        self._add(order)
        return None

    def _follows(self, order: Append) -> bool:
        """Whether it is of use without what was dropped."""
        if order.unit.begins_group:
            self._torn.discard(order.clip_id)
        return order.unit.is_sound or order.clip_id not in self._torn

    def _tear(self, order: Append) -> None:
        if order.unit.tracks.video.codec.is_inter and not order.unit.is_sound:
            self._torn.add(order.clip_id)

    def _has_room(self, camera_id: str, size_bytes: int) -> bool:
        """Where all is taken, who has less than their share comes in: twice the bound at most."""
        if self._bytes.total() + size_bytes <= self._max_bytes:
            return True
        cameras = len({*self._cameras.values(), *(+self._bytes)})
        return cameras > 1 and self._bytes[camera_id] + size_bytes <= self._max_bytes / cameras

    def _begin(self, order: Begin) -> Lost | None:
        clip_id, camera_id = order.facts.id, order.facts.camera_id
        self._cameras[clip_id] = camera_id
        if self._begun < MOST_BEGUN:
            self._enter(order)
            return None
        self._refused[clip_id] = replace(order, poster=b"")
        return Lost(camera_id, refused=True)

    def _enter(self, order: Begin) -> None:
        self._begun += 1
        turn = self._add(self._with_poster(order, order.poster))
        self._about[order.facts.id] = self._bare[order.facts.id] = turn

    def _amend(self, order: Amend) -> None:
        """It joins what waits of the same clip."""
        clip_id = order.facts.id
        if self._gone.get(order.facts.camera_id) == clip_id:
            return
        if clip_id in self._refused:
            self._refused[clip_id] = replace(self._refused[clip_id], facts=order.facts)
            return
        turn = self._about.get(clip_id)
        if turn is None:
            self._about[clip_id] = self._add(self._with_poster(order, order.poster))
            return
        former = self._orders[turn]
        assert isinstance(former, Begin | Amend)
        self._poster_bytes -= len(former.poster)
        learned = replace(order.facts, started_at=former.facts.started_at)
        poster = order.poster or former.poster
        if isinstance(former, Begin):
            self._orders[turn] = self._with_poster(replace(former, facts=learned), poster)
        else:
            self._orders[turn] = self._with_poster(Amend(learned), poster)

    def _end(self, order: End) -> None:
        camera_id = self._cameras.pop(order.clip_id, None)
        bare = self._bare.pop(order.clip_id, None)
        self._torn.discard(order.clip_id)
        was_refused = self._refused.pop(order.clip_id, None) is not None
        if bare is not None:
            self._leaves(self._orders.pop(bare))
            del self._about[order.clip_id]
        if camera_id is not None and (was_refused or bare is not None):
            self._gone[camera_id] = order.clip_id
            return
        self._add(order)

    def _with_poster(self, order: _Described, poster: bytes) -> _Described:
        if self._poster_bytes + len(poster) > MOST_POSTER_BYTES:
            poster = b""
        self._poster_bytes += len(poster)
        return replace(order, poster=poster)

    def _leaves(self, order: Order) -> None:
        if isinstance(order, Begin | Amend):
            self._poster_bytes -= len(order.poster)
            self._begun -= isinstance(order, Begin)

    def _add(self, order: Order) -> int:
        turn = next(self._turns)
        self._orders[turn] = order
        return turn

    def _forget(self, *kinds: type[Order]) -> None:
        for turn in [turn for turn, order in self._orders.items() if isinstance(order, kinds)]:
            del self._orders[turn]


def _may_wait(order: Order) -> bool:
    return isinstance(order, Append) and order.unit.tracks.video.codec.is_inter
