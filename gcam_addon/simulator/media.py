"""Where a simulated camera's pictures come from: a scene, a video file, a folder of pictures.

`Footage` gives raw pictures by time, blocking, for one thread at a time; `pictures` makes JPEGs of them.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import av
import cv2
import numpy as np

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator.scenes.scene import Scene
from gcam_addon.simulator.scenes.view import Array

_PICTURE_TYPES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


class Footage(Protocol):
    """Pictures that repeat after `duration_s`. Blocking; one thread at a time."""

    @property
    def size(self) -> Size | None:
        """Its own size; None where any size is as good."""

    @property
    def duration_s(self) -> float: ...

    def picture(self, t_s: float, size: Size) -> Array:
        """BGR uint8 at `t_s`; `size` is a wish: the caller scales what comes."""

    def original(self, t_s: float) -> bytes | None:
        """The JPEG as it is stored, where there is one."""


class SceneFootage:
    """A procedural scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @property
    def size(self) -> Size | None:
        return None

    @property
    def duration_s(self) -> float:
        return self._scene.duration_s

    def picture(self, t_s: float, size: Size) -> Array:
        return self._scene.render(t_s, size)

    def original(self, t_s: float) -> bytes | None:
        return None


class FolderFootage:
    """The pictures of a folder in the order of their names, `fps` a second."""

    def __init__(self, folder: Path, fps: float) -> None:
        """Raises `ConfigError` where there is no folder with pictures."""
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _PICTURE_TYPES)
        except OSError as error:
            raise ConfigError(f"Can't read the folder {folder}: {error.strerror}.", field="frames") from error
        if not files:
            raise ConfigError(f"There are no pictures ({_types()}) in {folder}.", field="frames")
        self._files = files
        self._fps = fps
        height, width = _read_picture(files[0]).shape[:2]
        self._size = Size(width, height)

    @property
    def size(self) -> Size | None:
        return self._size

    @property
    def duration_s(self) -> float:
        return len(self._files) / self._fps

    def picture(self, t_s: float, size: Size) -> Array:
        return _read_picture(self._file(t_s))

    def original(self, t_s: float) -> bytes | None:
        path = self._file(t_s)
        return path.read_bytes() if path.suffix.lower() in {".jpg", ".jpeg"} else None

    def _file(self, t_s: float) -> Path:
        return self._files[int(t_s * self._fps + 1e-6) % len(self._files)]


class VideoFootage:
    """A video file, decoded as time goes on; going back, or past its end, starts over."""

    def __init__(self, path: Path) -> None:
        """Raises `ConfigError` for a file that holds no video."""
        self._path = path
        self._frames = self._decode()
        first = next(self._frames, None)
        if first is None:
            raise ConfigError(f"There are no pictures in {path}.", field="video")
        self._start_s = first[0]
        self._shown = first
        self._ahead = next(self._frames, None)
        height, width = first[1].shape[:2]
        self._size = Size(width, height)
        self._duration_s = self._length_s()

    @property
    def size(self) -> Size | None:
        return self._size

    @property
    def duration_s(self) -> float:
        return self._duration_s

    def picture(self, t_s: float, size: Size) -> Array:
        wanted_s = self._start_s + t_s % self._duration_s + 1e-6
        if wanted_s < self._shown[0]:
            self._rewind()
        while self._ahead is not None and self._ahead[0] <= wanted_s:
            self._shown, self._ahead = self._ahead, next(self._frames, None)
        return self._shown[1]

    def original(self, t_s: float) -> bytes | None:
        return None

    def _rewind(self) -> None:
        self._frames.close()
        self._frames = self._decode()
        self._shown = next(self._frames, self._shown)
        self._ahead = next(self._frames, None)

    def _decode(self) -> Generator[tuple[float, Array], None, None]:
        """(time in seconds, BGR picture) from the beginning; damaged frames are left out by the decoder."""
        try:
            with av.open(str(self._path)) as container:
                for index, frame in enumerate(container.decode(video=0)):
                    time_s = index / 25 if frame.time is None else frame.time
                    yield time_s, frame.to_ndarray(format="bgr24")
        except (av.FFmpegError, IndexError, OSError) as error:
            raise ConfigError(f"Can't play {self._path} as a video: {error}.", field="video") from error

    def _length_s(self) -> float:
        """What the file says; where it says nothing, from its packets' times."""
        with av.open(str(self._path)) as container:
            if container.duration:
                return container.duration / av.time_base
            times = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.pts is not None]
        return max(0.04, max(times, default=0.0) - min(times, default=0.0) + 0.04)


def _read_picture(path: Path) -> Array:
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ConfigError(f"{path} is not a picture.", field="frames")
    return np.asarray(picture)


def _types() -> str:
    return ", ".join(sorted(_PICTURE_TYPES))
