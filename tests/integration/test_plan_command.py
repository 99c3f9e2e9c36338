"""`gcam plan`: on a folder at rest, and asked of a Gcam that runs; and what it measures."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import (
    Camera,
    EncoderSettings,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    StorageSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, RecordingError
from gcam_addon.model import CameraState, Clip, Size, Status, Unit
from gcam_addon.model.plan import Resource, Wish
from gcam_addon.planning import cli_plan, costs
from gcam_addon.planning.costs import measure
from gcam_addon.planning.estimate import Costs
from gcam_addon.planning.lately import Lately, of_clips, of_folder
from gcam_addon.planning.planner import Now, Planner
from tests.support.fakes import FakeClips, make_camera, make_state
from tests.support.library import filled_library, prepare_databases
from tests.support.web_fakes import make_clip, serve

GB = 1_000_000_000
DAY_S = 86_400.0
SMALL = Size(160, 120)
NOW = ManualClock().wall()
DOOR, GARDEN = make_camera("door"), make_camera("garden")


async def run(folder: Path, *arguments: str, clock: ManualClock | None = None) -> int:
    parser = argparse.ArgumentParser()
    cli_plan.add_arguments(parser)
    args = parser.parse_args([*arguments, "--data", str(folder)])
    args.clock = clock or ManualClock()
    args.duties = Duties(args.clock)
    return await cli_plan.run(args)


def clips_of_two_days() -> list[Clip]:
    """Of one camera: 48 minutes of two days, 600 MB."""
    return [
        replace(
            make_clip(f"door-{number}", DOOR, NOW - 2 * DAY_S + number * 3600.0),
            ended_at=NOW - 2 * DAY_S + number * 3600.0 + 60.0,
            size_bytes=12_500_000,
        )
        for number in range(48)
    ]


def test_a_picture_costs_time_and_bytes_and_a_larger_one_more() -> None:
    small, large = (measure(size, EncoderSettings()) for size in (Size(320, 240), Size(1280, 1024)))
    for each in (small, large):
        assert min(each.decode_ms, each.film_ms) > 0
        assert 0 < each.film_bytes < each.jpeg_bytes
    assert large.film_ms > small.film_ms
    assert large.jpeg_bytes > 4 * small.jpeg_bytes


def test_a_size_beyond_what_boards_send_is_measured_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Size] = []
    units = costs._units

    def noted(size: Size) -> list[Unit]:
        made.append(size)
        return units(size)

    monkeypatch.setattr(costs, "_units", noted)
    large = measure(Size(3200, 2400), EncoderSettings())
    assert made == [Size(1600, 1200)]
    assert large.size == Size(3200, 2400)
    uxga = measure(Size(1600, 1200), EncoderSettings())
    assert large.jpeg_bytes == pytest.approx(4 * uxga.jpeg_bytes)
    assert large.film_bytes == pytest.approx(4 * uxga.film_bytes)


async def test_a_plan_of_a_folder_at_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = await run(
        tmp_path, "--cameras", "2", "--size", "160x120", "--fps", "5", "--days", "0.1", "--json"
    )
    told = json.loads(capsys.readouterr().out)
    assert status == 0
    assert (told["cameras"], told["size"], told["fps"]) == (2, {"width": 160, "height": 120}, 5.0)
    assert told["recorded_share"] == 0.05
    assert told["is_share_measured"] is False
    assert {need["resource"] for need in told["needs"]} == set(Resource)
    assert list(tmp_path.iterdir()) == []


async def test_what_does_not_fit_is_told_with_what_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (
        "--cameras",
        "900",
        "--size",
        "160x120",
        "--fps",
        "60",
        "--recorded",
        "100",
        "--days",
        "30000",
    )
    assert await run(tmp_path, *arguments) == 1
    said = capsys.readouterr().out
    assert "900 cameras, 160x120, 60 pictures a second" in said
    assert "recorded 100.0% of the time, as asked or assumed; kept 30000 days" in said
    assert "It does not fit. What limits first: disk" in said
    assert "\ndisk: the disk holds" in said
    assert "\nthe air (Wi-Fi): that is more than" in said


@pytest.mark.parametrize("wrong", [("--cameras", "0"), ("--size", "big"), ("--fps", "x"), ("--days", "-1")])
async def test_what_can_not_be_is_refused(tmp_path: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as ended:
        await run(tmp_path, *wrong)
    assert ended.value.code == 2


async def test_the_cameras_and_recordings_of_a_folder_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare_databases(tmp_path)
    filled_library(tmp_path, clips_of_two_days()).close()
    CameraStore(tmp_path / "cameras.json").save([DOOR, GARDEN])
    await run(tmp_path, "--size", "160x120", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["cameras"] == 2
    assert told["is_share_measured"] is True
    assert told["measured_days"] == pytest.approx(2.0, abs=0.05)
    assert told["recorded_share"] == pytest.approx(48 * 60 / (2 * 2 * DAY_S), rel=0.05)


async def test_a_folder_and_the_gcam_that_runs_on_it_say_the_same(tmp_path: Path) -> None:
    prepare_databases(tmp_path)
    clips = clips_of_two_days()
    filled_library(tmp_path, clips).close()
    at_rest = of_folder(StorageSettings(tmp_path, tmp_path), NOW)
    running = await of_clips(FakeClips(clips), NOW)
    assert replace(at_rest, free_bytes=None) == replace(running, free_bytes=None)
    assert running == Lately(2 * DAY_S, 600_000_000, 48 * 60.0, 600_000_000, 40 * GB)


class _Silent(FakeClips):
    async def storage(self) -> object:  # type: ignore[override]
        raise RecordingError("the index can't be read")


async def test_an_index_that_can_not_be_read_leaves_open_what_it_knew() -> None:
    assert await of_clips(_Silent(), NOW) == Lately()


@asynccontextmanager
async def planner(tmp_path: Path, now: Now, storage: StorageSettings | None = None) -> AsyncIterator[Planner]:
    async def told() -> Now:
        return now

    storage = storage or StorageSettings(tmp_path, tmp_path)
    made = Planner(lambda: storage, told, duties=Duties(ManualClock()), root=tmp_path)
    try:
        yield made
    finally:
        made.stop()


def connected(camera: Camera, **changes: Any) -> CameraState:
    told = {"status": Status.CONNECTED, "fps": 8.0, "size": SMALL, "bytes_per_frame": 4000}
    return make_state(camera, **(told | changes))


async def test_cameras_that_run_are_planned_as_they_are(tmp_path: Path) -> None:
    lately = Lately(2 * DAY_S, 600_000_000, 2 * 0.1 * 2 * DAY_S, 600_000_000, 40 * GB)
    states = (connected(DOOR), connected(GARDEN, fps=12.0, bytes_per_frame=6000))
    async with planner(tmp_path, Now((DOOR, GARDEN), states, lately)) as made:
        plan = await made.plan(Wish())
    assert (plan.cameras, plan.size, plan.fps, plan.days) == (2, SMALL, 10.0, 30.0)
    assert plan.bytes_per_picture == 5000
    assert plan.recorded_share == pytest.approx(0.1)
    assert plan.bytes_per_day == pytest.approx(300_000_000)
    assert plan.air_bits_per_s == pytest.approx(2 * 10 * 5000 * 8)
    assert plan.room_bytes == 600_000_000 + 40 * GB - 1024**3
    assert plan.days_held == pytest.approx(plan.room_bytes / 300_000_000)


async def test_more_cameras_of_another_size_are_planned_by_what_was_measured(tmp_path: Path) -> None:
    lately = Lately(2 * DAY_S, 600_000_000, 0.1 * 2 * DAY_S, 600_000_000, 40 * GB)
    async with planner(tmp_path, Now((DOOR,), (connected(DOOR),), lately)) as made:
        plan = await made.plan(Wish(cameras=8, size=Size(320, 240), fps=5.0))
    assert (plan.cameras, plan.fps, plan.is_share_measured) == (8, 5.0, True)
    assert plan.bytes_per_picture > 5000
    assert plan.air_bits_per_s == pytest.approx(8 * 5 * plan.bytes_per_picture * 8)


@pytest.mark.parametrize(
    ("modes", "share"),
    [
        ((RecordingMode.MOTION,), 0.05),
        ((RecordingMode.CONTINUOUS,), 1.0),
        ((RecordingMode.CONTINUOUS, RecordingMode.OFF), 0.5),
    ],
)
async def test_where_nothing_was_recorded_yet_the_mode_says_how_much_will_be(
    tmp_path: Path, modes: tuple[RecordingMode, ...], share: float
) -> None:
    cameras = [
        replace(make_camera(f"cam{number}"), recording=RecordingSettings(mode=mode))
        for number, mode in enumerate(modes)
    ]
    async with planner(tmp_path, Now(cameras, (), Lately())) as made:
        plan = await made.plan(Wish(size=SMALL))
    assert (plan.recorded_share, plan.is_share_measured) == (share, False)


async def test_a_limit_of_all_recordings_is_the_room(tmp_path: Path) -> None:
    storage = StorageSettings(tmp_path, tmp_path, RetentionSettings(max_bytes=5 * GB))
    lately = Lately(clips_bytes=GB, free_bytes=40 * GB)
    async with planner(tmp_path, Now((DOOR,), (), lately), storage) as made:
        assert (await made.plan(Wish(size=SMALL))).room_bytes == 5 * GB


async def test_each_size_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Size] = []

    def counted(size: Size, settings: EncoderSettings) -> Costs:
        measured.append(size)
        return measure(size, settings)

    monkeypatch.setattr("gcam_addon.planning.costs.measure", counted)
    async with planner(tmp_path, Now((DOOR,), (), Lately())) as made:
        wishes = (Wish(size=SMALL), Wish(size=SMALL, cameras=9), Wish(size=Size(320, 240)))
        await asyncio.gather(*(made.plan(wish) for wish in wishes))
    assert (len(measured), set(measured)) == (2, {SMALL, Size(320, 240)})


async def test_a_gcam_that_runs_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running_on(tmp_path):
        async with serve(tmp_path) as site:
            address = site.url.removeprefix("http://")
            status = await run(
                tmp_path, "--listen", address, "--cameras", "3", "--days", "5", "--price", "0.5"
            )
        told = capsys.readouterr().out
        assert status == 0
        assert "3 cameras, 640x480, 15 pictures a second" in told
        assert "euros at 0.5 a kWh" in told
        with pytest.raises(ConfigError, match="give it with --listen"):
            await run(tmp_path, "--listen", address)


@contextmanager
def running_on(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
