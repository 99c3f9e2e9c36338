"""Up to where a history was gone through, and what of it is still to be saved. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

from gcam_addon.saving.happened import Happened


class Ledger:
    """`take` what was listed, then save what is `due` and be `done` with it. What began before `since` is not
    wanted.

    Numbers go up, but Gcam gives the highest ones away again once a camera's history was removed, or its
    database was begun anew; and its clock may be set back. An entry is new by its number or by its time.
    """

    def __init__(
        self, since: float, newest_id: int = 0, newest_at: float = 0.0, unsettled: Iterable[int] = ()
    ) -> None:
        self.since = since
        self._id = newest_id
        self._at = newest_at
        self._unsettled = set(unsettled)
        """Those that last, or whose clip is to come."""
        self._due: dict[int, Happened] = {}

    @classmethod
    def kept(cls, told: Mapping[str, Any]) -> Self:
        """What `as_json` told. Raises KeyError, TypeError, ValueError."""
        unsettled = [int(number) for number in told["open"]]
        return cls(float(told["since"]), int(told["id"]), float(told["at"]), unsettled)

    def as_json(self) -> dict[str, Any]:
        still = sorted(self._unsettled | self._due.keys())
        return {"since": self.since, "id": self._id, "at": self._at, "open": still}

    @property
    def is_new(self) -> bool:
        """Nothing was gone through."""
        return self._id == 0

    @property
    def is_waiting(self) -> bool:
        return bool(self._unsettled)

    def knows_all_from(self, one: Happened) -> bool:
        """Of this entry, and of all before it, nothing is to be had."""
        return not self._concerns(one) and one.id <= min((self._id, *self._unsettled))

    def take(self, listed: Sequence[Happened], is_settled: Callable[[Happened], bool]) -> Sequence[Happened]:
        """`listed`: newest first, down to one from which on it knows all, or to the end. Returns those that
        are not settled.
        """
        found = [one for one in listed if self._concerns(one)]
        unsettled = [one for one in found if not is_settled(one)]
        self._unsettled = {one.id for one in unsettled}  # what was not listed is gone
        self._due |= {one.id: one for one in found if one.id not in self._unsettled}
        if listed:
            self._id = listed[0].id
            self._at = max(self._at, *(one.started_at for one in listed))
        return unsettled

    @property
    def due(self) -> Sequence[Happened]:
        """Newest first: what happens now does not wait for what happened while nobody was here."""
        return sorted(self._due.values(), key=lambda one: one.id, reverse=True)

    def done(self, one: Happened) -> None:
        self._due.pop(one.id, None)

    def _concerns(self, one: Happened) -> bool:
        return one.id > self._id or one.started_at > self._at or one.id in self._unsettled
