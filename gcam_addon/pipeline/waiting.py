"""What of one camera's units waits for its detection thread, and what never has to. Pure.

Of JPEGs the newest one that is due waits, so a slow machine looks at fewer pictures instead of old ones.
Where pictures build on those before, all of them wait, in order; while nothing moves, or an event goes on,
and keys come often enough, only the keys do, each a picture of its own, which costs a tenth. After a long
lull JPEGs are put aside for a second, or half of one where their length tells that something came: if what is
looked at next is calm, so were they.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from gcam_addon.bitstream.leading import Leading
from gcam_addon.model import Unit
from gcam_addon.pipeline.lengths import Lengths

KEYS_SUFFICE_S: Final = 2.2
"""Keys that come at least this often are enough: every 2 s, by clocks that agree nearly."""
ASIDE_S: Final = 0.45
"""After a long lull a picture that comes sooner than that after the last look is put aside."""
ASIDE_AS_EVER_S: Final = 0.95
"""The same while all that came since that look are as long as ever."""
MOST_WAITING: Final = 120
"""Units that build on one another; behind that, all up to the next key are left out."""


class Due(NamedTuple):
    unit: Unit
    is_due: bool
    """Its picture is to be looked at; else it only keeps the decoder in step."""
    after_gap: bool = False
    """Pictures before it are left out, since keys suffice."""
    aside: tuple[Unit, ...] = ()
    """Those before it which were put aside: to be looked at first, unless it is calm."""


class Waiting:
    """One camera's."""

    def __init__(self) -> None:
        self.skipped = 0
        """Pictures that were due and are not looked at: busy threads, or what they build on is missing."""
        self._units: list[Due] = []
        self._aside: list[Unit] = []
        self._looked_s = float("-inf")
        self._lengths = Lengths()
        self._aside_s = ASIDE_S
        self._is_following = False
        """Nothing was left out since the last key."""
        self._keys_only = False
        self._leading: Leading | None = None
        """Behind a key before which something was left out."""
        self._since_key: list[Unit] = []
        """While only keys are looked at: what came since the last unit that was."""
        self._last_key_s: float | None = None
        self._key_every_s = float("inf")

    def __bool__(self) -> bool:
        return bool(self._units)

    def put(self, unit: Unit, *, is_due: bool, keys_suffice: bool, may_wait: bool = False) -> None:
        """`keys_suffice`: as far as is known, that is enough to see what moves. `may_wait`: its picture may
        be put aside.
        """
        if not unit.tracks.video.codec.is_inter:
            if not self._lengths.is_usual(len(unit.data)):
                self._aside_s = ASIDE_S
            if is_due or self._has_waited(unit):
                self._picture(unit, may_wait)
            return
        if unit.is_key:
            self._key(unit, keys_suffice)
            return
        self._keys_only |= keys_suffice and self._is_following and self._keys_come_often
        if self._keys_only:
            self._since_key.append(unit)
            if not keys_suffice or unit.pts_s - (self._last_key_s or 0.0) > KEYS_SUFFICE_S:
                self.catch_up()
        else:
            self._add(unit, is_due)

    def catch_up(self) -> None:
        """Something may move: look at everything, beginning with what was left out since the last key, or put
        aside.
        """
        if self._aside:
            self._picture(self._aside.pop(), may_wait=False)
        if self._keys_only:
            self._keys_only = False
            missed, self._since_key = self._since_key, []
            for unit in missed:
                self._add(unit, is_due=True)

    def take(self) -> list[Due]:
        """All that waits, in order."""
        taken, self._units = self._units, []
        return taken

    def put_back(self, taken: list[Due]) -> None:
        """What was taken, and not looked at."""
        if taken and taken[0].unit.tracks.video.codec.is_inter:
            self._units = taken + self._units
        elif self._units:
            self.skipped += sum(1 + len(due.aside) for due in taken)
        else:
            self._units = taken

    def clear(self) -> None:
        """The run is over, or detection begins anew: what comes next begins with a key."""
        self._units.clear()
        self._aside.clear()
        self._lengths, self._aside_s = Lengths(), ASIDE_S
        self._since_key.clear()
        self._is_following = self._keys_only = False
        self._last_key_s, self._key_every_s = None, float("inf")

    def lose_track(self) -> None:
        """Detection failed on a picture: what builds on it is of no use."""
        if self._is_following:
            self.clear()

    def _has_waited(self, unit: Unit) -> bool:
        """Whether those that were put aside have, so that this picture is looked at though it is not due."""
        return bool(self._aside) and unit.pts_s - self._looked_s >= self._aside_s

    def _picture(self, unit: Unit, may_wait: bool) -> None:
        if may_wait and 0 <= unit.pts_s - self._looked_s < self._aside_s:
            self._aside.append(unit)
            return
        self.skipped += sum(1 + len(due.aside) for due in self._units)
        self._units = [Due(unit, is_due=True, aside=tuple(self._aside))]
        self._aside.clear()
        self._looked_s, self._aside_s = unit.pts_s, ASIDE_AS_EVER_S

    def _key(self, unit: Unit, keys_suffice: bool) -> None:
        if self._last_key_s is not None:
            self._key_every_s = unit.pts_s - self._last_key_s
        self._last_key_s = unit.pts_s
        self._keys_only = keys_suffice and self._keys_come_often
        left_out = bool(self._since_key)
        self._leading = Leading(unit) if left_out or not self._is_following else None
        self._since_key.clear()
        self._is_following = True
        self._add(unit, is_due=True, after_gap=left_out)

    @property
    def _keys_come_often(self) -> bool:
        return 0 < self._key_every_s <= KEYS_SUFFICE_S

    def _add(self, unit: Unit, is_due: bool, *, after_gap: bool = False) -> None:
        if self._leading is not None and not unit.is_key and self._leading.is_lost(unit):
            self.skipped += is_due
            return
        if len(self._units) >= MOST_WAITING:
            self.skipped += sum(due.is_due for due in self._units)
            self._units.clear()
            self._is_following = unit.is_key
        if self._is_following:
            self._units.append(Due(unit, is_due, after_gap))
        else:
            self.skipped += is_due
