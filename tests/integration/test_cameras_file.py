"""`cameras.json` on a real disk: whatever happens to it, no camera and no edit is lost."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import Camera
from gcam_addon.config.schema import camera_to_dict, parse_camera
from gcam_addon.errors import ConfigError

SECRET = "hunter2geheim"
NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


def camera(slug: str, **settings: Any) -> Camera:
    return parse_camera({"id": slug, "name": slug.title(), "url": f"http://u:{SECRET}@{slug}", **settings})


DOOR, YARD = camera("door"), camera("yard")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cameras.json"


@pytest.fixture
def store(path: Path) -> CameraStore:
    return CameraStore(path, ManualClock())


def write(path: Path, *entries: object, version: object = 1) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": version, "cameras": entries}))


def entries(path: Path) -> list[Any]:
    return list(json.loads(path.read_text())["cameras"])


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_there_are_no_cameras_before_the_first_save(store: CameraStore, path: Path) -> None:
    assert store.load() == ()
    assert not path.parent.exists()


def test_what_is_saved_is_loaded(store: CameraStore, path: Path) -> None:
    store.save([DOOR, YARD])
    assert CameraStore(path).load() == (DOOR, YARD)
    assert path.read_text().endswith("}\n")


def test_only_the_owner_may_read_the_files(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    path.write_text("{")
    path.chmod(0o644)
    store.load()
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert len(names(path.parent)) == 3


def test_a_wide_open_file_is_narrowed_by_the_next_save(store: CameraStore, path: Path) -> None:
    write(path, camera_to_dict(DOOR))
    path.chmod(0o666)
    store.load()
    store.save([DOOR, YARD])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_crash_while_saving_leaves_the_old_file(path: Path, moment: str) -> None:
    store = CameraStore(path)
    store.save([DOOR])
    before = path.read_bytes()
    script = f"""
        import os, pathlib, sys
        from gcam_addon.config.cameras import CameraStore
        from gcam_addon.config.schema import parse_camera
        store = CameraStore(pathlib.Path(sys.argv[1]))
        cameras = store.load()
        die = lambda *_: os._exit(9)
        {"os.fsync = die" if moment == "fsync" else "pathlib.Path.replace = die"}
        store.save([*cameras, parse_camera({{"name": "New", "url": "http://new"}})])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script), path], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == before
    assert CameraStore(path).load() == (DOOR,)
    survivor = CameraStore(path)
    survivor.load()
    survivor.save([DOOR, YARD])
    assert names(path.parent) == {"cameras.json", "cameras.json.good"}


