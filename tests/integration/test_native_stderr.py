"""libjpeg's complaints vanish, all else reaches the terminal: a real process with its real descriptor 2."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, sys
import cv2, numpy as np
from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.machine.native_stderr import NativeStderr
noise = np.random.default_rng(1).integers(0, 255, (480, 640), dtype=np.uint8)
data = cv2.imencode(".jpg", noise)[1].tobytes()
with NativeStderr(duties=Duties(SystemClock())):
    for part in (3, 2):
        cv2.imdecode(np.frombuffer(data[: len(data) // part] + b"\\xff\\xd9", np.uint8), 0)
    os.write(2, b"another library has something to say\\n")
    print("so has Python", file=sys.stderr)
cv2.imdecode(np.frombuffer(data[:9000] + b"\\xff\\xd9", np.uint8), 0)
print("afterwards", file=sys.stderr)
"""


def test_only_the_noise_is_lost() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = run.stderr.splitlines()
    assert "another library has something to say" in lines
    assert "so has Python" in lines
    assert lines.index("afterwards") == len(lines) - 1
    complaints = [line for line in lines if line.startswith("Corrupt JPEG data")]
    assert len(complaints) == 1  # the one from after it was left: libjpeg does complain
