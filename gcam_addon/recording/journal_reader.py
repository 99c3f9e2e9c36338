"""Reading a journal back: its facts, and its frames. A file cut short ends with its last whole frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import RecordingError
from gcam_addon.model import Codec
from gcam_addon.recording import disk
from gcam_addon.recording.facts import ClipFacts, from_json
from gcam_addon.recording.journal_file import sidecar


class Undecodable(RecordingError):  # noqa: N818
    """There are no pictures in the file that anybody could read."""


def facts_of(journal: Path) -> ClipFacts:
    """What was learned last; raises `RecordingError` where neither sidecar nor file tell."""
    try:
        return from_json(read_regular(sidecar(journal)).decode())
    except (OSError, UnicodeDecodeError, RecordingError):
        with opened(journal) as container:
            return from_json(comment_of(container))


def comment_of(container: InputContainer) -> str:
    """Where facts are written; Matroska spells its tags in capitals."""
    return next((text for key, text in container.metadata.items() if key.lower() == "comment"), "")


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Raises `Undecodable` for a file that is no video, `RecordingError` where the disk refuses."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise Undecodable(f"{path} holds no pictures")
            yield container
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise disk.translated(error, path) from error
        raise Undecodable(f"can't read {path}: {error}") from error


def codec_of(path: Path) -> Codec:
    """Of its pictures. As `opened`; also `Undecodable` for one that Gcam does not write."""
    with opened(path) as container:
        name = container.streams.video[0].codec_context.name
    try:
        return Codec(name)
    except ValueError as error:
        raise Undecodable(f"{path} holds {name}") from error


def count_frames(path: Path) -> int:
    """As `opened`."""
    with opened(path) as container:
        return sum(1 for _ in packets(container))


def packets(container: InputContainer) -> Iterator[av.Packet[av.VideoStream]]:
    """One per frame, with pts in milliseconds from the clip's start."""
    for packet in container.demux(container.streams.video[0]):
        if packet.size and packet.pts is not None:
            yield packet
