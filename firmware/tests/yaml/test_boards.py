"""Every board with every option is taken, without a warning."""

from __future__ import annotations

import re

import pytest
from conftest import BOARDS, FIRMWARE, Build

OPTIONS = [None, *sorted(path.stem for path in (FIRMWARE / "packages").glob("*.yaml"))]
OF_BOARDS = {"base", "psram-quad", "psram-octal", "no-psram"}
"""What a board's own file brings."""


def file_of(board: str) -> str:
    return (FIRMWARE / "boards" / f"{board}.yaml").read_text()


def has_light(board: str) -> bool:
    return "flash-led.yaml" in file_of(board)


def with_option(board: str, option: str | None) -> str:
    """What people write, with the pins that an option asks for where the board has none of its own."""
    extra = f"\n  option: !include {FIRMWARE}/packages/{option}.yaml" if option else ""
    return f"""
substitutions:
  name: porch
  friendly_name: Porch
  gcam_address: 192.168.1.10
  gcam_key: porch:SECRET
  pir_pin: {free_pin(board)}
  {"" if has_light(board) else f"flash_pin: {free_pin(board)}"}
packages:
  board: !include {FIRMWARE}/boards/{board}.yaml{extra}
wifi:
  ssid: !secret wifi_ssid
  password: !secret wifi_password
"""


def free_pin(board: str) -> str:
    """One that can wake the chip and that the camera does not use."""
    used = {int(number) for number in re.findall(r"GPIO(\d+)", file_of(board))}
    classic = "variant: esp32\n" in file_of(board)
    free = next(pin for pin in ((13, 14, 33, 32, 26) if classic else (1, 2, 8, 9)) if pin not in used)
    return f"GPIO{free}"


COMBINATIONS = [
    (board, option)
    for board in BOARDS
    for option in OPTIONS
    if option not in OF_BOARDS and not (option == "flash-led" and has_light(board))
]


@pytest.mark.parametrize(("board", "option"), COMBINATIONS)
def test_is_taken(board: str, option: str | None, build: Build) -> None:
    built = build(with_option(board, option))
    assert built.config, built.said
    assert built.warnings == []
    assert built["esphome"]["project"]["name"] == f"gcam.{board}"


def test_a_copy_whose_psram_is_missing(build: Build) -> None:
    built = build(with_option("ai-thinker", "no-psram"))
    code = built.code
    assert built.warnings == []
    assert "set_frame_buffer_location(CAMERA_FB_IN_DRAM)" in code
    assert "set_largest_size(400, 296)" in code
    assert built.sdkconfig["CONFIG_SPIRAM_IGNORE_NOTFOUND"] is True
    assert built.sdkconfig["CONFIG_LWIP_TCP_SND_BUF_DEFAULT"] == 11520
