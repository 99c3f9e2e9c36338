"""Copies of the databases for a backup of the data folder that is made file by file while Gcam runs.

Such a backup may tear a database that is being written, so whole copies lie beside them while it is made. The
lock is left out of it: a folder without one came out of a backup, and then the copies count. Blocking.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from gcam_addon.disk.files import sync_folder
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_FOLDER = "snapshot"
_DATABASES = ("gcam.db", "events.db", "access.db")
_BUSY_S = 30.0


def make_snapshot(data_dir: Path) -> Path:
    """Where the copies are. Whoever owns the data folder owns them. Raises `ConfigError`."""
    remove_snapshot(data_dir)
    folder = data_dir / _FOLDER
    try:
        owner = data_dir.stat()
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
        for name in _DATABASES:
            if (data_dir / name).is_file():
                _copy(data_dir / name, folder / name)
        sync_folder(folder)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(because("snapshot_unmade", folder=folder, why=error)) from error
    return folder


def remove_snapshot(data_dir: Path) -> None:
    """Raises `ConfigError`."""
    try:
        shutil.rmtree(data_dir / _FOLDER)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(because("snapshot_unremoved", folder=data_dir / _FOLDER, why=error)) from error


def settle_snapshot(data_dir: Path, *, restored: bool) -> None:
    """At start, before a database is opened: of a folder that came out of a backup the copies are taken; else
    they are what an interrupted backup left. Raises `ConfigError`.
    """
    folder = data_dir / _FOLDER
    if not folder.is_dir():
        return
    try:
        for copy in folder.glob("*.db") if restored else ():
            for torn in ("-wal", "-shm"):
                (data_dir / (copy.name + torn)).unlink(missing_ok=True)
            copy.replace(data_dir / copy.name)
            _log.info("%s comes out of a backup", copy.name)
    except OSError as error:
        raise ConfigError(because("snapshot_untaken", folder=folder, why=error), field="data_dir") from error
    remove_snapshot(data_dir)


def _copy(source: Path, target: Path) -> None:
    """What is written meanwhile waits or comes too late; the copy is whole."""
    owner = source.stat()
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(source, timeout=_BUSY_S)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # in one file
    target.chmod(owner.st_mode & 0o777)
    os.chown(target, owner.st_uid, owner.st_gid)
