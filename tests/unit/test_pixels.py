"""Pictures decoded, made smaller and encoded: one way for thumbnails, the history and notifications."""

from __future__ import annotations

import cv2
import pytest

from gcam_addon.model import Size
from gcam_addon.picture.jpeg import size_of
from gcam_addon.picture.orientation import of_rotation, oriented
from gcam_addon.picture.pixels import decoded, shrunk, upright
from tests.support.jpegs import claiming, jpeg


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1600, 1200), (320, 240)),
        ((640, 480), (320, 240)),
        ((400, 300), (320, 240)),
        ((160, 120), (160, 120)),
    ],
)
@pytest.mark.parametrize("rotation", [0, 90])
def test_what_is_larger_is_made_as_wide_as_asked_the_right_way_up(
    before: tuple[int, int], after: tuple[int, int], rotation: int
) -> None:
    stored = before if rotation == 0 else before[::-1]
    picture = oriented(jpeg(width=stored[0], height=stored[1]), of_rotation(rotation))
    small = shrunk(picture, 320, 80)
    assert small is not None
    assert size_of(small) == Size(*after)


@pytest.mark.parametrize(
    "damaged",
    [b"", b"no picture", jpeg()[:30], claiming(jpeg(), 65_000, 65_000)],
    ids=["empty", "text", "cut", "absurd"],
)
def test_what_is_no_picture_is_none(damaged: bytes) -> None:
    assert decoded(damaged) is None
    assert shrunk(damaged, 320, 80) is None
    turned = oriented(damaged, of_rotation(90)) if damaged.startswith(b"\xff\xd8") else damaged
    assert upright(turned) == turned


def test_pixels_are_blue_green_red() -> None:
    picture = decoded(jpeg(width=64, height=48), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
