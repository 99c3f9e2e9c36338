"""A Raspberry Pi's camera: a program of the name on the PATH that does what the real one does.

Only the standard library: the component's tests use it, too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_PROGRAM = """#!{python}
import pathlib, signal, sys, time
folder = pathlib.Path({folder!r})
(folder / "arguments").write_text(" ".join(sys.argv[1:]))
signal.signal(signal.SIGINT, lambda *_: ((folder / "ended").write_text("in order"), sys.exit(0)))
{work}
"""
SENDS = """
rate = float(sys.argv[sys.argv.index("--framerate") + 1])
pictures = [place.read_bytes() for place in sorted(folder.glob("*.jpg"))]
for index in range(1_000_000):
    print(f"#{index} (24.00 fps) exp 33239.00 ag 8.00 dg 1.00" * 40, file=sys.stderr)
    sys.stdout.buffer.write(pictures[index % len(pictures)])
    sys.stdout.buffer.flush()
    time.sleep(1 / rate)
"""


class RaspberryPi:
    """Of which `path` is the PATH. Sends `pictures` in turn, or does `work` instead."""

    def __init__(self, folder: Path, pictures: Sequence[bytes], work: str = SENDS) -> None:
        self._folder = folder
        for index, picture in enumerate(pictures):
            (folder / f"{index:03}.jpg").write_bytes(picture)
        program = folder / "rpicam-vid"
        program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder), work=work))
        program.chmod(0o755)

    @property
    def path(self) -> str:
        return f"{self._folder}{os.pathsep}{os.environ['PATH']}"

    @property
    def asked(self) -> str:
        """With which arguments it was started last."""
        place = self._folder / "arguments"
        return place.read_text() if place.exists() else ""
