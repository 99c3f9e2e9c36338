"""A compressed camera at the intake: as it is, with a note of how it is turned; under masks never so."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import cv2
import numpy as np
import pytest

from gcam_addon.model import Codec, Polygon, Size, Unit
from gcam_addon.picture.orientation import orientation_of
from gcam_addon.pipeline.intake import Intake
from tests.support.fakes import make_camera
from tests.support.films import film

TOP_LEFT: Polygon = ((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def shown(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


async def passed(intake: Intake, units: list[Unit]) -> None:
    """One after another, as a camera sends them."""
    for unit in units:
        intake.take(unit)
        await intake.finish()


def test_without_masks_the_very_same_unit_passes(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake, units = Intake(make_camera(), pool, seen.append), film(n=5, sound=True)
    for unit in units:
        intake.take(unit)
    assert all(one is other for one, other in zip(seen, units, strict=True))


@pytest.mark.parametrize(("degrees", "size"), [(90, Size(120, 160)), (180, Size(160, 120))])
def test_turning_is_a_note_in_the_track(pool: ThreadPoolExecutor, degrees: int, size: Size) -> None:
    seen: list[Unit] = []
    intake, units = Intake(make_camera(rotation=degrees), pool, seen.append), film(n=5)
    for unit in units:
        intake.take(unit)
    assert [unit.data for unit in seen] == [unit.data for unit in units]
    assert {unit.size for unit in seen} == {size}
    assert {unit.tracks.video.orientation for unit in seen} == {6 if degrees == 90 else 3}
    assert len({id(unit.tracks) for unit in seen}) == 1


@pytest.mark.parametrize("degrees", [0, 90])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_under_a_mask_every_picture_is_a_jpeg_that_is_black_there(
    pool: ThreadPoolExecutor, codec: Codec, degrees: int
) -> None:
    seen: list[Unit] = []
    intake = Intake(make_camera(privacy_masks=(TOP_LEFT,), rotation=degrees), pool, seen.append)
    units = film(codec, 20, sound=True)
    await passed(intake, units)
    pictures = [unit for unit in seen if not unit.is_sound]
    assert len(pictures) >= 19
    sent = {unit.data for unit in units if not unit.is_sound}
    assert not [unit for unit in pictures if unit.data in sent]
    for unit in pictures:
        assert unit.tracks.video.codec is Codec.MJPEG
        assert unit.is_key
        picture = shown(unit.data)
        assert (picture.shape[1], picture.shape[0]) == (unit.size.width, unit.size.height)
        assert picture[: picture.shape[0] // 2 - 8, : picture.shape[1] // 2 - 8].max() < 24
        assert picture[picture.shape[0] // 2 + 8 :].mean() > 24
    assert orientation_of(pictures[0].data) == (6 if degrees else 1)
    voices = [unit for unit in seen if unit.is_sound]
    assert [unit.data for unit in voices] == [unit.data for unit in units if unit.is_sound]
    assert {unit.tracks for unit in voices} == {pictures[0].tracks}


async def test_a_machine_that_can_not_follow_drops_up_to_a_key_and_shows_nothing_bare() -> None:
    seen: list[Unit] = []
    units, busy = film(n=90, gop=30), Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(busy.wait)
        intake = Intake(make_camera(privacy_masks=(TOP_LEFT,)), pool, seen.append)
        for unit in units:
            intake.take(unit)
        assert intake.problem
        busy.set()
        await intake.finish()
    assert seen
    assert {unit.tracks.video.codec for unit in seen} == {Codec.MJPEG}
    assert intake.dropped + len(seen) == 90


async def test_new_masks_show_nothing_that_was_on_its_way(pool: ThreadPoolExecutor) -> None:
    seen: list[Unit] = []
    intake, units = Intake(make_camera(), pool, seen.append), film(n=40, gop=20)
    for unit in units[:10]:
        intake.take(unit)
    intake.retune(make_camera(privacy_masks=(TOP_LEFT,)))
    await passed(intake, units[10:])
    masked = seen[10:]
    assert masked
    assert {unit.tracks.video.codec for unit in masked} == {Codec.MJPEG}
    assert masked[0].pts_s == units[20].pts_s, "what builds on bare pictures is not shown either"
