"""Time: a step of the machine's clock changes nothing until somebody takes it over."""

import time

from gcam_addon.clock import ManualClock, SystemClock


class _Watch:
    """The machine's wall clock, which somebody may set."""

    def __init__(self) -> None:
        self.offset_s = 1_700_000_000.0 - time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() + self.offset_s


def test_a_clock_that_steps_back_an_hour_tears_nothing() -> None:
    watch = _Watch()
    clock = SystemClock(watch)
    before = clock.wall()
    watch.offset_s -= 3600
    after = clock.wall()
    assert 0 <= after - before < 1
    assert round(clock.stepped_s()) == -3600

    clock.anchor()
    assert round(clock.wall() - after) == -3600
    assert abs(clock.stepped_s()) < 1


def test_both_readings_go_on_together() -> None:
    clock = SystemClock(_Watch())
    wall, monotonic = clock.wall(), clock.monotonic()
    assert abs((clock.wall() - wall) - (clock.monotonic() - monotonic)) < 0.01


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5.0)
    assert clock.monotonic() == 5.0
    wall = clock.wall()
    clock.advance(2.5)
    assert (clock.monotonic(), clock.wall() - wall) == (7.5, 2.5)
    clock.set(100.0)
    assert clock.monotonic() == 100.0
