"""A camera's clock on this machine's line."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gcam_addon.sources.timeline import TimeLine

STEP_S = 1 / 15


def test_how_long_it_lasts_is_the_camera_s_word() -> None:
    line = TimeLine()
    late_s = [0.0, 0.03, 0.01, 0.05] * 20
    at = [line.at(index * STEP_S, 100.0 + index * STEP_S + late) for index, late in enumerate(late_s)]
    assert at[0] == 100.0
    assert [after - before for before, after in pairwise(at)] == pytest.approx([STEP_S] * 79, abs=1e-4)


def test_what_comes_first_in_one_go_is_put_where_it_belongs() -> None:
    line = TimeLine()
    line.begin([(0.0, 100.0), (0.5, 100.0), (1.0, 100.0)])
    assert [line.at(media, 100.0) for media in (0.0, 0.5, 1.0)] == pytest.approx([99.0, 99.5, 100.0])


def test_a_clock_that_drifts_is_followed_slowly() -> None:
    line = TimeLine()
    for index in range(15 * 600):
        arrival = 100.0 + index * STEP_S * 1.0004
        at = line.at(index * STEP_S, arrival)
    assert abs(at - arrival) < 0.05


@pytest.mark.parametrize("jump_s", [1000.0, -1000.0, -2.0])
def test_a_clock_that_jumps_begins_a_new_line(jump_s: float) -> None:
    line = TimeLine()
    before = line.at(5000.0, 100.0)
    after = line.at(5000.0 + STEP_S + jump_s, 100.0 + STEP_S)
    assert after - before == pytest.approx(STEP_S)
    assert not line.is_by_arrival


def test_one_that_jumps_again_and_again_is_not_believed() -> None:
    line = TimeLine()
    for index in range(6):
        line.at(index * 1000.0, 100.0 + index)
    assert line.is_by_arrival
    assert line.at(5000.1, 107.0) == 107.0


def test_what_a_pause_of_the_network_held_back_keeps_its_time() -> None:
    line = TimeLine()
    line.at(0.0, 100.0)
    at = [line.at(1.0 + index * STEP_S, 104.0) for index in range(5)]
    assert at == pytest.approx([101.0 + index * STEP_S for index in range(5)], abs=0.01)


def test_sound_is_beside_the_pictures_where_its_clock_is_theirs() -> None:
    line = TimeLine()
    line.at(10.0, 100.0)
    assert line.beside(10.2, 100.25) == pytest.approx(100.2)
    assert line.beside(500.0, 100.25) is None
    assert line.beside(None, 100.25) is None
