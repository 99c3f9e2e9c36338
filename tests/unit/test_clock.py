"""Time: a step of the machine's clock changes nothing until somebody takes it over."""

import time

from gcam_addon.clock import PATIENCE_S, ManualClock, StepWatch, SystemClock


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
    (before, wall, after), (later_before, later, later_after) = [
        (clock.monotonic(), clock.wall(), clock.monotonic()) for _ in range(2)
    ]
    rounding_s = 1e-5
    assert later_before - after - rounding_s <= later - wall <= later_after - before + rounding_s


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5.0)
    assert clock.monotonic() == 5.0
    wall = clock.wall()
    clock.advance(2.5)
    assert (clock.monotonic(), clock.wall() - wall) == (7.5, 2.5)
    clock.set(100.0)
    assert clock.monotonic() == 100.0


def test_a_step_is_taken_over_as_soon_as_no_event_spans_it() -> None:
    watch = StepWatch(ManualClock())
    assert not watch.is_due(3600.0, has_events=True)
    assert watch.is_due(3600.0, has_events=False)
    assert not watch.is_due(0.5, has_events=False)


def test_a_step_is_taken_over_although_there_is_always_an_event_somewhere() -> None:
    clock = ManualClock()
    watch = StepWatch(clock)
    for _ in range(10):
        assert not watch.is_due(-3600.0, has_events=True)
        clock.advance(PATIENCE_S / 10)
    assert watch.is_due(-3600.0, has_events=True)


def test_a_step_that_is_taken_back_is_forgotten() -> None:
    clock = ManualClock()
    watch = StepWatch(clock)
    assert not watch.is_due(3600.0, has_events=True)
    clock.advance(PATIENCE_S)
    assert not watch.is_due(0.0, has_events=True)
    assert not watch.is_due(3600.0, has_events=True)
