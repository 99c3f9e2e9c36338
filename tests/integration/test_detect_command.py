"""`gcam detect` on a video, a folder, a live camera and on nothing: what is printed, drawn and refused."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import pytest

from gcam_addon.analysis import cli_detect
from gcam_addon.classifiers import ssd
from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, ProtocolError, SourceError
from gcam_addon.model import Size
from gcam_addon.simulator.scenes import open_scene
from tests.support.simulated import camera
from tests.support.waiting import until

SIZE = Size(320, 240)
FPS = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room into which a person comes for a while, as numbered JPEGs."""
    place = tmp_path_factory.mktemp("room")
    scene = open_scene("room-person")
    for index in range(int(scene.duration_s) * FPS):
        (place / f"{index}.jpg").write_bytes(scene.jpeg(index / FPS, SIZE, 85))
    return place


@pytest.fixture(scope="module")
def video(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "room.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = SIZE.width, SIZE.height, "yuv420p"
        for name in sorted(folder.iterdir(), key=lambda name: int(name.stem)):
            frame = av.VideoFrame.from_ndarray(cv2.imread(str(name)), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def detect(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    cli_detect.add_arguments(parser)
    args = parser.parse_args([str(argument) for argument in arguments])
    args.clock = SystemClock()
    args.duties = Duties(args.clock)
    return cli_detect.run(args)


def objects(text: str) -> Sequence[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def check_the_visit(event: dict[str, object]) -> None:
    ((begin_s, end_s, _),) = open_scene("room-person").truth
    assert set(event) == {
        *("type", "start", "end", "start_index", "end_index", "peak", "reason", "what", "named")
    }
    assert (event["what"] is not None) is ssd.is_there()
    assert event["start"] == pytest.approx(begin_s, abs=0.8)
    assert event["end"] == pytest.approx(end_s, abs=1.0)
    assert event["start_index"] == pytest.approx(float(str(event["start"])) * FPS)
    assert event["end_index"] == pytest.approx(float(str(event["end"])) * FPS)
    assert float(str(event["peak"])) > 1.0
    assert "% of the picture moved" in str(event["reason"])


def test_a_video_as_json(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert detect(video, "--json") == 0
    printed = capsys.readouterr()
    (event,) = objects(printed.out)
    assert event["type"] == "event"
    check_the_visit(event)
    assert printed.err == ""  # no terminal, no progress bar


def test_a_folder_takes_its_rate_from_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert detect(folder, "--fps", FPS, "--json") == 0
    (event,) = objects(capsys.readouterr().out)
    check_the_visit(event)


def test_every_picture_too(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    detect(video, "--json", "--frames-too")
    printed = objects(capsys.readouterr().out)
    frames = [line for line in printed if line["type"] == "frame"]
    assert [frame["index"] for frame in frames] == list(range(150))
    assert frames[7]["t"] == pytest.approx(1.4)
    assert {"type", "index", "t", "score", "motion"} <= set(frames[0])
    assert frames[0]["cause"] == "settling"
    assert frames[0]["motion"] is False
    event = next(line for line in printed if line["type"] == "event")
    moving = [frame["index"] for frame in frames if frame["motion"]]
    assert event["start_index"] == moving[0]
    assert event["end_index"] == moving[-1]


def test_a_lower_rate_keeps_the_numbers_of_the_pictures(
    video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    detect(video, "--fps", "2.5", "--json", "--frames-too")
    frames = [line for line in objects(capsys.readouterr().out) if line["type"] == "frame"]
    assert [frame["index"] for frame in frames[:4]] == [0, 2, 4, 6]


def test_a_table_for_people(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    detect(video)
    head, row, total, why = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["start", "end"]
    assert "% of the picture moved" in row
    assert total.startswith("1 event, ")
    assert "30." in total or "29." in total  # seconds looked at
    assert "nothing moves" in why


def test_only_the_first_seconds(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    detect(video, "--seconds", "4")
    assert capsys.readouterr().out.startswith("No event, 0.0 s of motion in 4.0 s (21 pictures")


@pytest.mark.parametrize("name", ["difference", "mog2"])
def test_other_detectors(name: str, video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert detect(video, "--detector", name, "--sensitivity", "80", "--json") == 0
    assert objects(capsys.readouterr().out)


def test_a_plot(video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    path = tmp_path / "plot.png"
    detect(video, "--plot", path)
    drawn = cv2.imread(str(path))
    assert drawn.shape[1] > 1000
    assert len({tuple(colour) for colour in drawn.reshape(-1, 3)[::97].tolist()}) > 50
    assert str(path) in capsys.readouterr().err


def test_a_plot_without_matplotlib_is_refused_before_the_work(
    video: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match=r"gcam-addon\[plot\]"):
        detect(video, "--plot", "plot.png")
    assert capsys.readouterr().out == ""


def test_a_plot_that_cannot_be_written(video: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    with pytest.raises(ConfigError, match="can't be written"):
        detect(video, "--seconds", "1", "--plot", tmp_path / "nowhere" / "plot.png")


def test_what_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear camera,")
    with pytest.raises(ProtocolError, match=r"letter\.txt"):
        detect(path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.mp4"):
        detect(tmp_path / "missing.mp4")


async def test_a_live_camera_for_some_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    async with camera() as running:
        status = await asyncio.to_thread(detect, running.url, "--seconds", "2", "--json", "--frames-too")
    assert status == 0
    frames = objects(capsys.readouterr().out)
    assert {frame["type"] for frame in frames} == {"frame"}
    assert frames[0]["index"] == 0
    assert frames[0]["t"] == 0
    assert 1 <= len(frames) <= 60


async def test_a_camera_that_goes_away_ends_the_analysis_and_keeps_what_was_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with camera() as running:
        work = asyncio.create_task(asyncio.to_thread(detect, running.url, "--json", "--frames-too"))
        await until(lambda: running.frames_sent >= 10)
        await running.stop()
        assert await work == 0
    printed = capsys.readouterr()
    assert objects(printed.out)
    assert "The camera ended the stream" in printed.err


def test_no_camera_at_all() -> None:
    with pytest.raises(SourceError):
        detect("http://127.0.0.1:9/stream", "--json")


@pytest.mark.parametrize(
    "arguments", [("--sensitivity", "0"), ("--sensitivity", "x"), ("--fps", "0"), ("--detector", "magic")]
)
def test_wrong_values_are_refused(arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        detect("video.mp4", *arguments)
    assert arguments[0] in capsys.readouterr().err
