"""Originals without a video beside them: a kill came in between, when earlier versions kept them first; or
somebody deleted the video alone. Blocking; before the first clip is finished.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from gcam_addon.disk.files import sync_folder
from gcam_addon.errors import RecordingError
from gcam_addon.recording import disk, layout
from gcam_addon.recording.clip_ids import is_clip_id
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import SUFFIX
from gcam_addon.recording.journal_reader import count_frames, facts_of
from gcam_addon.recording.layout import Place
from gcam_addon.recording.library import Entry, Library

_log = logging.getLogger(__name__)


class Orphans:
    def __init__(self, library: Library, media_dir: Path) -> None:
        self._library = library
        self._media_dir = media_dir

    def settle(self, original: Path) -> Path | None:
        """Where nothing is known of its clip, a journal, of which that will be made; else it goes where it
        belongs, or away where it is there already. What is not Gcam's is left and told, and so is that whose
        video somebody deleted. OSError; RecordingError where the index fails.
        """
        try:
            facts = facts_of(original)
        except RecordingError as error:
            _log.warning("left alone, it has no video and tells nothing: %s (%s)", original, error)
            return None
        entry = self._library.entry(facts.id)
        if entry is None:
            return self._journal(original, facts)
        place = layout.place_of(self._media_dir, self._media_dir / entry.path)
        if not place.video.exists():
            _log.warning("left alone, its video is gone: %s", original)
        elif not place.original.exists():
            self._bring(original, place, entry)
        elif count_frames(place.original) >= count_frames(original):
            _log.info("%s is kept as %s: this one goes", original, place.original)
            disk.clear_away(original)
        else:
            _log.warning("left alone, it holds more than %s: %s", place.original, original)
        return None

    def _journal(self, original: Path, facts: ClipFacts) -> Path | None:
        journal = self._media_dir / layout.JOURNAL / (facts.id + SUFFIX)
        if not is_clip_id(facts.id) or journal.exists():
            _log.warning("left alone, it has no video: %s", original)
            return None
        _log.info("%s has no video: that is made now", original)
        _move(original, journal)
        return journal

    def _bring(self, original: Path, place: Place, entry: Entry) -> None:
        _log.info("%s belongs to %s, and goes there", original, place.video)
        _move(original, place.original)
        if (clip := self._library.find(entry.id)) is not None:
            self._library.add(replace(clip, size_bytes=layout.bytes_of(place.video)))


def _move(path: Path, to: Path) -> None:
    path.rename(to)
    sync_folder(to.parent)
    sync_folder(path.parent)
