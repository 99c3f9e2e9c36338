"""Making the index agree with the folders: what lies there is the truth. Blocking; for a worker thread,
before the first clip is finished.
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import av

from gcam_addon.errors import RecordingError
from gcam_addon.model import Clip, ClipKind
from gcam_addon.recording import disk, layout
from gcam_addon.recording.facts import ClipFacts, from_json
from gcam_addon.recording.folders import Listing, Walk
from gcam_addon.recording.journal_file import SUFFIX
from gcam_addon.recording.journal_reader import comment_of, opened
from gcam_addon.recording.library import Entry, Library
from gcam_addon.recording.orphans import Orphans
from gcam_addon.recording.trash_list import trash_list
from gcam_addon.words.reason import because

_FORGET_AFTER_S = 90 * 86400.0
"""A clip gone for so long was deleted by hand, not on a drive that is away."""
_EARLIEST_AT, _LATEST_AT = 0.0, 4_102_444_800.0
"""1970 and 2100: what says it was recorded before or after does not know."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Clips that were found without an entry, and entries that came back with their drive, or whose file is
    gone; `journals`: what was found of which clips are to be made.
    """

    added: tuple[Clip, ...]
    returned: tuple[Entry, ...]
    gone: tuple[Entry, ...]
    journals: tuple[Path, ...] = ()


def reconcile(library: Library, media_dir: Path, now: float, *, is_alone: bool = True) -> Reconciled:
    """Of the folders that changed since the last time. `is_alone`: no clip is being made meanwhile; then
    partial files and thumbnails that belong to no clip are cleared away too, and originals without a video
    are settled. What is wrong with one file or folder is logged and costs nothing else. RecordingError where
    the index fails.
    """
    found = _Reconciling(library, media_dir, now, is_alone)
    found.compare_recordings()
    if is_alone:
        found.sweep_thumbnails()
    library.forget_missing(now - _FORGET_AFTER_S)
    if found.added or found.returned or found.gone:
        numbers = (len(found.added), len(found.returned), len(found.gone))
        _log.info("clip index: %d found, %d back again, %d gone", *numbers)
    return Reconciled(tuple(found.added), tuple(found.returned), tuple(found.gone), tuple(found.journals))


class _Reconciling:
    """One time that the folders and the index are made to agree."""

    def __init__(self, library: Library, media_dir: Path, now: float, is_alone: bool) -> None:
        self.added: list[Clip] = []
        self.returned: list[Entry] = []
        self.gone: list[Entry] = []
        self.journals: list[Path] = []
        self._orphans = Orphans(library, media_dir)
        self._library = library
        self._media_dir = media_dir
        self._now = now
        self._is_alone = is_alone
        self._known = library.folders()
        self._in_trash = trash_list(media_dir)
        """Where the index was lost, this is what knows it."""

    def compare_recordings(self) -> None:
        walk = Walk(self._media_dir, layout.RECORDINGS, self._known, self._now)
        looks = {}
        for listing in walk.changed():
            is_swept = self._sweep_partial(listing)
            is_whole = self._compare(listing) and is_swept
            looks[listing.path] = listing.looks if is_whole else None
        vanished = walk.vanished()
        self._hide([entry for folder in vanished for entry in self._library.entries(folder)])
        self._library.note_folders(looks, gone=vanished)

    def sweep_thumbnails(self) -> None:
        walk = Walk(self._media_dir, layout.THUMBNAILS, self._known, self._now)
        looks = {}
        for listing in walk.changed():
            self._sweep_partial(listing)
            videos = layout.RECORDINGS + listing.path.removeprefix(layout.THUMBNAILS)
            wanted = {entry.thumbnail for entry in self._library.entries(videos)}
            for name in sorted(listing.files):
                if name.endswith(".jpg") and layout.is_own(name) and f"{listing.path}/{name}" not in wanted:
                    disk.clear_away(self._media_dir / listing.path / name)
            looks[listing.path] = listing.looks
            inside = self._media_dir / listing.path / "any"
            layout.remove_empty_parents(inside, self._media_dir / layout.THUMBNAILS)
        self._library.note_folders(looks, gone=walk.vanished())

    def _sweep_partial(self, listing: Listing) -> bool:
        """Whether none is left."""
        partial = sorted(
            name for name in listing.files if name.endswith(layout.PARTIAL) and layout.is_own(name)
        )
        if self._is_alone:
            for name in partial:
                disk.clear_away(self._media_dir / listing.path / name)
        return self._is_alone or not partial

    def _compare(self, listing: Listing) -> bool:
        """Whether every video there is in the index now."""
        entries = self._library.entries(listing.path)
        self._hide([entry for entry in entries if entry.name not in listing.files])
        back = [entry for entry in entries if entry.missing_since is not None and entry.name in listing.files]
        self._library.set_missing([entry.id for entry in back], None)
        self.returned += back
        unknown = listing.files - {entry.name for entry in entries}
        videos = sorted(name for name in unknown if name.endswith(".mp4"))
        added = [self._add(f"{listing.path}/{name}") for name in videos]
        if self._is_alone:
            self._settle_originals(listing)
        return all(added)

    def _settle_originals(self, listing: Listing) -> None:
        for name in sorted(filter(layout.is_own, listing.files)):
            stem, _, suffix = name.rpartition(".")
            if suffix != "mkv" or f"{stem}.mp4" in listing.files:
                continue
            original = self._media_dir / listing.path / name
            try:
                journal = self._orphans.settle(original)
            except OSError as error:
                _log.warning("%s", disk.translated(error, original))
            else:
                self.journals += [journal] if journal is not None else []

    def _hide(self, entries: Sequence[Entry]) -> None:
        """Those that lie in the trash are left to it, and what came while the folder was listed is there."""
        shown = [entry for entry in entries if entry.missing_since is None and entry.discarded_at is None]
        gone = [entry for entry in shown if not (self._media_dir / entry.path).exists()]
        self._library.set_missing([entry.id for entry in gone], self._now)
        self.gone += gone

    def _add(self, path: str) -> bool:
        try:
            clip = read_clip(self._media_dir, self._media_dir / path)
        except Exception as error:  # noqa: BLE001  (whatever another program wrote there)
            _log.warning("left out of the clip index: %s: %s", path, error)
            return False
        known = self._library.find(clip.id)
        if known is not None and known.path == path:  # it was made this very moment
            return True
        if known is not None:  # a copy of a clip that is in the index
            clip = replace(clip, id=_id_of(path))
        discarded_at, is_new = self._in_trash.get(clip.id), self._was_just_made(clip)
        self.added.append(self._library.add(clip, is_new=is_new, discarded_at=discarded_at))
        return True

    def _was_just_made(self, clip: Clip) -> bool:
        """Its journal is still there: a kill came before its entry, and its times may be a wrong clock's."""
        folders = layout.all_journals(self._media_dir / layout.JOURNAL)
        return any((folder / (clip.id + SUFFIX)).exists() for folder in folders)


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
        named=facts.named,
    )


