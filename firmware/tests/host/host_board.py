"""The firmware as a program of this machine: compiled once, started as often as a test wants."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

from tests.support.child import ROOT
from tests.support.host_board import HostBoard

__all__ = ["HostBoard", "compiled"]

HERE = Path(__file__).parent
_ESPHOME = ROOT / ".venv-esphome" / "bin" / "esphome"
_SANITIZED = {
    "CC": "gcc -fsanitize=address,undefined -fno-sanitize-recover=all",
    "CXX": "g++ -fsanitize=address,undefined -fno-sanitize-recover=all -g",
}


UPDATES_AT = 8266
"""Of a sanitized board, which says so where it is: see updatable.yaml."""


def compiled(*, sanitized: bool = False) -> Path:
    """The program; in a second where nothing has changed. One test process at a time builds."""
    data = HERE / (".esphome-sanitized" if sanitized else ".esphome")
    data.mkdir(exist_ok=True)
    environment = {**os.environ, "ESPHOME_DATA_DIR": str(data), **(_SANITIZED if sanitized else {})}
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [_ESPHOME, "compile", HERE / ("updatable.yaml" if sanitized else "board.yaml")]
        built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-6000:] + built.stderr[-2000:]
    return data / "build" / "gcam-test" / ".pioenvs" / "gcam-test" / "program"
