"""Are the folders fit: writable, roomy, the index readable, `cameras.json` valid. Blocking, short."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.config.camera_file import read_cameras
from gcam_addon.config.model import Camera, StorageSettings
from gcam_addon.errors import ConfigError
from gcam_addon.recording import layout
from gcam_addon.recording.journal_file import SUFFIX
from gcam_addon.recording.migrations import VERSION_TABLE

_GB = 1e9


def check_folder(path: Path, option: str) -> Finding:
    """Whether Gcam can write there; a folder that is not there yet is made at the first start."""
    place = _nearest(path)
    remedy = f"choose another with {option}, or give this user the right to write there"
    if not place.is_dir():
        return error("folder", f"{place} is no folder, so {path} can't be one below it", remedy)
    try:
        if place == path:
            with tempfile.TemporaryFile(dir=path) as file:
                file.write(b"gcam")
                file.flush()
                os.fsync(file.fileno())
        elif not os.access(place, os.W_OK | os.X_OK):
            return error("folder", f"{path} can't be made in {place}: Permission denied", remedy)
    except OSError as problem:
        return error("folder", f"can't write in {path}: {problem.strerror}", remedy)
    return ok("folder", f"{path} is writable" if place == path else f"{path} will be made at the first start")


def check_space(settings: StorageSettings) -> Finding:
    """Whether there is room above the floor."""
    usage = shutil.disk_usage(_nearest(settings.media_dir))
    floor = settings.retention.min_free_bytes
    shown = f"{usage.free / _GB:.1f} of {usage.total / _GB:.1f} GB are free for {settings.media_dir}"
    remedy = "free some space, put media_dir on a larger disk, or lower retention.min_free_bytes"
    if floor >= usage.total:
        return error(
            "space", f"{shown}, but {floor / _GB:.1f} GB are to be kept free: nothing is recorded", remedy
        )
    if usage.free < floor:
        return error(
            "space",
            f"{shown}; as {floor / _GB:.1f} GB are to be kept free, old clips are deleted, and nothing is "
            "recorded where that is not enough",
            remedy,
        )
    if usage.free < floor + min(_GB, usage.total / 20):
        return warning("space", f"{shown}: soon the oldest clips are deleted for new ones", remedy)
    return ok("space", f"{shown}; {floor / _GB:.1f} GB are kept free")


def check_damaged(media_dir: Path) -> list[Finding]:
    """Whether there are recordings of which no clip could be made; nothing is said where there are none."""
    folder = media_dir / layout.JOURNAL / layout.DAMAGED
    try:
        sizes = [path.stat().st_size for path in folder.glob(f"*{SUFFIX}")]
    except OSError:
        return []
    if not sizes:
        return []
    message = f"of {len(sizes)} recordings no clip could be made ({sum(sizes) / _GB:.2f} GB in {folder})"
    remedy = "look at them with VLC or mpv, keep what is of use, and delete them; the log says what was wrong"
    return [warning("damaged", message, remedy)]


def check_index(path: Path) -> Finding:
    """Whether the index of clips can be read, and by this version."""
    if not path.exists():
        return ok("index", f"there is no index of clips yet; {path.name} is made at the first start")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            (state,) = database.execute("PRAGMA quick_check").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
            (revision,) = database.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() or ("",)  # noqa: S608
            (clips,) = database.execute("SELECT count(*) FROM clips WHERE missing_since IS NULL").fetchone()
    except sqlite3.Error as problem:
        return error(
            "index",
            f"the index {path} can't be read: {problem}",
            "give this user the right to read it; if it is damaged, start Gcam: it keeps the file aside and "
            "makes a new index from the recordings",
        )
    if not _is_known(revision):
        return error(
            "index", f"the index {path} is of a newer Gcam", "update Gcam, or choose another data folder"
        )
    return ok("index", f"the index holds {clips} clips")


def check_cameras(path: Path) -> tuple[list[Finding], tuple[Camera, ...]]:
    """What is to say of `cameras.json`, and its valid cameras."""
    try:
        found = read_cameras(path.read_bytes(), path.name)
    except FileNotFoundError:
        return [ok("cameras", "no cameras are configured yet: there is no cameras.json")], ()
    except OSError as problem:
        remedy = "give this user the right to read it"
        return [error("cameras", f"{path} can't be read: {problem.strerror}", remedy)], ()
    except ConfigError as problem:
        remedy = "mend it there; until then Gcam keeps the file aside and runs the last good one"
        return [error("cameras", str(problem), remedy)], ()
    findings = [
        error(
            "camera_invalid",
            f"{path.name}: {refused.reason}",
            "mend this entry; the other cameras run without it",
        )
        for refused in found.refused
    ]
    if not findings:
        findings.append(ok("cameras", f"{path.name} is valid: {len(found.cameras)} cameras"))
    return [*findings, *_permissions(path), *_twins(found.cameras)], found.cameras


def _permissions(path: Path) -> list[Finding]:
    if not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    message = f"other users of this machine may read {path}, which can hold passwords"
    return [warning("cameras_readable", message, f"chmod 600 '{path}'")]


def _twins(cameras: Sequence[Camera]) -> list[Finding]:
    """Cameras that get in each other's way."""
    urls = Counter(camera.source.url for camera in cameras if camera.enabled)
    names = Counter(camera.name for camera in cameras)
    findings = []
    for url, count in urls.items():
        if count > 1:
            same = ", ".join(camera.name for camera in cameras if camera.source.url == url)
            findings.append(
                warning(
                    "camera_twice",
                    f"{same} have the same address, and most boards serve one viewer at a time",
                    "keep one of them, or correct the url of the other",
                )
            )
    for name, count in names.items():
        if count > 1:
            message = f"{count} cameras are called {name}, and share one folder of recordings"
            findings.append(warning("camera_name_twice", message, "give each its own name"))
    return findings


def _nearest(path: Path) -> Path:
    """`path`, or what exists of the way to it."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _is_known(revision: str) -> bool:
    config = Config()
    config.set_main_option("script_location", str(files("gcam_addon.recording") / "migrations"))
    config.set_main_option("path_separator", "os")
    try:
        return ScriptDirectory.from_config(config).get_revision(revision) is not None
    except CommandError:
        return False
