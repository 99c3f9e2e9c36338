"""Finding clips by what somebody types: a camera's name, a day, a kind, a zone, a reason, a time."""

import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta

from ..api import GcamClient
from ..models import Clip
from .places import Footage
from .titles import Titles, plain

MOST_FOUND = 100
_PAGE = 200
_MOST_PAGES = 100
"""How far back is looked: 20 000 clips."""
_LIKE_A_DAY = re.compile(r"\d{4}(-\d\d){1,2}|\d{1,2}([/.])\d{1,2}(\2(\d{4})?)?")

type Bounds = tuple[datetime | None, datetime | None]


class Finder:
    """Looks through one Gcam's clips, for `words`, all of which must be said of a clip.

    `names`: its cameras, as Home Assistant calls them.
    """

    def __init__(self, client: GcamClient, titles: Titles, names: Mapping[str, str], words: str) -> None:
        self._client = client
        self._titles = titles
        self._names = names
        self._words = tuple(plain(words).split())
        self._pages_left = _MOST_PAGES
        self._said_of_days: dict[date, frozenset[str]] = {}

    def cameras(self) -> list[str]:
        """Those whose names say it all."""
        return [it for it, name in self._names.items() if all(word in plain(name) for word in self._words)]

    async def clips(self, footage: Footage, timezone: str) -> list[Clip]:
        """Newest first, at most `MOST_FOUND`. Cameras that are named are looked through first."""
        found: dict[str, Clip] = {}
        bounds = await self._bounds(footage, timezone)
        for camera_id in self._order(footage):
            if len(found) >= MOST_FOUND:
                break
            async with aclosing(self._among(camera_id, bounds)) as clips:
                async for clip in clips:
                    if self._fits(clip):
                        found[clip.id] = clip
                    if len(found) >= MOST_FOUND:
                        break
        return sorted(found.values(), key=lambda clip: clip.started_at, reverse=True)

    def _order(self, footage: Footage) -> Iterator[str | None]:
        if footage.camera_id is None:
            names = {camera_id: plain(name) for camera_id, name in self._names.items()}
            of_names = [word for word in self._words if any(word in name for name in names.values())]
            if of_names:
                yield from (it for it, name in names.items() if all(word in name for word in of_names))
        yield footage.camera_id

    async def _bounds(self, footage: Footage, timezone: str) -> list[Bounds]:
        """When to look: where days are named, only on those."""
        if (given := footage.bounds(self._titles.zone)) is not None:
            return [given]
        days = self._days_named()
        if not days:
            return [(None, None)]
        recordings = await self._client.recordings(footage.camera_id, timezone=timezone)
        wanted = [it.day for it in recordings.days if days <= self._said_of_day(it.day)]
        return [self._between(first, last) for first, last in _runs(wanted)]

    def _days_named(self) -> frozenset[str]:
        """Words that mean a day, and are in no camera's name."""
        only_days = self._titles.words_for_days()
        names = [plain(name) for name in self._names.values()]
        return frozenset(
            word
            for word in self._words
            if (word in only_days or _LIKE_A_DAY.fullmatch(word)) and not any(word in name for name in names)
        )

    def _between(self, first: date, last: date) -> Bounds:
        zone = self._titles.zone
        after, before = Footage("", None, first).bounds(zone), Footage("", None, last).bounds(zone)
        assert after is not None
        assert before is not None
        return after[0], before[1]

    async def _among(self, camera_id: str | None, bounds: Sequence[Bounds]) -> AsyncGenerator[Clip]:
        for after, before in bounds:
            last: str | None = None
            while self._pages_left > 0:
                self._pages_left -= 1
                page = await self._client.clips(
                    camera_id, after=after, before=before, older_than=last, limit=_PAGE
                )
                for clip in page:
                    yield clip
                if len(page) < _PAGE:
                    break
                last = page[-1].id

    def _fits(self, clip: Clip) -> bool:
        day = self._titles.local(clip.started_at).date()
        said = plain(
            " ".join(
                [
                    self._names.get(clip.camera_id, ""),
                    clip.camera_name,
                    self._titles.clip(clip),
                    clip.kind,
                    clip.reason,
                ]
            )
        )
        of_day = self._said_of_day(day)
        return all(word in of_day or word in said for word in self._words)

    def _said_of_day(self, day: date) -> frozenset[str]:
        if day not in self._said_of_days:
            self._said_of_days[day] = self._titles.words_of_day(day)
        return self._said_of_days[day]


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days, ascending, as ranges, the latest first."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs[::-1]
