"""Deleting clips: their files, their folders when they are empty then, their entries."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from gcam_addon.errors import RecordingError
from gcam_addon.model import Clip
from gcam_addon.recording import disk, layout
from gcam_addon.recording.library import Library

_log = logging.getLogger(__name__)


def remove_clips(library: Library, media_dir: Path, clips: Iterable[Clip]) -> Sequence[Clip]:
    """Of clips that were claimed, those whose files could be deleted; the others stay claimed. The entries go
    last: after a crash in between, the next look sees the rest. RecordingError where the index fails.
    """
    removed = []
    for clip in clips:
        try:
            _unlink(media_dir, clip)
        except RecordingError as error:
            _log.warning("%s could not be deleted: %s", clip.path, error)
        else:
            removed.append(clip)
    library.remove([clip.id for clip in removed])
    return removed


def _unlink(media_dir: Path, clip: Clip) -> None:
    video = media_dir / clip.path
    paths = [video, layout.original_of(video)]
    if clip.thumbnail is not None:
        paths.append(media_dir / clip.thumbnail)
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise disk.translated(error, path) from error
        layout.remove_empty_parents(path, media_dir / layout.RECORDINGS)
        layout.remove_empty_parents(path, media_dir / layout.THUMBNAILS)
