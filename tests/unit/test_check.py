"""What `gcam check` says of cameras, machine and folders."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.check.camera import Look, judge
from gcam_addon.check.finding import Finding, Level
from gcam_addon.check.folder import check_cameras, check_damaged, check_folder, check_index, check_space
from gcam_addon.check.machine import check_clock, check_encoder, check_libraries, check_naming, check_python
from gcam_addon.classifiers import ssd
from gcam_addon.config.folder import is_in_use
from gcam_addon.config.model import (
    EncoderSettings,
    MqttMode,
    MqttSettings,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    Settings,
    StorageSettings,
)
from gcam_addon.model import Size
from gcam_addon.recording.library import Library
from gcam_addon.recording.migrations import VERSION_TABLE

UXGA = Look(Size(1600, 1200), fps=15.0, bytes_per_frame=150_000)
GOOD = Look(Size(640, 480), fps=15.0, bytes_per_frame=21_000)
DOOR = {"id": "door", "name": "Door", "url": "http://192.168.1.50"}


def levels(findings: list[Finding]) -> list[tuple[Level, str]]:
    for finding in findings:
        assert bool(finding.remedy) == (finding.level is not Level.OK)
        assert "\n" not in finding.message + finding.remedy
    return [(finding.level, finding.code) for finding in findings]


# -- cameras ---------------------------------------------------------------------------------------------


def test_a_camera_that_is_asked_once_a_second_is_not_slow() -> None:
    asked = replace(GOOD, fps=1.0, is_asked=True)
    (finding,) = judge("Door", asked, RecordingSettings())
    assert finding.level is Level.OK
    assert "single pictures, 1 per second" in finding.message
    assert levels(judge("Door", replace(GOOD, fps=1.0), RecordingSettings())) == [
        (Level.WARNING, "camera_slow")
    ]


def test_large_pictures_leave_less_of_what_was_before() -> None:
    (finding,) = judge("Door", UXGA, RecordingSettings())
    assert (finding.level, finding.code) == (Level.WARNING, "camera_pre_roll")
    assert finding.message == "Door: of the 5 s before a motion about 1.7 s are recorded"
    needed = int(finding.remedy.partition("pre_roll_max_bytes to ")[2].partition(",")[0])
    assert levels(judge("Door", UXGA, RecordingSettings(pre_roll_max_bytes=needed))) == [(Level.OK, "camera")]
    always = RecordingSettings(mode=RecordingMode.CONTINUOUS)
    assert levels(judge("Door", UXGA, always)) == [(Level.OK, "camera")]


def test_recordings_of_which_no_clip_could_be_made_are_told(tmp_path: Path) -> None:
    assert check_damaged(tmp_path) == []
    folder = tmp_path / "journal" / "damaged"
    folder.mkdir(parents=True)
    for name in ("one.mkv", "one.json", "two.mkv"):
        (folder / name).write_bytes(bytes(5_000_000))
    (finding,) = check_damaged(tmp_path)
    assert levels([finding]) == [(Level.WARNING, "damaged")]
    assert "of 2 recordings" in finding.message
    assert "0.01 GB" in finding.message


def test_a_camera_that_delivers_is_fine() -> None:
    (finding,) = judge("Door", GOOD, RecordingSettings())
    assert finding == Finding(Level.OK, "camera", "Door: 640x480 at 15 pictures per second, 21 kB each")


@pytest.mark.parametrize(
    ("look", "code", "words"),
    [
        (replace(GOOD, size=Size(320, 240)), "camera_small", "power loss"),
        (replace(GOOD, fps=2.9), "camera_slow", "Wi-Fi"),
        (replace(GOOD, fps=2.9, size=Size(1600, 1200)), "camera_slow", "large"),
        (replace(GOOD, dropped=3), "camera_torn", "3 pictures arrived damaged"),
        (replace(GOOD, fps=2.9, is_local=True), "camera_slow", "it is dark"),
    ],
)
def test_a_camera_that_could_do_better_gets_advice(look: Look, code: str, words: str) -> None:
    findings = judge("Door", look, RecordingSettings())
    assert levels(findings) == [(Level.WARNING, code)]
    assert words in findings[0].message


def test_a_camera_of_this_machine_gets_no_advice_on_networks() -> None:
    torn = replace(GOOD, size=Size(160, 120), fps=1.0, dropped=2, is_board=False, is_local=True)
    findings = judge("Desk", torn, RecordingSettings())
    assert levels(findings) == [(Level.WARNING, "camera_slow"), (Level.WARNING, "camera_torn")]
    assert "Wi-Fi" not in str(findings)
    assert "cable" in findings[1].remedy


# -- machine ---------------------------------------------------------------------------------------------


def test_python() -> None:
    assert check_python().level is Level.OK
    old = check_python((3, 10, 12))
    assert (old.level, old.message) == (Level.ERROR, "Python 3.10.12 is too old")


def test_all_libraries_are_here() -> None:
    settings = Settings(StorageSettings(Path("/d"), Path("/d")), mqtt=MqttSettings(MqttMode.EMBEDDED))
    (finding,) = check_libraries(settings)
    assert finding.level is Level.OK
    assert "amqtt" in finding.message


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amqtt", None)
    settings = Settings(StorageSettings(Path("/d"), Path("/d")))
    assert levels(check_libraries(settings)) == [(Level.OK, "libraries")]
    (finding,) = check_libraries(replace(settings, demo=True))
    assert finding.level is Level.ERROR
    assert "gcam-addon[broker]" in finding.remedy


@pytest.mark.parametrize(
    ("now_at", "level"),
    [
        (0.0, Level.ERROR),
        (-1.0, Level.ERROR),
        (1.0e18, Level.ERROR),
        (1_700_000_000.0, Level.ERROR),
        (1_800_000_000.0, Level.OK),
    ],
)
def test_clock(now_at: float, level: Level) -> None:
    assert check_clock(now_at).level is level


def test_naming(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ssd, "_WEIGHTS", tmp_path)
    finding = check_naming()
    assert (finding.level, finding.code) == (Level.WARNING, "naming")
    assert "npm" in finding.remedy
    (tmp_path / "ssdlite.onnx").touch()
    assert check_naming().level is Level.OK


def test_encoders() -> None:
    assert check_encoder(EncoderSettings()).level is Level.OK
    for codec in ("h264_nonsense", "mp3", "mjpeg_vaapi"):
        finding = check_encoder(EncoderSettings(codec=codec, preset="p1"))
        assert finding.level is Level.WARNING
        assert "libx264 is used instead" in finding.message


# -- folders ---------------------------------------------------------------------------------------------


def test_folders(tmp_path: Path) -> None:
    assert check_folder(tmp_path, "--data").message == f"{tmp_path} is writable"
    assert check_folder(tmp_path / "a" / "b", "--data").level is Level.OK
    assert not any(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    assert levels([check_folder(tmp_path / "file", "--data")]) == [(Level.ERROR, "folder")]
    assert levels([check_folder(tmp_path / "file" / "below", "--data")]) == [(Level.ERROR, "folder")]


def test_a_folder_nobody_can_write_to() -> None:
    finding = check_folder(Path("/proc"), "--data")
    assert levels([finding]) == [(Level.ERROR, "folder")]
    assert "--data" in finding.remedy


def test_space(tmp_path: Path) -> None:
    def with_floor(least: int) -> Finding:
        return check_space(
            StorageSettings(tmp_path, tmp_path / "new", RetentionSettings(min_free_bytes=least))
        )

    usage = os.statvfs(tmp_path)
    free = usage.f_bavail * usage.f_frsize
    assert with_floor(0).level is Level.OK
    assert with_floor(max(0, free - 10_000_000)).level is Level.WARNING
    assert with_floor(free + (usage.f_blocks * usage.f_frsize - free) // 2).level is Level.ERROR
    assert "nothing is recorded" in with_floor(10**18).message


def test_index(tmp_path: Path) -> None:
    path = tmp_path / "gcam.db"
    assert check_index(path).level is Level.OK
    assert not path.exists()
    library = Library(path)
    library.open()
    assert check_index(path).message == "the index holds 0 clips"
    library.close()
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'later'")
    database.close()
    assert "newer Gcam" in check_index(path).message
    path.write_bytes(b"no database at all " * 100)
    for leftover in ("gcam.db-wal", "gcam.db-shm"):
        (tmp_path / leftover).unlink(missing_ok=True)
    before = path.read_bytes()
    assert levels([check_index(path)]) == [(Level.ERROR, "index")]
    assert path.read_bytes() == before


def cameras_file(folder: Path, *entries: Any) -> Path:
    path = folder / "cameras.json"
    path.write_text(json.dumps({"version": 1, "cameras": entries}))
    path.chmod(0o600)
    return path


def test_no_cameras_yet(tmp_path: Path) -> None:
    findings, cameras = check_cameras(tmp_path / "cameras.json")
    assert (levels(findings), cameras) == ([(Level.OK, "cameras")], ())


def test_valid_cameras(tmp_path: Path) -> None:
    findings, cameras = check_cameras(cameras_file(tmp_path, DOOR))
    assert levels(findings) == [(Level.OK, "cameras")]
    assert [camera.id for camera in cameras] == ["door"]


def test_a_wrong_camera_among_good_ones(tmp_path: Path) -> None:
    findings, cameras = check_cameras(cameras_file(tmp_path, DOOR, {"name": "Yard"}))
    assert levels(findings) == [(Level.ERROR, "camera_invalid")]
    assert "cameras[1].url: it is missing" in findings[0].message
    assert len(cameras) == 1


def test_a_broken_file_is_left_where_it_is(tmp_path: Path) -> None:
    path = cameras_file(tmp_path)
    path.write_text("{")
    findings, cameras = check_cameras(path)
    assert levels(findings) == [(Level.ERROR, "cameras")]
    assert "line 1, column 2" in findings[0].message
    assert cameras == ()
    assert [file.name for file in tmp_path.iterdir()] == ["cameras.json"]


def test_cameras_in_each_others_way(tmp_path: Path) -> None:
    path = cameras_file(tmp_path, DOOR, {**DOOR, "id": "two"}, {**DOOR, "id": "off", "enabled": False})
    path.chmod(0o644)
    findings, _ = check_cameras(path)
    assert levels(findings) == [
        (Level.OK, "cameras"),
        (Level.WARNING, "cameras_readable"),
        (Level.WARNING, "camera_twice"),
        (Level.WARNING, "camera_name_twice"),
    ]
    assert DOOR["url"] not in findings[2].message


def test_two_addresses_of_one_board_are_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "cameras.json"
    for url_hd, codes in (
        ("http://192.168.1.50:81/large", ["camera_hd_same_board", "cameras"]),
        ("http://192.168.1.51:81/large", ["cameras"]),
        ("rtsp://192.168.1.50/large", ["cameras"]),
    ):
        file.write_text(json.dumps({"version": 1, "cameras": [{**DOOR, "url_hd": url_hd}]}))
        file.chmod(0o600)
        assert sorted(finding.code for finding in check_cameras(file)[0]) == codes


def test_of_two_addresses_the_small_one_may_be_small() -> None:
    small = replace(GOOD, size=Size(320, 240), bytes_per_frame=300_000)
    assert levels(judge("Door", small, RecordingSettings())) == [
        (Level.WARNING, "camera_small"), (Level.WARNING, "camera_pre_roll"),
    ]  # fmt: skip
    assert levels(judge("Door", small, RecordingSettings(), is_small_well=True)) == [(Level.OK, "camera")]


def test_a_folder_in_use_is_seen(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path)
    assert not (tmp_path / ".lock").exists()
    with (tmp_path / ".lock").open("w") as lock:
        assert not is_in_use(tmp_path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert is_in_use(tmp_path)
    assert not is_in_use(tmp_path)


def test_the_checks_need_no_import_of_the_program(tmp_path: Path) -> None:
    """They judge a set-up from outside: a broken app must not keep them from saying so."""
    script = "import sys, gcam_addon.check.cli_check; sys.exit('gcam_addon.app' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=tmp_path).returncode == 0
