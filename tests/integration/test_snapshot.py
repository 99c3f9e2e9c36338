"""A backup of the data folder, made file by file while Gcam runs, as the Supervisor does it; its return."""

from __future__ import annotations

import fnmatch
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gcam_addon.backup.snapshot import make_snapshot, remove_snapshot, settle_snapshot
from gcam_addon.config.folder import DataFolder
from gcam_addon.errors import ConfigError
from tests.support.program import Program
from tests.support.release_data import FILES

RELEASE = max((Path(__file__).parents[1] / "data" / "releases").iterdir())
MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text())
DATABASES = sorted(name for name in FILES if name.endswith(".db"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(RELEASE, tmp_path / "data")
    return tmp_path / "data"


def hook(name: str, data: Path) -> subprocess.CompletedProcess[str]:
    """As the Supervisor runs it in the container."""
    _, *arguments = MANIFEST[name].replace("/data", str(data)).split()
    return subprocess.run(
        [sys.executable, "-m", "gcam_addon", *arguments], capture_output=True, text=True, check=False
    )


def back_up(data: Path, target: Path) -> None:
    """Everything but what the manifest leaves out."""

    def left_out(_: str, names: list[str]) -> set[str]:
        return {name for name in names for one in MANIFEST["backup_exclude"] if fnmatch.fnmatch(name, one)}

    shutil.copytree(data, target, ignore=left_out)


def rows(database: Path, table: str) -> int:
    connection = sqlite3.connect(database)
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


async def test_a_backup_of_a_running_gcam_is_whole_even_where_files_are_torn(
    data: Path, tmp_path: Path
) -> None:
    async with Program(data) as gcam:
        assert hook("backup_pre", data).returncode == 0
        back_up(data, tmp_path / "backup")
        assert hook("backup_post", data).returncode == 0
        assert not (data / "snapshot").exists()
        people = (await gcam.get("/api/v1/people"))["people"]
    restored = tmp_path / "restored"
    shutil.copytree(tmp_path / "backup", restored)
    for name in DATABASES:  # as a copy made while it was written may be
        (restored / name).write_bytes(b"torn" * 1000)
        (restored / f"{name}-wal").write_bytes(b"torn" * 100)
    async with Program(restored) as gcam:
        assert (await gcam.get("/api/v1/people"))["people"] == people
        assert len((await gcam.get("/api/v1/tokens"))["tokens"]) == 1
        assert not (restored / "snapshot").exists()
    assert not list(restored.glob("*.corrupt-*"))


async def test_a_backup_of_a_stopped_gcam_is_whole_without_a_hook(data: Path, tmp_path: Path) -> None:
    async with Program(data):
        pass
    back_up(data, tmp_path / "restored")
    async with Program(tmp_path / "restored") as gcam:
        assert len((await gcam.get("/api/v1/people"))["people"]) == 1


def test_what_an_interrupted_backup_left_does_not_come_back(data: Path) -> None:
    with DataFolder(data):
        make_snapshot(data)
    connection = sqlite3.connect(data / "access.db")
    with connection:
        connection.execute("DELETE FROM tokens")
    connection.close()
    with DataFolder(data) as folder:
        assert not folder.is_new
        settle_snapshot(data, restored=folder.is_new)
    assert rows(data / "access.db", "tokens") == 0
    assert not (data / "snapshot").exists()


def test_a_snapshot_is_taken_while_somebody_writes(data: Path) -> None:
    writing = sqlite3.connect(data / "access.db", isolation_level=None)
    writing.execute("PRAGMA journal_mode=WAL")
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("DELETE FROM tokens")
    folder = make_snapshot(data)
    writing.execute("COMMIT")
    writing.close()
    assert rows(folder / "access.db", "tokens") == 1
    assert sorted(path.name for path in folder.iterdir()) == DATABASES, "each in one file"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_new_snapshot_replaces_an_old_one_and_none_is_fine(data: Path) -> None:
    remove_snapshot(data)
    first = make_snapshot(data)
    (first / "rubbish").touch()
    assert not (make_snapshot(data) / "rubbish").exists()


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be made"):
        make_snapshot(tmp_path / "nowhere")
    answer = hook("backup_pre", tmp_path / "nowhere")
    assert answer.returncode == 2
    assert "can't be made" in answer.stderr
