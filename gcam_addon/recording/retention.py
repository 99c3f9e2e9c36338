"""Which clips have to go, and why: a pure decision over what there is. Who deletes: `keeper.py`."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcam_addon.config.model import RecordingSettings, RetentionSettings
from gcam_addon.model import Clip, Storage
from gcam_addon.recording.trash import Thrown
from gcam_addon.words.reason import Reason, because

_DAY_S = 86400.0
TRASH_S = 3 * _DAY_S
"""How long somebody has to change their mind after deleting a clip."""
_MANY_UNFINISHED = 10
"""With more, it is they that take the room: encoding does not keep up."""
_MARGIN = 0.05
"""Below its floor, this share of the floor more is freed, so that the next minute is not alike."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What there is of a camera; `ages_from` of the oldest clip that may be deleted, None: there is none."""

    camera_id: str
    clips: int
    size_bytes: int
    ages_from: float | None


@dataclass(frozen=True, slots=True)
class Aged:
    """A clip, and the moment from which it ages."""

    ages_from: float
    clip: Clip


@dataclass(frozen=True, slots=True)
class Stock:
    """All there is. `storage.clips_bytes` counts unfinished journals too; `oldest` gives a camera's clips
    that are not protected, oldest first, and is read only as far as they have to go.
    """

    storage: Storage
    holdings: Sequence[Holding]
    oldest: Callable[[str], Iterator[Aged]]


@dataclass(frozen=True, slots=True)
class Removal:
    clip: Clip
    why: str


def plan(
    stock: Stock,
    settings: RetentionSettings,
    cameras: Mapping[str, RecordingSettings],
    now: float,
) -> Iterator[Removal]:
    """One after the other, the oldest of a camera first. `cameras` holds the settings by camera id, and what
    is not in there (a removed camera) has the general ones.
    """
    lines = [_Line(holding, stock.oldest) for holding in stock.holdings]
    for line in lines:
        own = cameras.get(line.camera_id)
        yield from _too_old(line, settings, own, now)
        yield from _over_own_limit(line, own)
    freed_bytes = sum(line.freed_bytes for line in lines)
    everything = _in_order(lines)
    for excess_bytes, why in _shortages(stock.storage, settings):
        while freed_bytes < excess_bytes and (clip := next(everything, None)) is not None:
            freed_bytes += clip.size_bytes
            yield Removal(clip, why)


def keep_days_of(settings: RetentionSettings, own: RecordingSettings | None) -> float:
    """How old a camera's clips may become."""
    return settings.keep_days if own is None or own.keep_days is None else own.keep_days


def until_when(thrown: Thrown, settings: RetentionSettings, own: RecordingSettings | None) -> float:
    """A clip may be had back for some days, but becomes no older in the trash than it would have outside."""
    return min(thrown.at + TRASH_S, thrown.ages_from + keep_days_of(settings, own) * _DAY_S)


def missing_bytes(free_bytes: int, settings: RetentionSettings) -> int:
    """How much has to be freed of the disk; 0 where enough is free."""
    floor = settings.min_free_bytes
    return int(floor * (1 + _MARGIN)) - free_bytes if free_bytes < floor else 0


class _Line:
    """A camera's clips, in the order in which they have to go; nothing is asked for before it is wanted."""

    def __init__(self, holding: Holding, oldest: Callable[[str], Iterator[Aged]]) -> None:
        self.camera_id = holding.camera_id
        self.size_bytes = holding.size_bytes
        self.freed_bytes = 0
        self.ages_from = holding.ages_from
        """Of the next one; None: there is none."""
        self._oldest = oldest
        self._clips: Iterator[Aged] | None = None
        self._next: Aged | None = None

    def pop(self) -> Clip | None:
        if self._clips is None:
            self._clips = self._oldest(self.camera_id)
            self._advance()
        popped = self._next
        if popped is None:
            return None
        self._advance()
        self.freed_bytes += popped.clip.size_bytes
        return popped.clip

    def _advance(self) -> None:
        assert self._clips is not None
        self._next = next(self._clips, None)
        self.ages_from = None if self._next is None else self._next.ages_from


def _in_order(lines: Iterable[_Line]) -> Iterator[Clip]:
    """All that is left, oldest first."""
    heads = [(line.ages_from, line.camera_id, line) for line in lines if line.ages_from is not None]
    heapq.heapify(heads)
    while heads:
        _, camera_id, line = heapq.heappop(heads)
        if (clip := line.pop()) is not None:
            yield clip
        if line.ages_from is not None:
            heapq.heappush(heads, (line.ages_from, camera_id, line))


def _too_old(
    line: _Line, settings: RetentionSettings, own: RecordingSettings | None, now: float
) -> Iterator[Removal]:
    keep_days = keep_days_of(settings, own)
    while line.ages_from is not None and now - line.ages_from > keep_days * _DAY_S:
        if (clip := line.pop()) is None:
            return
        yield Removal(clip, because("older_than", days=keep_days))


def _over_own_limit(line: _Line, own: RecordingSettings | None) -> Iterator[Removal]:
    if own is None or own.max_bytes is None:
        return
    while line.size_bytes - line.freed_bytes > own.max_bytes and (clip := line.pop()) is not None:
        yield Removal(clip, because("camera_over", size=_readable(own.max_bytes)))


def _shortages(storage: Storage, settings: RetentionSettings) -> Iterable[tuple[int, Reason]]:
    """(bytes that have to go in all, why)."""
    if settings.max_bytes is not None:
        why = because("all_over", size=_readable(settings.max_bytes))
        yield storage.clips_bytes - settings.max_bytes, _behind(why, storage)
    wanted = missing_bytes(storage.free_bytes, settings)
    if wanted:
        yield wanted, _behind(because("less_was_free", size=_readable(settings.min_free_bytes)), storage)


def _behind(why: Reason, storage: Storage) -> Reason:
    """With what waits to become clips, where that is much."""
    waiting = storage.unfinished
    return because("and_waiting", why=why, count=waiting) if waiting > _MANY_UNFINISHED else why


def _readable(count: int) -> Reason:
    """Such as `1.5 GB`."""
    if count < 1024:
        return because("in_bytes", size=count)
    if count < 1024**2:
        return because("in_kb", size=_in_three_digits(count / 1024))
    if count < 1024**3:
        return because("in_mb", size=_in_three_digits(count / 1024**2))
    return because("in_gb", size=_in_three_digits(count / 1024**3))


def _in_three_digits(size: float) -> float:
    return float(f"{size:.3g}")
