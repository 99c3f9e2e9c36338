"""Floors under what the detectors reach on labelled footage, if there is any.

Apart from those on scenes: each takes a minute of one core, and files are tested beside each other.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.accuracy import (
    SETTINGS,
    Score,
    find_events,
    find_events_after_lulls,
    footage_dir,
    pictures,
    read_labels,
    score,
    thinned,
)
from gcam_addon.config.model import DetectorName

ADAPTIVE = DetectorName.ADAPTIVE
TUNED_ON = {
    *("highway", "office", "traffic_jitter", "caviar2", "waving_trees", "bgslib_topdown_cars"),
    *("bmc2012_street_112_synthetic", "driveway_person", "dvrscan_brightness_change", "intel_car"),
    *("intel_one_by_one_person", "static_motorbikes"),
}
"""The clips that were there when the detector was made; the others tell how it fares elsewhere."""

has_footage = pytest.mark.skipif(
    not (footage_dir() / "labels.json").is_file(), reason=f"no labelled footage in {footage_dir()}"
)


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


@pytest.mark.footage
@has_footage
def test_pictures_put_aside_after_a_lull_cost_no_event() -> None:
    """Put aside five times as early as a board's are, since the clips are short."""
    total, pictures_of_all, looks_of_all = Score(), 0, 0
    for path, labels in read_labels(footage_dir()).values():
        frames = list(thinned(path, labels.fps, 6.0))
        spans, looks = find_events_after_lulls(iter(frames), lull_s=2.0)
        total.add(score(labels, spans))
        pictures_of_all, looks_of_all = pictures_of_all + len(frames), looks_of_all + looks
    assert looks_of_all < 0.98 * pictures_of_all, "some were never looked at"
    assert total.recall >= 0.95
    assert total.f1_iou >= 0.85
    assert total.false_per_minute <= 2.0
    assert total.delay_s <= 0.2


@pytest.mark.footage
@has_footage
@pytest.mark.parametrize("name", ["dvrscan_brightness_change", "static_motorbikes"])
@pytest.mark.parametrize("sensitivity", [50, 70])
def test_no_false_event_where_only_the_light_changes(name: str, sensitivity: int) -> None:
    path, labels = read_labels(footage_dir())[name]
    frames = pictures(path, labels.fps, None)
    assert find_events([ADAPTIVE], frames, replace(SETTINGS, sensitivity=sensitivity))[ADAPTIVE] == []
