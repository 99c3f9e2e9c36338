"""Which of its pictures `gcam push` sends."""

from __future__ import annotations

import pytest

from gcam_addon.push.pace import Pace, asked_in


def sent(pace: Pace, from_s: float, to_s: float, fps: float) -> int:
    return sum(pace.is_due(from_s + n / fps) for n in range(int((to_s - from_s) * fps)))


def test_all_are_due_until_fewer_are_asked_for_and_at_once_again() -> None:
    pace = Pace()
    assert sent(pace, 0, 2, 30) == 60
    pace.ask(5)
    assert sent(pace, 2, 12, 30) == pytest.approx(50, abs=1)
    pace.ask(0.1)
    assert sent(pace, 12, 31, 30) == 2
    pace.ask(None)
    assert sent(pace, 31, 32, 30) == 30


def test_of_a_camera_that_gives_fewer_all_are_due() -> None:
    assert sent(Pace(20), 0, 10, 15) == 150


@pytest.mark.parametrize(("camera", "asked"), [(15, 10), (30, 25), (8, 5)])
def test_a_pace_that_is_no_part_of_the_cameras_is_kept_all_the_same(camera: float, asked: float) -> None:
    assert sent(Pace(asked), 0, 60, camera) == pytest.approx(60 * asked, rel=0.05)


def test_a_source_that_begins_anew_is_not_waited_for() -> None:
    pace = Pace(1)
    assert pace.is_due(5000)
    assert pace.is_due(0)


@pytest.mark.parametrize(
    ("form", "fps"), [(b"fps=5", 5), (b"fps=0.1", 0.1), (b"fps=60", 60), (b"fps=0", None)]
)
def test_what_gcam_sets_is_a_pace(form: bytes, fps: float | None) -> None:
    assert asked_in(form) == fps


@pytest.mark.parametrize("form", [b"", b"fps=", b"fps=61", b"fps=-1", b"fps=nan", b"fps=inf", b"fps=x"])
def test_what_is_none_is_refused(form: bytes) -> None:
    with pytest.raises(ValueError, match="'fps' takes a number"):
        asked_in(form)


def test_anything_else_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="no control 'lamp'"):
        asked_in(b"fps=5&lamp=3")
