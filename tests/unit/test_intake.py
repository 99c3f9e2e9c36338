"""What leaves the intake: turned, blackened, in order, and never the bare picture."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import cv2
import numpy as np
import pytest

from gcam_addon.model import Polygon, Size, Unit, jpeg_unit
from gcam_addon.picture.orientation import orientation_of, oriented
from gcam_addon.pipeline.intake import Intake
from tests.support.fakes import make_camera
from tests.support.jpegs import jpeg, with_segment

TOP_LEFT: Polygon = ((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5))
SIZE = Size(160, 120)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def frame(number: int = 0, data: bytes | None = None) -> Unit:
    return jpeg_unit(data or jpeg(number + 1), float(number), 1000.0 + number, SIZE)


def shown(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_without_masks_and_rotation_the_very_same_frame_passes_at_once(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    one = frame()
    Intake(make_camera(), pool, seen.append).take(one)
    assert seen[0] is one


@pytest.mark.parametrize(("degrees", "size"), [(90, (120, 160)), (180, (160, 120)), (270, (120, 160))])
def test_turning_costs_a_note_in_the_jpeg(
    pool: ThreadPoolExecutor, degrees: int, size: tuple[int, int]
) -> None:
    seen: list[Unit] = []
    Intake(make_camera(rotation=degrees), pool, seen.append).take(frame())
    assert (seen[0].size.width, seen[0].size.height) == size
    assert len(seen[0].data) - len(jpeg(1)) == 36
    turned = np.rot90(shown(jpeg(1)), -degrees // 90)
    assert np.array_equal(shown(seen[0].data), turned)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
async def test_what_lies_under_a_mask_is_black_and_the_rest_is_as_it_was(
    pool: ThreadPoolExecutor, degrees: int
) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(rotation=degrees, privacy_masks=(TOP_LEFT,)), pool, seen.append)
    intake.take(frame())
    await intake.finish()
    picture = shown(seen[0].data).astype(int)
    height, width = picture.shape[:2]
    assert picture[: height // 2, : width // 2].max() < 24
    before = np.rot90(shown(jpeg(1)), -degrees // 90).astype(int)
    rest = np.s_[height // 2 + 12 :, width // 2 + 12 :]
    assert np.abs(picture[rest] - before[rest]).mean() < 4
    assert (seen[0].pts_s, seen[0].received_at) == (0.0, 1000.0)


async def test_nothing_of_the_camera_s_metadata_survives_a_mask(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
    intake.take(frame(data=oriented(with_segment(jpeg(1), b"thumbnail of what is private", 0xE2), 6)))
    await intake.finish()
    assert b"private" not in seen[0].data
    assert orientation_of(seen[0].data) == 6, "but how it is to be shown"
    assert shown(seen[0].data)[:60, :50].max() < 24


async def test_pictures_stay_in_order(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
    for number in range(12):
        intake.take(frame(number))
        await asyncio.sleep(0.005)
    await intake.finish()
    assert [one.pts_s for one in seen] == sorted(one.pts_s for one in seen)
    assert len(seen) + intake.dropped == 12


async def test_a_busy_machine_drops_and_counts_and_shows_the_newest() -> None:
    seen: list[Unit] = []
    busy = Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(busy.wait)
        intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
        for number in range(40):
            intake.take(frame(number))
        busy.set()
        await intake.finish()
    assert [one.pts_s for one in seen] == [0, *range(24, 40)]
    assert intake.dropped == 23
    assert "too busy" in str(intake.problem)
    assert not intake.fails


@pytest.mark.parametrize("damaged", [jpeg(1)[:900], b"\xff\xd8garbage", b""])
async def test_a_damaged_picture_is_dropped_not_shown(pool: ThreadPoolExecutor, damaged: bytes) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
    intake.take(replace(frame(), data=damaged))
    await intake.finish()
    assert not seen
    assert intake.dropped == 1
    assert intake.problem is None


async def test_a_defect_shows_nothing_and_says_so() -> None:
    seen: list[Unit] = []
    with ThreadPoolExecutor(1) as pool:
        intake = Intake(make_camera(privacy_masks=((("x", 0), (1, 0), (1, 1)),)), pool, seen.append)
        intake.take(frame())
        await intake.finish()
    assert not seen
    assert intake.problem is not None
    assert "privacy masks" in intake.problem


async def test_what_is_on_its_way_when_masks_change_is_not_shown(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
    intake.take(frame(0))
    intake.take(frame(1))
    other = make_camera(privacy_masks=(((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)),))
    intake.retune(other)
    intake.take(frame(2))
    await intake.finish()
    assert [one.pts_s for one in seen] == [2.0]
    picture = shown(seen[0].data)
    assert picture[100:, 140:].max() < 24, "by the new masks"


async def test_nor_is_it_when_there_are_none_any_more(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
    intake.take(frame(0))
    intake.retune(make_camera())
    intake.take(frame(1))
    await intake.finish()
    assert [one.pts_s for one in seen] == [1.0]


async def test_when_nothing_was_lost_for_a_while_all_is_well_again() -> None:
    seen: list[Unit] = []
    busy = Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(busy.wait)
        intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
        for number in range(20):
            intake.take(frame(number))
        assert intake.problem
        busy.set()
        await intake.finish()
        intake.take(frame(40))
        await intake.finish()
    assert intake.problem is None
