"""Deleting a clip: its files, its folders when they are empty then, its entry."""

from __future__ import annotations

from pathlib import Path

from gcam_addon.model import Clip
from gcam_addon.recording import disk, layout
from gcam_addon.recording.library import Library


def remove_clip(library: Library, media_dir: Path, clip: Clip) -> None:
    """The entry goes last: after a crash in between, the next start sees the rest. RecordingError."""
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
    library.remove(clip.id)
