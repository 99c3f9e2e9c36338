"""The pictures to analyse: of a file or folder, as fast as they can be read, or of a live camera."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import av
import av.error

from gcam_addon.assembly import build_source
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.model import Unit
from gcam_addon.pipeline.handoff import Pace
from gcam_addon.sources.replay import read_frames
from gcam_addon.wire.arrivals import Arrivals

Numbered = tuple[int, Unit, bool]
"""A picture's number in the source, 0-based, its unit, and whether it is to be looked at."""


def recorded(path: Path, fps: float | None) -> Iterator[Numbered]:
    """The pictures of a video, about `fps` a second of it; of pictures without times all, `fps` a second."""
    has_times = fps is not None and not _has_no_times(path)
    pace = Pace()
    for index, unit in enumerate(read_frames(path, None if has_times else fps)):
        if fps is None or not has_times or pace.take(unit.pts_s, fps):
            yield index, unit, True


async def live(
    camera: Camera, fps: float | None, clock: Clock, duties: Duties, arrivals: Arrivals | None = None
) -> AsyncGenerator[Numbered]:
    """The camera's pictures until it ends the stream, and what others build on. `arrivals`: where one that
    dials in does. Raises `SourceError`.
    """
    pace, numbers = Pace(), itertools.count()
    async with aclosing(build_source(camera, clock, duties, arrivals=arrivals).units()) as units:
        async for unit in units:
            if unit.is_sound:
                continue
            index = next(numbers)
            is_due = fps is None or pace.take(unit.pts_s, fps)
            if is_due or unit.tracks.video.codec.is_inter:
                yield index, unit, is_due


def expected_count(path: Path) -> int | None:
    """About how many pictures `recorded(path, None)` gives, for a progress bar; None: unknown."""
    if path.is_dir():
        return sum(1 for _ in path.iterdir())
    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
            stream = container.streams.video[0]
            length_s = (container.duration or 0) / av.time_base
            return stream.frames or round(length_s * float(stream.average_rate or 0)) or None
    except (av.error.FFmpegError, OSError, IndexError):  # then there is just no total
        return None


def _has_no_times(path: Path) -> bool:
    """A folder, or JPEGs one after another."""
    if not path.is_file():
        return True
    with path.open("rb") as file:
        begin = file.read(64)
    return begin.startswith(b"\xff\xd8") or begin.lstrip().startswith(b"--")
