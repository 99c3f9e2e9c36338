"""Databases for tests, quickly: the migrations run once, then the files are copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from gcam_addon.disk.database import bring_up_to_date, engine_for
from gcam_addon.model import Clip
from gcam_addon.recording.library import Library

_DATABASES = {"gcam.db": "recording", "events.db": "history", "access.db": "access", "outbox.db": "alerts"}


def filled_library(folder: Path, clips: Iterable[Clip] = ()) -> Library:
    """Open; whoever asked closes it."""
    folder.mkdir(exist_ok=True)
    path = folder / "gcam.db"
    shutil.copy(_migrated() / path.name, path)
    library = Library(path)
    for clip in clips:
        library.add(clip)
    return library


def prepare_databases(folder: Path) -> None:
    """As a first start leaves them, where there are none yet."""
    for name in _DATABASES:
        if not (folder / name).exists():
            shutil.copy(_migrated() / name, folder / name)


@cache
def _migrated() -> Path:
    folder = Path(mkdtemp(prefix="gcam-tests-"))
    for name, package in _DATABASES.items():
        engine = engine_for(folder / name)
        bring_up_to_date(engine, f"gcam_addon.{package}")
        engine.dispose()
    return folder
