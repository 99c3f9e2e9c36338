"""A journal of compressed pictures becomes an MP4 by copying: bit for bit, nothing is decoded.
Synchronous, for a worker thread; which journal when, and what then: `finisher.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer, OutputContainer

from gcam_addon.bitstream.matroska import TIME_BASE
from gcam_addon.bitstream.times import TICKS, Succession
from gcam_addon.bitstream.tracks import add_video
from gcam_addon.errors import RecordingError
from gcam_addon.model import SAMPLES, Size
from gcam_addon.picture.orientation import shown_size
from gcam_addon.recording import disk
from gcam_addon.recording.encoder import Encoded, FramesLost, Interrupted, sync, verify, writing
from gcam_addon.recording.journal_reader import Undecodable, opened, packets
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_TICK: Final = Fraction(1, TICKS)
_FIRST_TICKS: Final = TICKS // 15
_OFF_GRID_S: Final = 0.02
"""Sound that is further off where the unit before ends does not follow it."""


def remux(
    journal: Path,
    target: Path,
    tags: dict[str, str],
    orientation: int,
    stopping: Callable[[], bool] = lambda: False,
) -> Encoded:
    """Write `target` (overwritten; removed by the caller on error), synced to disk and counted again. Its
    pictures are to be shown by `orientation`. Raises as `Encoder.encode` does; the journal is never touched.
    Where times are such that who reads the video leaves pictures out, none is shown before another that came
    earlier: a jerk is better than a hole.
    """
    with opened(journal) as source:
        shown_ms = [packet.pts for packet in packets(source) if packet.pts is not None]
    if not shown_ms:
        raise Undecodable(f"{journal.name} holds no pictures")
    make = partial(_remux, journal, target, tags, orientation, stopping)
    try:
        return _counted(target, make, shown_ms)
    except FramesLost:
        as_they_came = list(accumulate(shown_ms, max))
        if as_they_came == shown_ms:
            raise
        _log.warning("%s: its camera's times go back; its pictures are shown as they came", journal.name)
        return _counted(target, make, as_they_came)


def _counted(target: Path, make: Callable[[list[int]], Encoded], shown_ms: list[int]) -> Encoded:
    try:
        result = make(shown_ms)
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise disk.translated(error, target) from error
        raise RecordingError(because("encoder_failed", file=target.name, why=error)) from error
    sync(target)
    verify(target, result.frames)
    return result


def _remux(  # noqa: PLR0917  (one film; what differs between two attempts comes last)
    journal: Path,
    target: Path,
    tags: dict[str, str],
    orientation: int,
    stopping: Callable[[], bool],
    shown_ms: list[int],
) -> Encoded:
    with opened(journal) as source, writing(target, tags, video_track_timescale=str(TICKS)) as output:
        film = _Film(source, output, orientation)
        decode_ticks = _decode_ticks(shown_ms)
        for packet in source.demux(*film.wanted):
            if stopping():
                raise Interrupted(f"{journal.name} is finished at the next start")
            if packet.size and packet.pts is not None:
                film.add(packet, decode_ticks)
        size = film.size
    return Encoded(len(shown_ms), 0, size, (max(shown_ms) - min(shown_ms)) * float(TIME_BASE))


def _decode_ticks(shown_ms: list[int]) -> Iterator[int]:
    """When each is decoded, ticks: Matroska tells only when it is shown. In order, none after it is shown."""
    in_order = sorted(shown_ms)
    early_ms = max(sorted_ms - shown for sorted_ms, shown in zip(in_order, shown_ms, strict=True))
    last = float("-inf")
    for at_ms in in_order:
        ticks = round((at_ms - early_ms) * TIME_BASE * TICKS)
        last = max(ticks, last + 1)
        yield int(last)


class _Film:
    """The MP4 being written."""

    def __init__(self, source: InputContainer, output: OutputContainer, orientation: int) -> None:
        video = source.streams.video[0]
        self._output = output
        self._decoded: int | None = None
        self._video = add_video(output, video, orientation)
        stored = Size(video.codec_context.width, video.codec_context.height)
        self.size = shown_size(stored, orientation)
        self.wanted: list[av.stream.Stream] = [video]
        if source.streams.audio:
            sound = source.streams.audio[0]
            self.wanted.append(sound)
            self._sound = output.add_stream_from_template(sound)
            step = Fraction(SAMPLES * TICKS, sound.codec_context.sample_rate)
            self._sounds = Succession(step, _OFF_GRID_S * TICKS)

    def add(self, packet: av.Packet[Any], decode_ticks: Iterator[int]) -> None:
        assert packet.pts is not None
        ticks = round(packet.pts * TIME_BASE * TICKS)
        if packet.stream.type == "audio":
            packet.pts = packet.dts = self._sounds.place(ticks)
            packet.stream = self._sound
        else:
            packet.dts = next(decode_ticks)
            packet.pts = max(ticks, packet.dts)
            # Of the last it is what counts: a video that ends when its last picture begins is read without it
            # where the one before that is a key.
            packet.duration = packet.dts - self._decoded if self._decoded is not None else _FIRST_TICKS
            self._decoded = packet.dts
            packet.stream = self._video
        packet.time_base = _TICK
        self._output.mux(packet)
