"""Making the index agree with the folders: what lies there is the truth. Blocking; for a worker thread,
before the first clip is finished.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import av

from gcam_addon.errors import RecordingError
from gcam_addon.model import Clip, ClipKind
from gcam_addon.recording import disk, layout
from gcam_addon.recording.facts import ClipFacts, from_json
from gcam_addon.recording.journal_reader import comment_of, opened
from gcam_addon.recording.library import Library

_FORGET_AFTER_S = 90 * 86400.0
"""A clip gone for so long was deleted by hand, not on a drive that is away."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Clips that were found without an entry, came back with their drive, or whose file is gone."""

    added: tuple[Clip, ...]
    returned: tuple[Clip, ...]
    gone: tuple[Clip, ...]


def reconcile(library: Library, media_dir: Path, now: float) -> Reconciled:
    """Also clears away partial files and thumbnails that belong to no clip. RecordingError."""
    try:
        _sweep_partial(media_dir)
        videos = {layout.relative(media_dir, path) for path in (media_dir / layout.RECORDINGS).rglob("*.mp4")}
        gone = _hide_gone(library, videos, now)
        returned = _show_returned(library, videos, now)
        added = _add_unknown(library, media_dir, videos)
        _sweep_thumbnails(library, media_dir)
    except OSError as error:
        raise disk.translated(error, media_dir) from error
    if added or returned or gone:
        _log.info("clip index: %d found, %d back again, %d gone", len(added), len(returned), len(gone))
    return Reconciled(added, returned, gone)


def _sweep_partial(media_dir: Path) -> None:
    for name in (layout.RECORDINGS, layout.THUMBNAILS):  # the journal's thread is at work already
        for path in sorted((media_dir / name).rglob(f"*{layout.PARTIAL}")):
            path.unlink(missing_ok=True)


def _hide_gone(library: Library, videos: set[str], now: float) -> tuple[Clip, ...]:
    gone = tuple(clip for clip in library.list() if clip.path not in videos)
    for clip in gone:
        library.set_missing(clip.id, now)
    return gone


def _show_returned(library: Library, videos: set[str], now: float) -> tuple[Clip, ...]:
    returned = []
    for clip, since in library.missing():
        if clip.path in videos:
            library.set_missing(clip.id, None)
            returned.append(clip)
        elif now - since > _FORGET_AFTER_S:
            library.remove([clip.id])
    return tuple(returned)


def _add_unknown(library: Library, media_dir: Path, videos: set[str]) -> tuple[Clip, ...]:
    known = {clip.path for clip in (*library.list(), *library.discarded())}
    added = []
    for path in sorted(videos - known):
        try:
            clip = read_clip(media_dir, media_dir / path)
        except RecordingError as error:
            _log.warning("left out of the clip index: %s", error)
            continue
        if library.find(clip.id) is not None:  # a copy of a clip that is in the index
            clip = replace(clip, id=_id_of(path))
        added.append(library.add(clip, is_new=False))
    return tuple(added)


def _sweep_thumbnails(library: Library, media_dir: Path) -> None:
    hidden = {clip.thumbnail for clip, _ in library.missing()}
    wanted = hidden | {clip.thumbnail for clip in (*library.list(), *library.discarded())}
    for path in sorted((media_dir / layout.THUMBNAILS).rglob("*.jpg")):
        if layout.relative(media_dir, path) not in wanted:
            path.unlink(missing_ok=True)
            layout.remove_empty_parents(path, media_dir / layout.THUMBNAILS)


def read_clip(media_dir: Path, video: Path) -> Clip:
    """What the file itself tells, else its name and place. RecordingError for what is no video."""
    with opened(video) as container:
        stream = container.streams.video[0]
        duration_s = float(container.duration or 0) / av.time_base
        frames, size = stream.frames, (stream.codec_context.width, stream.codec_context.height)
        comment = comment_of(container)
    facts = _facts(comment, video, layout.relative(media_dir, video))
    picture = layout.thumbnail_of(media_dir, video)
    return Clip(
        id=facts.id,
        camera_id=facts.camera_id,
        camera_name=facts.camera_name,
        kind=facts.kind,
        started_at=facts.started_at,
        ended_at=facts.ended_at or facts.started_at + duration_s,
        path=layout.relative(media_dir, video),
        thumbnail=layout.relative(media_dir, picture) if picture.exists() else None,
        size_bytes=layout.bytes_of(video),
        frames=frames,
        width=size[0],
        height=size[1],
        peak=facts.peak,
        reason=facts.reason,
        event_ids=facts.event_ids,
        zones=facts.zones,
    )


def _facts(comment: str, video: Path, path: str) -> ClipFacts:
    try:
        return from_json(comment)
    except RecordingError:  # not ours, or a name is all that is left
        name = video.parent.parent.name
        return ClipFacts(
            id=_id_of(path),
            camera_id=re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "camera",
            camera_name=name,
            kind=ClipKind.MANUAL,
            started_at=_started_at(video),
            reason="found in the folder",
        )


def _id_of(path: str) -> str:
    return "found-" + hashlib.sha256(path.encode()).hexdigest()[:16]


def _started_at(video: Path) -> float:
    """From `<date>/<time>.mp4`, else the file's own date."""
    try:
        stamp = f"{video.parent.name} {video.stem[:8]}"
        return datetime.strptime(stamp, "%Y-%m-%d %H-%M-%S").astimezone().timestamp()
    except ValueError:
        return video.stat().st_mtime
