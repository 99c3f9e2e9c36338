"""How a board with Gcam's firmware fares, as it tells once a minute, and what a day of that means. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

from gcam_addon.words.reason import Reason, because

KEPT_S: Final = 86_400.0
_NUMBERS = ("uptime_s", "boots", "heap_free", "heap_largest")
_RESETS = frozenset(
    ("power_on", "software", "watchdog", "brownout", "panic", "deep_sleep", "external", "unknown")
)
_MOST: Final = 2**53
_WEAK_DBM: Final = -75
_NEWEST: Final = 60
"""Minutes by whose median the signal is judged."""
_MANY_RESTARTS: Final = 5


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

    def told(self) -> dict[str, Any]:
        return asdict(self)


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
        reset=reset if isinstance(reset, str) and reset in _RESETS else "unknown",
        rssi_dbm=_whole(said.get("rssi_dbm"), least=-200),
        psram_free=_whole(said.get("psram_free")),
        **{name: number or 0 for name, number in (numbers | counts).items()},
    )


def restarts(samples: Sequence[BoardHealth]) -> Mapping[str, int]:
    """How often it started anew while it was looked at, by what it says why; of several starts between two
    looks only the last one's reason is known.
    """
    reasons: Counter[str] = Counter()
    for before, after in pairwise(samples):
        more = after.boots - before.boots
        if more > 0:
            reasons[after.reset] += 1
            reasons["unknown"] += more - 1
    return {reason: count for reason, count in reasons.items() if count}


def troubles(samples: Sequence[BoardHealth]) -> Iterator[Reason]:
    """What its owner should mend. `samples`: oldest first."""
    signals = [one.rssi_dbm for one in samples[-_NEWEST:] if one.rssi_dbm is not None]
    if signals and median(signals) < _WEAK_DBM:
        yield because("board_weak", signal=round(median(signals)))
    why = restarts(samples)
    if why.get("brownout"):
        yield because("board_brownout", times=why["brownout"])
    elif samples and samples[-1].reset == "brownout":
        yield because("board_brownout_last")
    if sum(why.values()) >= _MANY_RESTARTS:
        yield because("board_restarts", times=sum(why.values()))


def _whole(value: object, *, least: int = 0) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        return None
    return value
