"""A Raspberry Pi's camera: a program of the name on the PATH that does what the real one does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.support.jpegs import jpeg

_PROGRAM = """#!{python}
import pathlib, signal, sys, time
folder = pathlib.Path({folder!r})
(folder / "arguments").write_text(" ".join(sys.argv[1:]))
signal.signal(signal.SIGINT, lambda *_: ((folder / "ended").write_text("in order"), sys.exit(0)))
{work}
"""
SENDS = """
for index in range(10_000):
    print(f"#{index} (24.00 fps) exp 33239.00 ag 8.00 dg 1.00" * 40, file=sys.stderr)
    sys.stdout.buffer.write((folder / f"{index % 4}.jpg").read_bytes())
    sys.stdout.buffer.flush()
    time.sleep(0.02)
"""


class RaspberryPi:
    """Of which `path` is the PATH. Sends the pictures 0 to 3 in turn, or does `work` instead."""

    def __init__(self, folder: Path, work: str = SENDS) -> None:
        self._folder = folder
        for index in range(4):
            (folder / f"{index}.jpg").write_bytes(jpeg(index))
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
