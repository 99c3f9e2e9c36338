#!/usr/bin/env python3
"""The page that puts the firmware on a board from a browser: which boards there are, and a manifest of ESP
Web Tools for each whose binary is there and is what it should be. Only Python's own library: it runs on
GitHub's machines too.

    firmware/installer/site_files.py OUT --tools DIR [--binaries DIR] [--release NAME]

`--tools`: `dist/web` of esp-web-tools. `--binaries`: a folder for each board, as esphome/build-action leaves
it; without it the page tells of the boards and installs nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

FIRMWARE = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).parent / "page"
_ROW = re.compile(
    r"^\| (?P<title>[^|]+) \| `(?P<board>[a-z0-9-]+)` \| (?P<memory>[^|]+) \| ?(?P<remark>[^|]*?) ?\|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Chip:
    """`family` is ESP Web Tools' word. The rest is how an image that begins at address 0 is known."""

    family: str
    id: int
    bootloader: int


CHIPS = {"esp32": Chip("ESP32", 0, 0x1000), "esp32s3": Chip("ESP32-S3", 9, 0x0)}
"""By ESPHome's `variant`."""
_PARTITIONS = 0x8000
_IMAGE, _TABLE = b"\xe9", b"\xaa\x50"
_SMALLEST = 0x10000 + 1


class Unfit(Exception):  # noqa: N818
    """What is to be published is not what it should be."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--binaries", type=Path)
    parser.add_argument("--release", default="unreleased")
    args = parser.parse_args()
    try:
        write_site(args.out, args.tools, args.binaries, args.release)
    except Unfit as error:
        print(f"installer: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def write_site(out: Path, tools: Path, binaries: Path | None, release: str) -> None:
    """Into `out`, which is emptied. Raises `Unfit`; then nothing is there."""
    shutil.rmtree(out, ignore_errors=True)
    boards = boards_told((FIRMWARE / "README.md").read_text())
    if not (tools / "install-button.js").is_file():
        raise Unfit(f"{tools} holds no ESP Web Tools: scripts/firmware setup")
    try:
        shutil.copytree(PAGE, out)
        shutil.copytree(tools, out / "esp-web-tools")
        for board in boards:
            board["family"] = chip_of(board["board"]).family
            if binaries is not None:
                _add_binary(out, binaries / board["board"], board, release)
        told = {"release": release, "installs": binaries is not None, "boards": boards}
        (out / "boards.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    except Unfit:
        shutil.rmtree(out)
        raise


def boards_told(readme: str) -> list[dict[str, str]]:
    """Those of the README's table, in its order, which are those of `boards/`. Raises `Unfit`."""
    told = [found.groupdict() for found in _ROW.finditer(readme)]
    known = {file.stem for file in (FIRMWARE / "boards").glob("*.yaml")}
    if {one["board"] for one in told} != known or len(told) != len(known):
        raise Unfit("the table of firmware/README.md is not that of firmware/boards")
    return told


def chip_of(board: str) -> Chip:
    variant = re.search(r"^  variant: (\w+)$", (FIRMWARE / f"boards/{board}.yaml").read_text(), re.MULTILINE)
    if variant is None or variant[1] not in CHIPS:
        raise Unfit(f"{board}: its chip is not known to the installer")
    return CHIPS[variant[1]]


def _add_binary(out: Path, folder: Path, board: dict[str, str], release: str) -> None:
    found = sorted(folder.glob("*.factory.bin"))
    if len(found) != 1:
        raise Unfit(f"{board['board']}: {len(found)} files *.factory.bin instead of one")
    check_image(found[0].read_bytes(), chip_of(board["board"]), board["board"])
    place = out / board["board"]
    place.mkdir()
    shutil.copy(found[0], place / "firmware.bin")
    manifest = {
        "name": f"Gcam, {board['title']}",
        "version": release,
        "home_assistant_domain": "esphome",
        "new_install_prompt_erase": True,
        "builds": [{"chipFamily": board["family"], "parts": [{"path": "firmware.bin", "offset": 0}]}],
    }
    (place / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def check_image(image: bytes, chip: Chip, board: str) -> None:
    """All of a flash from address 0, of that chip. Raises `Unfit`."""
    if len(image) < _SMALLEST:
        raise Unfit(f"{board}: {len(image)} bytes are no whole image")
    head = image[chip.bootloader : chip.bootloader + 24]
    if head[:1] != _IMAGE:
        raise Unfit(f"{board}: there is no bootloader at {chip.bootloader:#x}, where a {chip.family} has it")
    if (found := int.from_bytes(head[12:14], "little")) != chip.id:
        raise Unfit(f"{board}: its image is of chip {found}, not of {chip.family} ({chip.id})")
    if image[_PARTITIONS : _PARTITIONS + 2] != _TABLE:
        raise Unfit(f"{board}: there is no partition table at {_PARTITIONS:#x}")


if __name__ == "__main__":
    sys.exit(main())
