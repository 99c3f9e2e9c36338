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
from pathlib import Path

from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.config.camera_file import read_cameras
from gcam_addon.config.model import Camera, StorageSettings
from gcam_addon.disk.database import revisions
from gcam_addon.errors import ConfigError
from gcam_addon.recording import layout
from gcam_addon.recording.journal_file import SUFFIX
from gcam_addon.recording.migrations import VERSION_TABLE
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.words.reason import because

_GB = 1e9


def check_folder(path: Path, option: str) -> Finding:
    """Whether Gcam can write there; a folder that is not there yet is made at the first start."""
    place = _nearest(path)
    remedy = because("check_other_folder", option=option)
    if not place.is_dir():
        return error("folder", because("check_no_folder", place=place, path=path), remedy)
    try:
        if place == path:
            with tempfile.TemporaryFile(dir=path) as file:
                file.write(b"gcam")
                file.flush()
                os.fsync(file.fileno())
        elif not os.access(place, os.W_OK | os.X_OK):
            return error("folder", because("check_folder_unmade", place=place, path=path), remedy)
    except OSError as problem:
        return error("folder", because("check_folder_unwritable", path=path, why=problem), remedy)
    if place == path:
        return ok("folder", because("check_folder_writable", path=path))
    return ok("folder", because("check_folder_later", path=path))


def check_space(settings: StorageSettings) -> Finding:
    """Whether there is room above the floor."""
    usage = shutil.disk_usage(_nearest(settings.media_dir))
    floor = settings.retention.min_free_bytes
    shown = because(
        "check_space",
        free=round(usage.free / _GB, 1),
        total=round(usage.total / _GB, 1),
        folder=settings.media_dir,
    )
    kept, remedy = round(floor / _GB, 1), because("check_make_room")
    if floor >= usage.total:
        return error("space", because("check_space_never", space=shown, kept=kept), remedy)
    if usage.free < floor:
        return error("space", because("check_space_none", space=shown, kept=kept), remedy)
    if usage.free < floor + min(_GB, usage.total / 20):
        return warning("space", because("check_space_soon", space=shown), remedy)
    return ok("space", because("check_space_kept", space=shown, kept=kept))


def check_damaged(media_dir: Path) -> list[Finding]:
    """Whether there are recordings of which no clip could be made; nothing is said where there are none."""
    folder = media_dir / layout.JOURNAL / layout.DAMAGED
    try:
        sizes = [path.stat().st_size for path in folder.glob(f"*{SUFFIX}")]
    except OSError:
        return []
    if not sizes:
        return []
    size = round(sum(sizes) / _GB, 2)
    message = because("check_damaged", count=len(sizes), size=size, folder=folder)
    return [warning("damaged", message, because("check_look_at_them"))]


def check_index(path: Path) -> Finding:
    """Whether the index of clips can be read, and by this version."""
    if not path.exists():
        return ok("index", because("check_no_index", file=path.name))
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
            because("check_index_unreadable", path=path, why=problem),
            because("check_new_index"),
        )
    if revision not in revisions("gcam_addon.recording"):
        return error("index", because("check_index_newer", path=path), because("check_update"))
    return ok("index", because("check_index", count=clips))


def check_cameras(path: Path) -> tuple[list[Finding], tuple[Camera, ...]]:
    """What is to say of `cameras.json`, and its valid cameras."""
    try:
        found = read_cameras(path.read_bytes(), path.name)
    except FileNotFoundError:
        return [ok("cameras", because("check_no_cameras"))], ()
    except OSError as problem:
        message = because("check_unreadable", path=path, why=problem)
        return [error("cameras", message, because("check_let_read"))], ()
    except ConfigError as problem:
        return [error("cameras", problem.said, because("check_mend_file"))], ()
    findings = [
        error(
            "camera_invalid",
            because("check_camera_says", name=path.name, why=refused.reason),
            because("check_mend_entry"),
        )
        for refused in found.refused
    ]
    if not findings:
        findings.append(ok("cameras", because("check_cameras", file=path.name, count=len(found.cameras))))
    return [*findings, *_permissions(path), *_twins(found.cameras)], found.cameras


def _permissions(path: Path) -> list[Finding]:
    if not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    message = because("check_cameras_readable", path=path)
    command = f"chmod 600 '{path}'"
    return [warning("cameras_readable", message, command)]


def _twins(cameras: Sequence[Camera]) -> list[Finding]:
    """Cameras that get in each other's way."""
    urls = Counter(url for camera in cameras if camera.enabled for url in camera.source.urls)
    names = Counter(camera.name for camera in cameras)
    findings = []
    for url, count in urls.items():
        if count > 1:
            same = tuple(camera.name for camera in cameras if url in camera.source.urls)
            findings.append(
                warning(
                    "camera_twice",
                    because("check_camera_twice", names=same),
                    because("check_keep_one"),
                )
            )
    findings += [_one_board(camera) for camera in cameras if camera.enabled and _is_one_board(camera)]
    for name, count in names.items():
        if count > 1:
            message = because("check_name_twice", count=count, name=name)
            findings.append(warning("camera_name_twice", message, because("check_own_name")))
    return findings


def _is_one_board(camera: Camera) -> bool:
    """Both addresses are streams of one HTTP server, as boards are, which mostly serve one viewer."""
    if camera.source.url_hd is None:
        return False
    sd, hd = parse(camera.source.url), parse(camera.source.url_hd)
    return isinstance(sd, HttpAddress) and isinstance(hd, HttpAddress) and sd.host == hd.host


def _one_board(camera: Camera) -> Finding:
    message = because("check_hd_same_board", name=camera.name)
    return warning("camera_hd_same_board", message, because("check_leave_hd_out"))


def _nearest(path: Path) -> Path:
    """`path`, or what exists of the way to it."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
