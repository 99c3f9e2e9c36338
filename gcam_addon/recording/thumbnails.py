"""A clip's small picture: the strongest frame, about 320 pixels wide, as JPEG."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import av

from gcam_addon.bitstream.inter import BuiltPicture
from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import RecordingError
from gcam_addon.picture.pixels import shrunk
from gcam_addon.recording.journal_file import poster
from gcam_addon.recording.journal_reader import codec_of, count_frames, opened, packets
from gcam_addon.words.reason import because

WIDTH_PX = 320
_QUALITY = 80
_MOST_LOOKED_AT = 25
"""Frames that are tried for a thumbnail, before as after the middle."""


def thumbnail(jpeg: bytes) -> bytes:
    """Raises `RecordingError` where `jpeg` is no picture. Small pictures are not enlarged."""
    small = shrunk(jpeg, WIDTH_PX, _QUALITY)
    if small is None:
        raise RecordingError(because("thumbnail_damaged"))
    return small


def small_picture(journal: Path, orientation: int) -> bytes:
    """Of the first telling frame that is not damaged; compressed ones are shown by `orientation`.
    RecordingError where there is none.
    """
    problem = RecordingError(because("thumbnail_damaged"))
    for jpeg in _telling_frames(journal, orientation):
        try:
            return thumbnail(jpeg)
        except RecordingError as error:
            problem = error
    raise problem


def _telling_frames(journal: Path, orientation: int) -> Iterator[bytes]:
    """The strongest, then those from the middle on, and those before it."""
    with suppress(OSError):  # there is none, or it can't be read: it is no reason to show nothing
        yield read_regular(poster(journal))
    count = count_frames(journal)
    for begin, end in ((count // 2, count), (0, count // 2)):
        if codec_of(journal).is_inter:
            yield from _keys(journal, begin, end, orientation)
            continue
        with opened(journal) as container:
            for packet in islice(packets(container), begin, min(end, begin + _MOST_LOOKED_AT)):
                yield bytes(packet)


def _keys(journal: Path, begin: int, end: int, orientation: int) -> Iterator[bytes]:
    """The pictures that build on no other, of those from `begin` to `end`."""
    with opened(journal) as container:
        context = container.streams.video[0].codec_context
        context.thread_count = 1
        for packet in islice(packets(container), begin, end):
            if not packet.is_keyframe:
                continue
            try:
                frames = [*context.decode(packet), *context.decode(None)]
            except av.FFmpegError:
                frames = []
            context.flush_buffers()
            for frame in frames[:1]:
                yield BuiltPicture(frame, 0.0, 0.0).jpeg(_QUALITY, orientation)
