"""Backoff: quick in the first minute, rare afterwards, never in step with other cameras."""

import random

from gcam_addon.pipeline.backoff import Backoff


def _outage(backoff: Backoff, until_s: float, attempt_s: float = 0.0) -> list[tuple[float, float]]:
    """(time into the outage, delay) of every attempt of an outage in which each attempt takes `attempt_s`."""
    at_s, attempts = 0.0, []
    while at_s < until_s:
        at_s += attempt_s
        delay_s = backoff.next(at_s)
        attempts.append((at_s, delay_s))
        at_s += delay_s
    return attempts


def test_a_short_outage_is_noticed_within_five_seconds_of_its_end() -> None:
    for seed in range(50):
        delays = [delay for at, delay in _outage(Backoff(random.Random(seed)), 60.0)]
        assert max(delays) <= 3.0


def test_a_long_outage_costs_about_one_attempt_a_minute() -> None:
    attempts = _outage(Backoff(random.Random(1)), 3600.0)
    late = [delay for at, delay in attempts if at > 600]
    assert all(45.0 <= delay <= 60.0 for delay in late)
    assert len(attempts) < 120


def test_cameras_that_fail_together_do_not_return_together() -> None:
    schedules = {
        round(sum(d for _, d in _outage(Backoff(random.Random(seed)), 30.0)), 3) for seed in range(16)
    }
    assert len(schedules) == 16


def test_a_stable_run_starts_over() -> None:
    backoff = Backoff(random.Random(1))
    _outage(backoff, 600.0)
    assert backoff.next(0.5, was_stable=True) <= 0.5


def test_a_board_that_sends_a_picture_and_resets_is_left_alone_for_longer_and_longer() -> None:
    backoff = Backoff(random.Random(1))
    delays = [backoff.next(0.1, was_stable=False) for _ in range(10)]
    assert delays[0] <= 0.5
    assert all(2.25 <= delay <= 3.0 for delay in delays[5:])
