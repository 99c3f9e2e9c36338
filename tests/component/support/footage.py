"""Recordings of other days, put where a real Gcam looks for its own: it takes what lies there as its own."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import numpy as np

from tests.support.waiting import wait_until

from .gcam import RunningGcam

FPS = 5
SIZE = (64, 48)
_BOX_HEAD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Planted:
    """A recording to be. `padding_bytes` is room in its file that no player reads."""

    id: str
    camera_id: str
    camera_name: str
    started_at: datetime
    length_s: int = 2
    kind: str = "motion"
    zones: tuple[str, ...] = ()
    peak: float = 8.5
    reason: str = "8.5 % of the picture moved, at the left"
    padding_bytes: int = 0


def plant(data_dir: Path, clips: Iterable[Planted]) -> None:
    """Before Gcam is started."""
    thumbnail = _picture()
    for clip in clips:
        stem = f"{clip.camera_name}/{clip.started_at:%Y-%m-%d}/{clip.started_at:%H-%M-%S}-{clip.id}"
        video = data_dir / "recordings" / f"{stem}.mp4"
        picture = data_dir / "thumbnails" / f"{stem}.jpg"
        for path, content in ((video, _video(clip)), (picture, thumbnail)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if clip.padding_bytes:
            _pad(video, clip.padding_bytes)


def await_index(gcam: RunningGcam, clips: Sequence[Planted]) -> None:
    """Blocking, until Gcam knows all that was planted."""
    wait_until(lambda: len(gcam.ask("GET", "clips?limit=1000")["clips"]) >= len(clips))


def _video(clip: Planted) -> bytes:
    """H.264 whose picture gets lighter, with what Gcam writes into its own files."""
    facts = {
        "gcam": 1,
        "id": clip.id,
        "camera_id": clip.camera_id,
        "camera_name": clip.camera_name,
        "kind": clip.kind,
        "started_at": clip.started_at.timestamp(),
        "peak": clip.peak,
        "reason": clip.reason,
        "event_ids": [],
        "zones": clip.zones,
        "ended_at": None,
        "keep_original": False,
    }
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        output.metadata["comment"] = json.dumps(facts)
        stream = output.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(clip.length_s * FPS):
            grey = np.full((SIZE[1], SIZE[0], 3), 20 * number % 256, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


def _pad(video: Path, padding_bytes: int) -> None:
    """A box `free` at the end, which takes no disk."""
    with video.open("ab") as file:
        file.write((_BOX_HEAD_BYTES + padding_bytes).to_bytes(4) + b"free")
        file.truncate(file.tell() + padding_bytes)


def _picture() -> bytes:
    """A JPEG."""
    file = io.BytesIO()
    with av.open(file, "w", format="mjpeg") as output:
        stream = output.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuvj420p"
        grey = av.VideoFrame.from_ndarray(np.full((SIZE[1], SIZE[0], 3), 128, np.uint8), "rgb24")
        output.mux(stream.encode(grey))
        output.mux(stream.encode(None))
    return file.getvalue()
