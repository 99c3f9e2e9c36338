"""Boards that nobody has to build: for tests of what uses one."""

from __future__ import annotations

from gcam_addon.boards.board import Board, Firmware
from gcam_addon.boards.plain import Plain


def some_board() -> Board:
    """One that tells nothing but its firmware, and offers nothing to set."""
    return Plain(Firmware.MJPEG, None, None)
