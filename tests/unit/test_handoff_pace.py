"""Pace: the rate of analysis is a rate in time, whatever the camera's frame rate."""

import pytest

from gcam_addon.pipeline.handoff import Pace


def _taken(stream_fps: float, wanted_fps: float, seconds: float = 20.0) -> int:
    pace = Pace()
    return sum(pace.take(i / stream_fps, wanted_fps) for i in range(int(stream_fps * seconds)))


@pytest.mark.parametrize(
    ("stream_fps", "wanted_fps", "expected"),
    [(15, 5, 5), (15, 15, 15), (12, 5, 5), (3, 5, 3), (25, 5, 5), (30, 15, 15), (7, 5, 5)],
)
def test_takes_the_wanted_rate_or_all_there_is(stream_fps: float, wanted_fps: float, expected: float) -> None:
    assert _taken(stream_fps, wanted_fps) == pytest.approx(expected * 20, rel=0.06)


def test_hurry_brings_the_next_frame_forward() -> None:
    pace = Pace()
    assert pace.take(0.0, 5.0)
    pace.hurry(0.0, 15.0)
    assert pace.take(1 / 15, 15.0)


def test_a_pause_is_not_made_up_for() -> None:
    pace = Pace()
    pace.take(0.0, 5.0)
    assert pace.take(100.0, 5.0)
    assert not pace.take(100.05, 5.0)
