"""What only a chip can run is at least what its libraries take: names and types, against stubs of our own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.child import ROOT

_CHIP = ROOT / "firmware" / "components" / "gcam" / "board_esp32.cpp"
_STUBS = ROOT / "firmware" / "tests" / "stubs"


def _checked(source: Path, *defined: str) -> subprocess.CompletedProcess[str]:
    defines = [f"-D{name}" for name in ("USE_ESP32", *defined)]
    include = [f"-I{_STUBS}", f"-I{_CHIP.parent}"]
    command = [
        "g++",
        "-fsyntax-only",
        "-std=gnu++20",
        "-Wall",
        "-Wextra",
        "-Werror",
        *defines,
        *include,
        source,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("defined", [(), ("USE_WIFI_RUNTIME_ROAMING_SUPPRESSION",)])
def test_the_chips_own_file_says_what_its_libraries_take(defined: tuple[str, ...]) -> None:
    checked = _checked(_CHIP, *defined)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("sensor->set_hmirror", "sensor->set_mirror"),
        ("static_cast<gainceiling_t>(value)", "value"),
        ("->set_max_update_interval", "->set_update_interval"),
        ("ESP_RST_BROWNOUT", "ESP_RST_BROWN_OUT"),
    ],
)
def test_a_misspelt_one_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    text = _CHIP.read_text()
    assert right in text
    source = tmp_path / "board_esp32.cpp"
    source.write_text(text.replace(right, wrong))
    assert "error" in _checked(source).stderr
