"""A webcam without a kernel's help: `fake_v4l2.c` answers for one path of a program started with it.

Only the standard library: the component's tests use it, too.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

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

    def __init__(self, folder: Path, pictures: Sequence[bytes], form: str = "MJPG") -> None:
        """`form`: the four letters of the only format it has; `pictures` are of it, raw ones 160x120."""
        self._form = form
        self._state = folder / "webcam-state"
        self._asked = folder / "webcam-asked"
        self._files = folder / "webcam-pictures"
        self._files.mkdir()
        for index, picture in enumerate(pictures):
            (self._files / f"{index:03}").write_bytes(picture)
        self.be("well")

    def be(self, state: str) -> None:
        """`well`, `busy`, `denied`, `pulled` or `hung`."""
        self._state.write_text(state)

    @property
    def asked(self) -> Sequence[str]:
        """For which sizes, formats and rates, in order."""
        return self._asked.read_text().splitlines() if self._asked.exists() else []

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(_library()),
            "FAKE_V4L2": PATH,
            "FAKE_V4L2_FORMAT": self._form,
            "FAKE_V4L2_PICTURES": str(self._files),
            "FAKE_V4L2_STATE": str(self._state),
            "FAKE_V4L2_ASKED": str(self._asked),
        }
