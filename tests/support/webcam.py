"""A webcam without a kernel's help: `fake_v4l2.c` answers for one path of a program started with it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.support.jpegs import jpeg

PATH = "/dev/video42"
_SOURCE = Path(__file__).with_name("fake_v4l2.c")


def missing() -> str | None:
    return None if shutil.which("cc") else "there is no C compiler to make a fake webcam: scripts/need test"


@cache
def _library() -> Path:
    made = Path(mkdtemp(prefix="gcam-webcam-")) / "fake_v4l2.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, _SOURCE, "-ldl"], check=True)
    return made


class Webcam:
    """At `PATH`, for programs with `environment`. Sends `pictures` in turn."""

    def __init__(self, folder: Path) -> None:
        self.pictures = [jpeg(index) for index in range(8)]
        self._state = folder / "webcam-state"
        self._jpegs = folder / "webcam-jpegs"
        self._jpegs.mkdir()
        for index, picture in enumerate(self.pictures):
            (self._jpegs / f"{index:03}.jpg").write_bytes(picture)
        self.be("well")

    def be(self, state: str) -> None:
        """`well`, `busy`, `denied`, `pulled` or `hung`."""
        self._state.write_text(state)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(_library()),
            "FAKE_V4L2": PATH,
            "FAKE_V4L2_JPEGS": str(self._jpegs),
            "FAKE_V4L2_STATE": str(self._state),
        }
