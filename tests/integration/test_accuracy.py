"""Floors under what the detectors reach on the simulator's scenes.

The full table, all detectors beside each other: `python benchmarks/accuracy.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import ClassVar

import cv2
import numpy as np
import pytest

from benchmarks.accuracy import (
    Lulled,
    Table,
    find_events,
    find_events_after_lulls,
    scene_pictures,
)
from benchmarks.circumstances import Circumstances, of_footage
from benchmarks.halves import split
from benchmarks.perturbed import PERTURBATIONS, Numbered, Perturbation, perturbed, unchanged
from benchmarks.scoring import Labels, Score, begun_later, lost_s, score
from gcam_addon.config.model import DetectorName
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Size, Unit, jpeg_unit
from gcam_addon.simulator.scenes import SCENES

ADAPTIVE = DetectorName.ADAPTIVE
QVGA = Size(320, 240)
STIRRED = {
    "garden-insects": 1.0,
    "garden-snow": 2.0,
    "garden-snow-person": 2.0,
    "garden-water": 3.5,
}
"""What is hard: false seconds that are allowed, in 40."""
QUIET = [name for name, script in SCENES.items() if not script.actors and name not in STIRRED]
BUSY = [name for name, script in SCENES.items() if script.actors]

Rendered = Callable[[str], tuple[Labels, Numbered]]


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    """A scene's truth and pictures, drawn once, when first asked for: drawing takes three times as long as
    looking.
    """

    @cache
    def draw(name: str) -> tuple[Labels, list[tuple[int, Unit]]]:
        labels, frames = scene_pictures(name, QVGA, 5.0)
        return labels, list(frames)

    def scene(name: str) -> tuple[Labels, Numbered]:
        labels, frames = draw(name)
        return labels, iter(frames)

    return scene


@pytest.mark.parametrize("name", QUIET)
def test_no_false_event_in_a_quiet_scene(name: str) -> None:
    _, frames = scene_pictures(name, QVGA, 5.0)
    assert find_events([ADAPTIVE], frames)[ADAPTIVE] == []


@pytest.mark.parametrize("name", BUSY)
def test_everybody_in_a_busy_scene_is_seen(name: str, rendered: Rendered) -> None:
    labels, frames = rendered(name)
    result = score(labels, find_events([ADAPTIVE], frames)[ADAPTIVE])
    assert result.hit == result.labels > 0
    if name not in STIRRED:
        assert result.good == result.found
    assert result.false_s <= STIRRED.get(name, 1.0)


@pytest.mark.parametrize("name", [name for name in STIRRED if not SCENES[name].actors])
def test_what_is_false_where_much_stirs_has_a_limit(name: str) -> None:
    labels, frames = scene_pictures(name, QVGA, 5.0)
    assert score(labels, find_events([ADAPTIVE], frames)[ADAPTIVE]).false_s <= STIRRED[name]


@pytest.mark.parametrize("name", ["garden-person", "garden-car", "garden-busy"])
def test_a_camera_that_is_looked_at_rarely_sees_them_too(name: str) -> None:
    labels, frames = scene_pictures(name, QVGA, 2.0)
    seen, asked = list(frames), 0
    for fps in (2.0, 1.0, 0.5):
        warm = max(5.0 * 2.0 / fps, 6.0) + 1  # pictures until five were looked at and 3 s have gone by
        lasting = tuple((a, b) for a, b in labels.events if b - max(a, warm) >= 3 * 2.0 / fps)
        spans = find_events([ADAPTIVE], _thinned(iter(seen), 2.0, fps))[ADAPTIVE]
        result = score(replace(labels, events=lasting), spans)
        assert result.hit == result.labels, fps
        asked += result.labels
    assert asked >= 3


def _thinned(frames: Numbered, fps: float, to_fps: float) -> Numbered:
    step = max(1, round(fps / to_fps))
    return (frame for frame in frames if frame[0] % step == 0)


@pytest.mark.parametrize("name", [name for name in BUSY if name not in STIRRED])  # snow has no lulls
def test_everybody_is_seen_at_once_after_a_long_lull(name: str, rendered: Rendered) -> None:
    labels, frames = rendered(name)
    found = find_events_after_lulls(frames, lull_s=2.0)
    _is_as_ever(labels, found)
    assert found.looks < labels.evaluated[1] + 1


@pytest.mark.parametrize("name", ["room-person", "garden-car"])
def test_and_so_is_who_comes_before_a_board_at_its_full_rate(name: str) -> None:
    labels, drawn = scene_pictures(name, QVGA, 15.0)
    frames = list(drawn)
    found = find_events_after_lulls(iter(frames), lull_s=2.0, paced=False)
    _is_as_ever(labels, found)
    assert found.looks < find_events_after_lulls(iter(frames), lull_s=math.inf, paced=False).looks


@pytest.mark.parametrize("since_look", range(5))
def test_who_is_in_sight_for_less_than_a_second_is_seen_by_the_length_of_the_pictures(
    since_look: int, rendered: Rendered
) -> None:
    """Whatever fast comes between two looks, which are a second apart by then."""
    _, frames = rendered("garden-empty")
    found = find_events_after_lulls(iter(_passed_by(list(frames), 120 + since_look)), lull_s=2.0)
    assert len(found.spans) == 1
    assert found.looks < 120


def _passed_by(frames: list[tuple[int, Unit]], first: int) -> list[tuple[int, Unit]]:
    """With a car that crosses four of the pictures."""
    car = np.random.default_rng(1).integers(0, 255, (12, 20, 3), dtype=np.uint8)
    car = cv2.resize(car, (60, 36), interpolation=cv2.INTER_NEAREST)
    for step in range(4):
        index, unit = frames[first + step]
        picture = cv2.imdecode(np.frombuffer(unit.data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        left = 10 + 50 * step
        picture[150 : 150 + 36, left : left + 60] = car
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 65])[1].tobytes()
        frames[first + step] = index, replace(unit, data=jpeg)
    return frames


def _is_as_ever(labels: Labels, found: Lulled) -> None:
    result = score(labels, found.spans)
    assert result.hit == result.labels > 0
    assert result.good == result.found
    assert result.false_s <= 1.0


def test_every_item_is_told_by_cause() -> None:
    labels, _ = scene_pictures("garden-insects-person", QVGA, 5.0)
    assert labels.about.named() == (("size", "0.4 to 3 %"), ("light", "infrared"), ("weather", "insects"))
    told = of_footage("rain_yard", {"weather": "hail", "size": [368, 640]})
    assert told.named() == (("size", "nobody"), ("light", "day"), ("weather", "hail"))


def test_losses_are_added_up_by_cause(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("", [ADAPTIVE])
    rain, calm = Circumstances("far", "day", "rain"), Circumstances("near", "day", "calm")
    table.add("a", Labels(10.0, (0, 999), ((100, 199),), about=rain), {ADAPTIVE: [(100, 199), (500, 509)]})
    table.add("b", Labels(10.0, (0, 999), ((100, 199),), about=calm), {ADAPTIVE: []})
    table.show_causes([ADAPTIVE])
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if ": " in line]
    counts = {" ".join(row[:2]): (row[2], row[4]) for row in rows}
    assert counts["light: day"] == ("1/2", "1.0")
    assert counts["size: near"] == ("0/1", "0.0")
    assert counts["weather: rain"] == ("1/1", "1.0")


class TestScoring:
    """Worked by hand, at 10 pictures a second."""

    LABELS = Labels(10.0, (0, 999), ((100, 199), (300, 399)), dont_care=((500, 549),))

    def test_a_perfect_answer(self) -> None:
        result = score(self.LABELS, [(100, 199), (300, 399)])
        assert (result.recall, result.precision, result.f1, result.f1_iou) == (1.0, 1.0, 1.0, 1.0)
        assert result.false_s == 0.0
        assert result.delays_s == [0.0, 0.0]

    def test_one_long_answer_hits_both_and_matches_neither_well(self) -> None:
        result = score(self.LABELS, [(0, 999)])
        assert (result.hit, result.good, result.matched) == (2, 1, 0)
        assert result.f1_iou == 0.0
        quiet = 1000 - 2 * (100 + 5 + 15) - (50 + 5 + 15)  # labels and don't-care with their margins
        assert result.quiet_s == pytest.approx(quiet / 10)
        assert result.false_s == pytest.approx(quiet / 10)

    def test_gaps_under_a_second_are_one_event(self) -> None:
        result = score(self.LABELS, [(100, 140), (150, 199)])
        assert (result.found, result.matched) == (1, 1)

    def test_an_answer_in_what_does_not_matter_is_neither_good_nor_bad(self) -> None:
        result = score(self.LABELS, [(510, 540)])
        assert (result.hit, result.good, result.false_s) == (0, 1, 0.0)

    def test_delay_and_a_late_end_that_is_known(self) -> None:
        result = score(self.LABELS, [(120, 229)], tail_s=3.0)
        assert result.delays_s == [2.0]
        assert result.false_s == 0.0


def test_the_scenes_are_long_enough_to_be_scored() -> None:
    labels, frames = scene_pictures("room-person", QVGA, 5.0)
    assert labels.events
    assert len(list(islice(frames, 3))) == 3


def test_labelled_seconds_without_an_event_are_told_by_what_was_decided() -> None:
    causes = {index: Cause.TOO_SMALL if index < 20 else Cause.QUIET for index in range(100)}
    lost = lost_s(Labels(10.0, (0, 99), ((10, 59),)), [(30, 49)], causes)
    assert lost == {Cause.TOO_SMALL: 1.0, Cause.QUIET: 2.0}
    assert not lost_s(Labels(10.0, (0, 99), ((10, 59),)), [(5, 60)], causes)


class TestPerturbed:
    """What is made of footage: numbered pictures, of which 10 came a second."""

    def _frames(self) -> Numbered:
        ramp = np.tile(np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None], (48, 1, 3))
        jpeg = cv2.imencode(".jpg", ramp)[1].tobytes()
        return ((index, jpeg_unit(jpeg, index / 10, index / 10, Size(64, 48))) for index in range(40))

    def _first(self, how: Perturbation) -> Unit:
        return next(perturbed(self._frames(), 10.0, how))[1]

    def _picture(self, how: Perturbation) -> Luma:
        return cv2.imdecode(np.frombuffer(self._first(how).data, np.uint8), cv2.IMREAD_GRAYSCALE)

    def test_it_is_looked_at_so_often_and_begins_so_late(self) -> None:
        indices = [index for index, _ in perturbed(self._frames(), 10.0, Perturbation("", start_s=1.7))]
        assert indices == list(range(18, 40, 2))
        often = [index for index, _ in perturbed(self._frames(), 10.0, Perturbation("", looks=25.0))]
        assert often == list(range(40)), "no oftener than there are pictures"

    def test_as_it_is_it_keeps_its_bytes(self) -> None:
        assert self._first(Perturbation("")).data == next(self._frames())[1].data

    def test_each_way_shows_the_same_place_otherwise(self) -> None:
        plain = self._picture(Perturbation("")).astype(float)
        for how in PERTURBATIONS:
            shown = self._picture(how).astype(float)
            is_other = shown.shape != plain.shape or abs(shown - plain).max() > 2
            assert is_other == (how.change is not unchanged or how.quality != 90), how.name
        assert self._picture(next(how for how in PERTURBATIONS if how.name == "mirrored"))[0, 0] > 240
        assert self._picture(next(how for how in PERTURBATIONS if "three quarters" in how.name)).shape == (
            36,
            48,
        )

    def test_labels_begin_later_too(self) -> None:
        labels = Labels(10.0, (0, 199), ((0, 9), (5, 35), (30, 90)))
        later = begun_later(labels, 1.0, 3.0)
        assert later.evaluated == (10, 199)
        assert later.events == ((30, 90),)
        assert later.dont_care == ((10, 35),), "over within the warm-up"
        assert begun_later(labels, 0.0, 3.0) == labels


class TestHalves:
    CLIPS: ClassVar = [f"clip {number}" for number in range(10)]

    def test_what_is_best_everywhere_is_chosen_and_holds(self) -> None:
        scores = {
            50: {clip: Score(labels=2, hit=2, found=2, good=2, matched=1) for clip in self.CLIPS},
            65: {clip: Score(labels=2, hit=2, found=2, good=2, matched=2) for clip in self.CLIPS},
        }
        halves = split(scores, usual=50, splits=20)
        assert halves.choices == {65: 20}
        assert (halves.chosen.middle, halves.usual.middle) == (1.0, 0.5)

    def test_what_is_good_for_some_clips_only_does_not_hold(self) -> None:
        good, bad = Score(labels=1, hit=1, found=1, good=1, matched=1), Score(labels=1)
        scores = {
            50: {clip: good if number % 2 else bad for number, clip in enumerate(self.CLIPS)},
            65: {clip: bad if number % 2 else good for number, clip in enumerate(self.CLIPS)},
        }
        halves = split(scores, usual=50, splits=200)
        assert set(halves.choices) == {50, 65}
        assert halves.chosen.middle < halves.usual.middle