def _facts(comment: str, video: Path, path: str) -> ClipFacts:
    try:
        facts = from_json(comment)
        if _is_sound(facts):
            return facts
        raise RecordingError(because("clip_impossible", path=path))
    except RecordingError:  # not ours, or a name is all that is left
        name = video.parent.parent.name
        return ClipFacts(
            id=_id_of(path),
            camera_id=re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "camera",
            camera_name=name,
            kind=ClipKind.MANUAL,
            started_at=_started_at(video),
            reason=because("clip_found"),
        )


def _is_sound(facts: ClipFacts) -> bool:
    """Times that can be, and texts that can be kept."""
    times = [at for at in (facts.started_at, facts.ended_at) if at is not None]
    texts = (facts.id, facts.camera_id, facts.camera_name, facts.reason, *facts.event_ids, *facts.zones)
    try:
        "".join(texts).encode()
        return all(_EARLIEST_AT <= at <= _LATEST_AT for at in times) and math.isfinite(facts.peak)
    except (TypeError, ValueError):
        return False


def _id_of(path: str) -> str:
    return "found-" + hashlib.sha256(path.encode()).hexdigest()[:16]


def _started_at(video: Path) -> float:
    """From `<date>/<time>.mp4`, else the file's own date."""
    try:
        stamp = f"{video.parent.name} {video.stem[:8]}"
        return datetime.strptime(stamp, "%Y-%m-%d %H-%M-%S").astimezone().timestamp()
    except ValueError:
        return video.stat().st_mtime
