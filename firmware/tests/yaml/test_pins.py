"""Pins against a table that was made from Espressif's, not from our files.

`pins.csv` holds `camera_pins.h` of the CameraWebServer example (espressif/arduino-esp32), model by model:
`espressif` is read in the example itself (commit 061ea267), `copy` in a public copy of a newer one. D0 is Y2
there, D7 is Y9; `flip` and `mirror` are what its sketch sets for that model.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import BOARDS, Build
from test_boards import with_option

KEYS = {
    "vsync": "vsync_pin",
    "href": "href_pin",
    "pclk": "pixel_clock_pin",
    "pwdn": "power_down_pin",
    "reset": "reset_pin",
}

MOUNTED = {"flip": "vertical_flip", "mirror": "horizontal_mirror"}


def table() -> dict[str, dict[str, int | None]]:
    with (Path(__file__).parent / "pins.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = ("board", "model", "source")
    return {
        row["board"]: {key: int(pin) if pin else None for key, pin in row.items() if key not in names}
        for row in rows
    }


TABLE = table()


def test_the_table_has_every_board() -> None:
    assert sorted(TABLE) == BOARDS


@pytest.mark.parametrize("board", BOARDS)
def test_pins_are_those_of_the_maker(board: str, build: Build) -> None:
    built = build(with_option(board, None))
    camera, wire = built["esp32_camera"], built["i2c"][0]
    said = {
        "xclk": camera["external_clock"]["pin"],
        "sda": wire["sda"],
        "scl": wire["scl"],
        **{f"d{index}": pin for index, pin in enumerate(camera["data_pins"])},
        **{key: camera.get(name) for key, name in KEYS.items()},
        "led": built["output"][0]["pin"]["number"] if "output" in built.config else None,
    }
    assert said == {key: pin for key, pin in TABLE[board].items() if key not in MOUNTED}


@pytest.mark.parametrize("board", BOARDS)
def test_the_picture_is_upright_where_the_example_has_it_so(board: str, build: Build) -> None:
    camera = build(with_option(board, None))["esp32_camera"]
    assert [camera[name] for name in MOUNTED.values()] == [bool(TABLE[board][key]) for key in MOUNTED]


@pytest.mark.parametrize("board", BOARDS)
def test_no_pin_twice_and_none_that_is_memory(board: str, build: Build) -> None:
    built = build(with_option(board, None))
    used = [pin for key, pin in TABLE[board].items() if key not in MOUNTED and pin is not None]
    assert len(used) == len(set(used))
    memory = built.config.get("psram", {}).get("mode")
    taken = {
        ("ESP32", "quad"): {*range(6, 12), 16, 17},
        ("ESP32", None): set(range(6, 12)),
        ("ESP32S3", "octal"): set(range(26, 38)),
    }[built["esp32"]["variant"], memory]
    assert not taken & set(used)
