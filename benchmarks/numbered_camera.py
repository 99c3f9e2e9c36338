"""An RTSP camera of H.264 with sound whose pictures carry numbers, on a loop in a thread of the benchmark."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).parents[1]))
from gcam_addon.model import Size
from tests.support.films import film
from tests.support.rtsp_camera import RtspCamera

SIZE = Size(640, 480)


class NumberedCamera:
    """`with` it: something moves all the time, a key comes every second."""

    def __init__(self) -> None:
        self.camera = RtspCamera(film(n=60, gop=15, sound=True, size=SIZE))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="camera", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.camera.__aenter__(), self._loop).result(60)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.camera.__aexit__(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
