"""A Raspberry Pi's camera: what comes of it, how it is ended, and what is said where it isn't there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import SourceError
from gcam_addon.sources.pi import PiSource
from tests.support.jpegs import jpeg
from tests.support.raspberry_pi import SENDS, RaspberryPi
from tests.support.reading import received
from tests.support.waiting import until

PICTURES = [jpeg(index) for index in range(4)]


def pi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str, **settings: object) -> PiSource:
    monkeypatch.setenv("PATH", RaspberryPi(tmp_path, PICTURES, work).path)
    return source(**settings)


def source(**settings: object) -> PiSource:
    clock = SystemClock()
    wanted = {"stall_timeout_s": 50.0, **settings}
    return PiSource(SourceSettings("rpicam://0", **wanted), clock, Duties(clock))  # type: ignore[arg-type]


async def test_its_jpegs_come_as_they_are_and_it_is_ended_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = pi(tmp_path, monkeypatch, SENDS, capture_size="1280x720", capture_fps=24.0)
    units = await received(camera, 40)
    assert [unit.data for unit in units] == [jpeg(index % 4) for index in range(40)]
    await until((tmp_path / "ended").exists)
    arguments = (tmp_path / "arguments").read_text()
    assert "--codec mjpeg" in arguments
    assert "--width 1280 --height 720 --framerate 24 " in arguments
    assert "--timeout 0 " in arguments


@pytest.mark.parametrize(
    ("work", "words"),
    [
        ("print('ERROR: *** no cameras available ***', file=sys.stderr); sys.exit(255)", "ribbon cable"),
        ("print('ERROR: *** failed to acquire: Pipeline handler in use by another process ***', "
         "file=sys.stderr); sys.exit(255)", "in use by another program"),
        ("print('something else', file=sys.stderr); sys.exit(3)", "rpicam-vid ended: something else"),
    ],
)  # fmt: skip
async def test_why_it_ended_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        await received(pi(tmp_path, monkeypatch, work), 1)


async def test_one_that_hangs_is_ended_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcam_addon.sources.pi._END_S", 0.2)
    hangs = "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(1000)"
    with pytest.raises(SourceError, match="no picture for"):
        await received(pi(tmp_path, monkeypatch, hangs, stall_timeout_s=1.0), 1)


async def test_where_the_program_is_missing_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="apt install rpicam-apps"):
        await received(source(), 1)
