"""Floors under what the detectors reach on labelled footage, if there is any.

Those under all of it take minutes of one core: they are `thorough`. Of short clips every test run sees that
they are told as ever.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import replace

import pytest

from benchmarks.accuracy import (
    SETTINGS,
    find_events,
    find_events_after_lulls,
    footage_dir,
    pictures,
    read_labels,
    thinned,
)
from benchmarks.scoring import Score, score
from gcam_addon.config.model import DetectorName

ADAPTIVE = DetectorName.ADAPTIVE
TUNED_ON = {
    *("highway", "office", "traffic_jitter", "caviar2", "waving_trees", "bgslib_topdown_cars"),
    *("bmc2012_street_112_synthetic", "driveway_person", "dvrscan_brightness_change", "intel_car"),
    *("intel_one_by_one_person", "static_motorbikes"),
}
"""The clips that were there when the detector was made; the others tell how it fares elsewhere."""

SHORT = {
    *("caviar2", "waving_trees", "bgslib_topdown_cars", "driveway_person", "intel_car"),
    *("thermal_cat", "thermal_garden", "rain_yard"),
}

has_footage = pytest.mark.skipif(
    not (footage_dir() / "labels.json").is_file(), reason=f"no labelled footage in {footage_dir()}"
)


@pytest.mark.footage
@has_footage
@pytest.mark.parametrize("lull_s", [math.inf, 2.0])
@pytest.mark.parametrize("clip", sorted(SHORT))
def test_all_that_moves_in_a_short_clip_is_told_and_nothing_else(clip: str, lull_s: float) -> None:
    path, labels = read_labels(footage_dir())[clip]
    frames = thinned(path, labels.fps, 6.0)
    found = score(labels, find_events_after_lulls(frames, lull_s=lull_s).spans)
    assert (found.hit, found.good, found.false_s) == (found.labels, found.found, 0.0)


@pytest.mark.thorough
@pytest.mark.footage
@has_footage
def test_floors_on_labelled_footage() -> None:
    total, tuned = Score(), Score()
    for clip, (path, labels) in read_labels(footage_dir()).items():
        frames = thinned(path, labels.fps, 6.0)
        result = score(labels, find_events([ADAPTIVE], frames)[ADAPTIVE])
        total.add(result)
        if clip in TUNED_ON:
            tuned.add(result)
    assert tuned.f1_iou >= 0.85
    assert tuned.recall >= 0.9
    assert total.f1_iou >= 0.85
    assert total.false_per_minute <= 2.0
    assert total.recall >= 0.95


@pytest.mark.thorough
@pytest.mark.footage
@has_footage
@pytest.mark.parametrize(("fps", "paced"), [(6.0, True), (15.0, False)])
def test_pictures_put_aside_after_a_lull_cost_no_event(fps: float, paced: bool) -> None:
    """Put aside five times as early as a camera's are, since the clips are short."""
    usual, rarely = Score(), Score()
    looks = rare_looks = 0
    told_s: list[float] = []
    told_late_s: list[float] = []
    for path, labels in read_labels(footage_dir()).values():
        frames = list(thinned(path, labels.fps, fps))
        ever = find_events_after_lulls(iter(frames), lull_s=math.inf, paced=paced)
        found = find_events_after_lulls(iter(frames), lull_s=2.0, paced=paced)
        usual.add(score(labels, ever.spans))
        rarely.add(score(labels, found.spans))
        told_s += ever.told_after_s(labels)
        told_late_s += found.told_after_s(labels)
        looks, rare_looks = looks + ever.looks, rare_looks + found.looks
    assert rare_looks < 0.98 * looks, "some were never looked at"
    assert rarely.recall >= max(0.95, usual.recall)
    assert rarely.f1_iou >= max(0.85, usual.f1_iou - 0.02)
    assert rarely.false_per_minute <= max(2.0, 1.05 * usual.false_per_minute)
    assert rarely.delay_s <= 0.2
    assert statistics.median(told_late_s) <= statistics.median(told_s) + 0.2


@pytest.mark.footage
@has_footage
@pytest.mark.parametrize("name", ["dvrscan_brightness_change", "static_motorbikes"])
@pytest.mark.parametrize("sensitivity", [50, 70])
def test_no_false_event_where_only_the_light_changes(name: str, sensitivity: int) -> None:
    path, labels = read_labels(footage_dir())[name]
    frames = pictures(path, labels.fps, None)
    assert find_events([ADAPTIVE], frames, replace(SETTINGS, sensitivity=sensitivity))[ADAPTIVE] == []
