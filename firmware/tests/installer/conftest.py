"""Binaries as the workflow makes them, of which a PC can only make the heads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(FIRMWARE / "installer"))
TOOLS = FIRMWARE / "installer/node_modules/esp-web-tools/dist/web"
BOARDS = sorted(path.stem for path in (FIRMWARE / "boards").glob("*.yaml"))
S3 = {board for board in BOARDS if "variant: esp32s3" in (FIRMWARE / f"boards/{board}.yaml").read_text()}


def image(board: str) -> bytearray:
    """What of an image of that board's chip can be looked at here."""
    content = bytearray(b"\xff" * 0x12000)
    at, chip = (0, 9) if board in S3 else (0x1000, 0)
    content[at], content[at + 12], content[at + 13] = 0xE9, chip, 0
    content[0x8000:0x8002] = b"\xaa\x50"
    return content


@pytest.fixture
def binaries(tmp_path: Path) -> Path:
    folder = tmp_path / "binaries"
    for board in BOARDS:
        (folder / board).mkdir(parents=True)
        (folder / board / f"gcam-{board}-{'esp32s3' if board in S3 else 'esp32'}.factory.bin").write_bytes(
            image(board)
        )
        (folder / board / "manifest.json").write_text("{}")  # esphome/build-action's, which is not taken
    return folder
