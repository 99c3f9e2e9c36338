"""How a board with Gcam's firmware fares, as it tells once a minute, and what a day of that means. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any, Final, NamedTuple

from gcam_addon.words.reason import Reason, because

KEPT_S: Final = 86_400.0
_NUMBERS = ("uptime_s", "boots", "heap_free", "heap_largest")
RESETS: Final = (
    *("power_on", "software", "watchdog", "brownout", "panic", "deep_sleep", "external", "unknown"),
)
"""Why a board started, as it tells."""
_MOST: Final = 2**53
_WEAK_DBM: Final = -75
_NEWEST: Final = 60
"""Minutes by whose median the signal is judged."""
_MANY_RESTARTS: Final = 5
_CLOCK_S: Final = 15.0
_CLOCK_SHARE: Final = 0.1
_OFTEN: Final = 3
_LITTLE_BYTES: Final = 16 * 1024
"""In one piece: a stream writes 5,760 bytes at once, and its socket holds as much again."""


@dataclass(frozen=True, slots=True)
class BoardHealth:
    """In the words of docs/ref/board.md; None: it does not tell, or has none."""

    at: float
    uptime_s: int
    boots: int
    reset: str
    heap_free: int
    heap_largest: int
    rssi_dbm: int | None
    psram_free: int | None
    taken: int
    sent: int
    skipped: int
    id: str | None = None
    """The chip's; what was kept by an earlier Gcam has none."""

    @property
    def started_at(self) -> int:
        """Whole seconds: what the board tells is no more exact."""
        return round(self.at - self.uptime_s)

    def told(self) -> dict[str, Any]:
        return asdict(self)


class Trouble(NamedTuple):
    """What its owner should mend, and how."""

    what: Reason
    remedy: Reason


@dataclass(frozen=True, slots=True)
class BoardDay:
    """What a day's looks at a board come to."""

    newest: BoardHealth
    restarts: Mapping[str, int]
    troubles: tuple[Trouble, ...]

    @classmethod
    def of(cls, samples: Sequence[BoardHealth]) -> BoardDay:
        """`samples`: one at least, oldest first."""
        return cls(samples[-1], restarts(samples), tuple(troubles(samples)))


def health_in(said: Mapping[str, Any], at: float) -> BoardHealth | None:
    """What a board's status says of it; None where that can't be understood."""
    frames = said.get("frames")
    numbers = {name: _whole(said.get(name)) for name in _NUMBERS}
    counts = (
        {name: _whole(frames.get(name)) for name in ("taken", "sent", "skipped")}
        if isinstance(frames, Mapping)
        else {}
    )
    if not counts or None in numbers.values() or None in counts.values():
        return None
    reset = said.get("reset")
    return BoardHealth(
        at=at,
        reset=reset if isinstance(reset, str) and reset in RESETS else "unknown",
        rssi_dbm=_whole(said.get("rssi_dbm"), least=-200),
        psram_free=_whole(said.get("psram_free")),
        id=None,
        **{name: number or 0 for name, number in (numbers | counts).items()},
    )


def restarts(samples: Sequence[BoardHealth]) -> Mapping[str, int]:
    """How often it started anew while it was looked at, by what it says why; of several starts between two
    looks only the last one's reason is known.
    """
    reasons: Counter[str] = Counter()
    for before, after in pairwise(samples):
        more = after.boots - before.boots if after.id == before.id else 0
        if more > 0:
            reasons[after.reset] += 1
            reasons["unknown"] += more - 1
    return {reason: count for reason, count in reasons.items() if count}


def troubles(samples: Sequence[BoardHealth]) -> Iterator[Trouble]:
    """What its owner should mend. `samples`: oldest first."""
    lately = samples[-_NEWEST:]
    signals = [one.rssi_dbm for one in lately if one.rssi_dbm is not None]
    if signals and median(signals) < _WEAK_DBM:
        yield Trouble(because("board_weak", signal=round(median(signals))), because("board_nearer"))
    why = restarts(samples)
    if why.get("brownout"):
        yield Trouble(because("board_brownout", times=why["brownout"]), because("board_supply"))
    elif samples and samples[-1].reset == "brownout":
        yield Trouble(because("board_brownout_last"), because("board_supply"))
    if sum(why.values()) >= _MANY_RESTARTS:
        yield Trouble(because("board_restarts", times=sum(why.values())), because("board_look"))
    pieces = [one.heap_largest for one in lately]
    if pieces and median(pieces) < _LITTLE_BYTES:
        kilobytes = round(median(pieces) / 1024)
        yield Trouble(because("board_memory", kilobytes=kilobytes), because("board_lighter"))
    if _is_by_turns([one.id for one in lately if one.id is not None]):
        yield Trouble(because("board_turns"), because("board_own_key"))
    if sum(_is_clock_wrong(*both) for both in pairwise(lately)) >= _OFTEN:
        yield Trouble(because("board_clock"), because("board_start_anew"))


def _is_by_turns(ids: Sequence[str]) -> bool:
    """One comes back after another: a board that took another's place does not."""
    runs = [one for one, _ in groupby(ids)]
    return len(set(runs)) < len(runs)


def _is_clock_wrong(before: BoardHealth, after: BoardHealth) -> bool:
    """It counted another time than passed, without a start. Once it may be our own clock that stepped."""
    passed_s = after.at - before.at
    counted_s = after.uptime_s - before.uptime_s
    is_same = after.id == before.id and after.boots == before.boots
    return is_same and abs(counted_s - passed_s) > max(_CLOCK_S, _CLOCK_SHARE * passed_s)


def _whole(value: object, *, least: int = 0) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        return None
    return value
