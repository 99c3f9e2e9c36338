"""How often somebody may try a password: freely at first, then ever more slowly. Pure, monotonic times."""

from __future__ import annotations

from dataclasses import dataclass

FREE_ATTEMPTS = 5
FIRST_WAIT_S = 2.0
MOST_WAIT_S = 15 * 60.0
FORGET_AFTER_S = 24 * 3600.0
MOST_KEYS = 10_000


@dataclass(slots=True)
class _Failures:
    count: int
    last_s: float


class Throttle:
    """Failures per key (an account's name, an address). After a few each doubles the wait; success and a day
    of quiet forget them.
    """

    def __init__(self) -> None:
        self._failures: dict[str, _Failures] = {}

    def wait_s(self, key: str, now_s: float) -> float:
        """How long until `key` may try again; 0: now."""
        failures = self._failures.get(key)
        if failures is None or failures.count < FREE_ATTEMPTS or _is_old(failures, now_s):
            return 0.0
        delay_s = min(MOST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures.count - FREE_ATTEMPTS, 20))
        return max(0.0, failures.last_s + delay_s - now_s)

    def failed(self, key: str, now_s: float) -> None:
        self._forget(now_s)
        failures = self._failures.get(key)
        if failures is None or _is_old(failures, now_s):
            failures = self._failures[key] = _Failures(0, now_s)
        failures.count += 1
        failures.last_s = now_s

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)

    def _forget(self, now_s: float) -> None:
        """Old ones go; when there are too many all the same, those longest quiet."""
        if len(self._failures) < MOST_KEYS:
            return
        kept = sorted(self._failures.items(), key=lambda item: item[1].last_s)[MOST_KEYS // 10 :]
        self._failures = {key: item for key, item in kept if not _is_old(item, now_s)}


def _is_old(failures: _Failures, now_s: float) -> bool:
    return now_s - failures.last_s >= FORGET_AFTER_S
