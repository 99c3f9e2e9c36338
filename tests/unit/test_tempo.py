from __future__ import annotations

import pytest

from gcam_addon.pipeline.tempo import Tempo


def test_few_pictures_suffice_until_something_stirs_and_again_once_it_is_calm() -> None:
    tempo = Tempo()
    assert tempo.fps(100.0, 5.0, 5.0) == 5.0
    tempo.stir(100.0)
    assert tempo.fps(100.0, 5.0, 5.0) is None
    tempo.stir(95.0)  # told late
    assert tempo.fps(109.9, 5.0, 5.0) is None
    assert tempo.fps(110.0, 5.0, 5.0) == 5.0


def test_a_clip_has_its_whole_post_roll_at_the_full_rate() -> None:
    tempo = Tempo()
    tempo.stir(0.0)
    assert tempo.fps(29.9, 5.0, 30.0) is None
    assert tempo.fps(30.0, 5.0, 30.0) == 5.0


@pytest.mark.parametrize("idle_fps", [None, 0.0])
def test_who_wants_all_gets_all(idle_fps: float | None) -> None:
    assert Tempo().fps(100.0, idle_fps, 5.0) is None
