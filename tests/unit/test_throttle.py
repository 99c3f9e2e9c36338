"""Attempts slow down, and are forgotten."""

from __future__ import annotations

from gcam_addon.access.throttle import FREE_ATTEMPTS, MOST_KEYS, MOST_WAIT_S, Throttle


def test_a_few_failures_are_free_then_each_doubles_the_wait() -> None:
    throttle, waits = Throttle(), []
    for _ in range(FREE_ATTEMPTS + 3):
        throttle.failed("a", 0.0)
        waits.append(throttle.wait_s("a", 0.0))
    assert waits == [0.0] * (FREE_ATTEMPTS - 1) + [2.0, 4.0, 8.0, 16.0]
    assert throttle.wait_s("a", 10.0) == 6.0
    assert throttle.wait_s("b", 0.0) == 0.0


def test_the_wait_has_a_limit_and_success_ends_it() -> None:
    throttle = Throttle()
    for _ in range(100):
        throttle.failed("a", 0.0)
    assert throttle.wait_s("a", 0.0) == MOST_WAIT_S
    throttle.succeeded("a")
    assert throttle.wait_s("a", 0.0) == 0.0


def test_memory_is_bounded() -> None:
    throttle = Throttle()
    for number in range(MOST_KEYS * 2):
        throttle.failed(f"key {number}", float(number))
    assert len(throttle._failures) <= MOST_KEYS
    assert f"key {MOST_KEYS * 2 - 1}" in throttle._failures
