"""Starting anew: the same command once more, in this process's place, with the rights that it has now."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

START_ANEW = -1
"""What a command that lasts returns in place of an exit status."""


def start_anew() -> NoReturn:
    """Only when all is stopped: of this process nothing is left but its id and its standard streams."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606  (its own command)
