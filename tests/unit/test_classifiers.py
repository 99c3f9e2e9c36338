"""Whether what is to be seen in a part of a picture is named, and placed where it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.accuracy import footage_dir
from gcam_addon.classifiers import ssd
from gcam_addon.classifiers.anchors import anchors, corners
from gcam_addon.classifiers.nothing import NamesNothing
from gcam_addon.interfaces import Bgr
from gcam_addon.model import Box, Kind, Named

has_footage = pytest.mark.skipif(
    not (footage_dir() / "labels.json").is_file(), reason=f"no labelled footage in {footage_dir()}"
)

WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def test_anchors_are_laid_out_as_the_model_was_trained() -> None:
    laid = anchors(300)
    assert laid.shape == (1917, 4)
    near, wide, tall = (corners(np.zeros((1, 4), np.float32), laid[i : i + 1])[0] for i in range(3))
    # As the model's own graph has them, which is left out when it is converted.
    assert near == pytest.approx([-0.02368421, -0.02368421, 0.07631579, 0.07631579], abs=1e-6)
    assert wide == pytest.approx([-0.11510557, -0.04439489, 0.16773716, 0.09702647], abs=1e-6)
    assert tall == pytest.approx([-0.04439489, -0.11510557, 0.09702647, 0.16773716], abs=1e-6)
    last = corners(np.zeros((1, 4), np.float32), laid[-1:])[0]
    assert last == pytest.approx([0.01266029, 0.01266029, 0.98733974, 0.98733974], abs=1e-4)
    assert anchors(224).shape[1] == 4


def test_a_box_is_measured_from_its_anchor() -> None:
    at = np.array([[0.5, 0.25, 0.2, 0.1]], np.float32)
    coded = np.array([[1.0, -2.0, 5 * np.log(2), 0.0]], np.float32)
    assert corners(coded, at)[0] == pytest.approx([0.18, 0.32, 0.28, 0.72])


def test_nothing_is_named_by_who_names_nothing() -> None:
    assert NamesNothing().classify(np.zeros((48, 64, 3), np.uint8), [WHOLE]) == ()


@pytest.fixture(scope="module")
def classifier() -> ssd.SsdClassifier:
    if not ssd.is_there():
        pytest.skip("the model could not be had when the package was set up")
    return ssd.SsdClassifier()


def test_a_grey_wall_has_no_name(classifier: ssd.SsdClassifier) -> None:
    assert classifier.classify(np.full((480, 640, 3), 120, np.uint8), [WHOLE]) == []


def test_a_crop_of_no_pixels_shows_nothing(classifier: ssd.SsdClassifier) -> None:
    assert classifier.classify(np.zeros((48, 64, 3), np.uint8), [Box(0.5, 0.5, 0.0, 0.0)]) == []


def best(seen: list[Named]) -> Named:
    return max(seen, key=lambda one: one.score)


@pytest.mark.footage
@has_footage
@pytest.mark.parametrize(
    ("clip", "frame", "kind", "box"),
    [
        ("office.mkv", 1060, Kind.PERSON, Box(0.38, 0.17, 0.17, 0.83)),
        ("highway.mkv", 784, Kind.VEHICLE, Box(0.65, 0.25, 0.15, 0.19)),
    ],
)
def test_what_is_there_is_named_where_it_is(
    classifier: ssd.SsdClassifier, clip: str, frame: int, kind: Kind, box: Box
) -> None:
    picture = picture_of(clip, frame)
    around = Box(max(0.0, box.x - 0.2), 0.0, min(0.6, 1.2 - box.x), 1.0)
    for crop in (WHOLE, around):
        found = max(classifier.classify(picture, [crop]), key=lambda one: (one.kind is kind, one.score))
        assert found.kind is kind
        assert found.score >= 60
        assert (found.box.x, found.box.y, found.box.width, found.box.height) == pytest.approx(
            (box.x, box.y, box.width, box.height), abs=0.06
        )


def picture_of(clip: str, frame: int) -> Bgr:
    film = cv2.VideoCapture(str(footage_dir() / clip))
    film.set(cv2.CAP_PROP_POS_FRAMES, frame)
    read, picture = film.read()
    film.release()
    assert read
    return picture.astype(np.uint8, copy=False)
