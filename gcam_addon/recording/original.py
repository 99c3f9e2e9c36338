"""Keeping the camera's own JPEGs: the journal's frames, unchanged, in a Matroska file one can seek in."""

from __future__ import annotations

import os
from pathlib import Path

import av

from gcam_addon.errors import RecordingError
from gcam_addon.recording import disk
from gcam_addon.recording.journal_reader import count_frames, opened, packets
from gcam_addon.words.reason import because


def keep_original(journal: Path, target: Path, tags: dict[str, str]) -> None:
    """Write `target`, synced and counted. StorageFull, RecordingError; the journal stays as it is."""
    try:
        with opened(journal) as source, av.open(str(target), "w", format="matroska") as output:
            output.metadata.update(tags)
            stream = output.add_stream_from_template(source.streams.video[0])
            for packet in packets(source):
                packet.stream = stream
                output.mux(packet)
        with target.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise disk.translated(error, target) from error
    if count_frames(target) != count_frames(journal):
        raise RecordingError(because("copy_not_whole", path=target))
