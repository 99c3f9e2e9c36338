"""Clip indexes for tests, quickly: the migrations run once, then the file is copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from gcam_addon.model import Clip
from gcam_addon.recording.library import Library


def filled_library(folder: Path, clips: Iterable[Clip] = ()) -> Library:
    """Open; whoever asked closes it."""
    folder.mkdir(exist_ok=True)
    path = folder / "gcam.db"
    shutil.copy(_migrated(), path)
    library = Library(path)
    for clip in clips:
        library.add(clip)
    return library


@cache
def _migrated() -> Path:
    path = Path(mkdtemp(prefix="gcam-tests-")) / "gcam.db"
    library = Library(path)
    library.open()
    library.close()
    return path
