"""What a Gcam under test watches: simulated boards whose pictures are small and made once, so that watching
them all the time costs next to nothing.
"""

import io
import json
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import av
import numpy as np

from tests.support.child import GcamChild

from .gcam import PYTHON, RunningGcam

SIZE = (320, 240)
"""Of every picture."""
LARGE = (640, 480)
_FPS = 5
_GARDEN_S, _MOTION_S = 8, 3
FAST = {
    "detection": {"warmup_s": 0.6, "event_gap_s": 0.6},
    "recording": {"pre_roll_s": 1.0, "post_roll_s": 1.0},
}


@contextmanager
def watching(folder: Path) -> Iterator[RunningGcam]:
    """A Gcam with a garden where something moves every eight seconds and a room where nothing ever does.

    Blocking.
    """
    with ExitStack() as stack:
        lawn = _board(stack, "camera-web-server", garden(folder))
        room = _board(stack, "esphome", _draw(folder / "room", 1, 0))
        cameras = [
            {"id": "garden", "name": "Garden", "url": lawn, **FAST},
            {"id": "room", "name": "Room", "url": room, **FAST},
        ]
        data_dir = folder / "data"
        data_dir.mkdir()
        (data_dir / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
        yield stack.enter_context(RunningGcam(data_dir, "--mqtt", "off"))


def garden(folder: Path) -> Path:
    """A folder of pictures of the garden."""
    return _draw(folder / "garden", _GARDEN_S, _MOTION_S)


@contextmanager
def large_board(folder: Path) -> Iterator[str]:
    """The address of one more, whose pictures are twice as wide and high. Blocking."""
    with ExitStack() as stack:
        size = f"{LARGE[0]}x{LARGE[1]}"
        yield _board(stack, "camera-web-server", _draw(folder / "large", 1, 0), "--size", size)


def _board(stack: ExitStack, firmware: str, frames: Path, *more: str) -> str:
    """Its address, once it is there."""
    child = GcamChild(
        *("simulate", "--firmware", firmware, "--frames", frames, "--fps", str(_FPS)),
        *("--listen", "127.0.0.1:0"),
        *more,
        python=PYTHON,
    )
    stack.callback(child.ended, signal.SIGKILL)  # it has nothing to keep
    child.wait_until(lambda: _address(child.said))
    return _address(child.said)


def _address(said: str) -> str:
    found = re.search(r"^http://\S+$", said, re.MULTILINE)
    return found[0] if found else ""


def _draw(folder: Path, length_s: int, motion_s: int) -> Path:
    """A wall; in front of it, for `motion_s`, a dark block that walks along. No two files are the same."""
    folder.mkdir(parents=True)
    wall = np.random.default_rng(5).integers(150, 210, (SIZE[1] // 16, SIZE[0] // 16, 1), np.uint8)
    for number in range(length_s * _FPS):
        picture = np.kron(wall, np.ones((16, 16, 3), np.uint8))
        if number < motion_s * _FPS:
            x = 20 + number * 16
            picture[-100:-20, x : x + 48] = 30
        (folder / f"{number:03}.jpg").write_bytes(_numbered(_jpeg(picture), number))
    return folder


def _numbered(jpeg: bytes, number: int) -> bytes:
    """With a comment in it, which nobody sees: a mark in the picture would be something that moves."""
    return jpeg[:2] + b"\xff\xfe\x00\x05" + b"%03d" % number + jpeg[2:]


def _jpeg(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mjpeg") as output:
        stream = output.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuvj420p"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()