def test_a_link_stays_a_link(store: CameraStore, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "synced" / "my-cameras.json"
    target.parent.mkdir()
    write(target, camera_to_dict(DOOR))
    path.parent.mkdir()
    path.symlink_to(target)
    store.load()
    store.save([YARD])
    assert path.is_symlink()
    assert CameraStore(target).load() == (YARD,)


# -- broken files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"version": "1", "cameras": []}',
        b'{"version": 0, "cameras": []}',
        b'{"version": true, "cameras": []}',
        b'{"version": 1, "cameras": {}}',
        b'{"version": 1, "cameras": [], "camras": [{"password": "hunter2geheim"}]}',
        b"\0" * 4096,
    ],
)
def test_a_broken_file_is_kept_aside_and_the_last_good_one_used(
    store: CameraStore, path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store.save([DOOR, YARD])
    path.write_bytes(content)
    assert CameraStore(path, ManualClock()).load() == (DOOR, YARD)
    aside = path.with_name("cameras.json.broken-20231114T221320Z")
    assert aside.read_bytes() == content
    assert CameraStore(path).load() == (DOOR, YARD)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "cameras.json" in record.getMessage()
    assert aside.name in record.getMessage()
    assert "(2 cameras)" in record.getMessage()
    assert SECRET not in record.getMessage()


def test_every_broken_file_is_kept(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    for content in ("{1", "{2", "{3"):
        path.write_text(content)
        assert store.load() == (DOOR,)
    kept = sorted(path.parent.glob("*.broken-*"))
    assert [file.read_text() for file in kept] == ["{1", "{2", "{3"]


def test_what_an_editor_still_writes_to_a_broken_file_is_kept(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    with path.open("w") as editor:
        editor.write("{")
        editor.flush()
        store.load()
        editor.write('"version"')
    (aside,) = path.parent.glob("*.broken-*")
    assert aside.read_text() == '{"version"'


def test_a_broken_file_without_a_good_one_leaves_no_camera(store: CameraStore, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{")
    assert store.load() == ()
    store.save([DOOR])
    assert store.load() == (DOOR,)
    assert len(list(path.parent.glob("*.broken-*"))) == 1


def test_a_missing_file_is_restored(store: CameraStore, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store.save([DOOR])
    path.unlink()
    assert CameraStore(path).load() == (DOOR,)
    assert entries(path) == [camera_to_dict(DOOR)]
    assert "is missing; the last good one is used" in caplog.text


def test_a_broken_good_file_is_not_used(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    path.with_name("cameras.json.good").write_text("{")
    path.write_text("{")
    assert store.load() == ()


def test_a_file_of_a_newer_version_is_refused_and_untouched(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    write(path, {"id": "door", "lens": "wide"}, version=2)
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=r"version 2 is newer .* update Gcam"):
        store.load()
    with pytest.raises(ConfigError, match="changed by somebody else"):
        store.save([YARD])
    assert path.read_bytes() == before
    assert names(path.parent) == {"cameras.json", "cameras.json.good"}


@NOT_ROOT
def test_an_unreadable_file_is_named(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    path.chmod(0)
    with pytest.raises(ConfigError, match="Permission denied"):
        store.load()


def test_a_folder_in_its_place_is_named(store: CameraStore, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        store.load()


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be written"):
        CameraStore(tmp_path / "file" / "cameras.json").save([DOOR])


# -- one wrong camera ------------------------------------------------------------------------------------

WRONG = {"id": "yard", "name": "Yard", "url": f"http://u:{SECRET}@yard", "detection": {"sensitivity": 500}}


def test_a_wrong_camera_is_left_out_and_stays_in_the_file(
    store: CameraStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, camera_to_dict(DOOR), WRONG, "not a camera")
    assert store.load() == (DOOR,)
    assert store.problems == (
        "cameras[1].detection.sensitivity: 500 is too high; give a whole number from 1 to 100",
        'cameras[2]: "not a camera" is no section; give an object such as {…}',
    )
    assert "cameras[1].detection.sensitivity: 500 is too high" in caplog.text
    assert "left out until that is mended" in caplog.text
    assert SECRET not in caplog.text
    new = camera("new")
    store.save([DOOR, new])
    assert entries(path) == [camera_to_dict(DOOR), camera_to_dict(new), WRONG, "not a camera"]
    assert CameraStore(path).load() == (DOOR, new)


def test_a_wrong_camera_goes_on_with_its_last_good_settings(store: CameraStore, path: Path) -> None:
    store.save([DOOR, YARD])
    write(path, WRONG, camera_to_dict(DOOR))
    assert store.load() == (DOOR, YARD)
    store.save([DOOR, YARD, camera("new")])
    assert WRONG in entries(path)
    assert len(entries(path)) == 3
    assert set(store.load()) == {DOOR, YARD, camera("new")}


def test_changing_such_a_camera_mends_its_entry(store: CameraStore, path: Path) -> None:
    store.save([DOOR, YARD])
    write(path, camera_to_dict(DOOR), WRONG)
    store.load()
    changed = camera("yard", enabled=False)
    store.save([DOOR, changed])
    assert entries(path) == [camera_to_dict(DOOR), camera_to_dict(changed)]
    assert store.problems == ()


def test_removing_such_a_camera_removes_its_entry(store: CameraStore, path: Path) -> None:
    store.save([DOOR, YARD])
    write(path, camera_to_dict(DOOR), WRONG)
    store.load()
    store.save([DOOR])
    assert entries(path) == [camera_to_dict(DOOR)]


def test_of_two_cameras_with_one_id_the_first_runs(store: CameraStore, path: Path) -> None:
    second = {**camera_to_dict(DOOR), "name": "Other"}
    write(path, camera_to_dict(DOOR), second)
    assert store.load() == (DOOR,)
    assert "cameras[1].id: door is taken" in store.problems[0]
    store.save([DOOR])
    assert entries(path) == [camera_to_dict(DOOR), second]


def test_ids_are_made_for_entries_without(store: CameraStore, path: Path) -> None:
    write(
        path, {"name": "Door", "url": "http://a"}, {"name": "Door", "url": "http://b"}, camera_to_dict(DOOR)
    )
    assert [found.id for found in store.load()] == ["door_2", "door_3", "door"]


def test_odd_characters_in_a_wrong_entry_survive(store: CameraStore, path: Path) -> None:
    odd = {"name": "\ud800 é", "x": 10**50}
    write(path, odd)
    assert store.load() == ()
    store.save([DOOR])
    assert entries(path) == [camera_to_dict(DOOR), odd]


# -- edits by hand ---------------------------------------------------------------------------------------


def test_edits_are_noticed_once_the_file_is_still(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    assert not store.changed_on_disk()
    write(path, camera_to_dict(DOOR), camera_to_dict(YARD))
    assert not store.changed_on_disk()
    path.write_text(path.read_text() + " ")
    assert not store.changed_on_disk()
    assert store.changed_on_disk()
    assert store.load() == (DOOR, YARD)
    assert not store.changed_on_disk()


def test_own_saves_are_no_edits(store: CameraStore) -> None:
    for cameras in ([DOOR], [DOOR, YARD], []):
        store.save(cameras)
        assert not store.changed_on_disk()
        assert not store.changed_on_disk()


def test_a_refused_edit_is_told_once(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    write(path, version=2)
    assert [store.changed_on_disk(), store.changed_on_disk()] == [False, True]
    with pytest.raises(ConfigError):
        store.load()
    assert [store.changed_on_disk(), store.changed_on_disk()] == [False, False]


def test_saving_does_not_overwrite_an_edit_nobody_has_read(store: CameraStore, path: Path) -> None:
    store.save([DOOR])
    write(path, camera_to_dict(YARD))
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="changed by somebody else"):
        store.save([DOOR, camera("new")])
    assert path.read_bytes() == before
    assert store.load() == (YARD,)
    store.save([YARD, DOOR])
    assert CameraStore(path).load() == (YARD, DOOR)
