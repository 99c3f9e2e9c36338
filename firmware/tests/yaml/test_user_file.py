"""What people write, to the letter: with the addresses of GitHub in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BOARDS, FIRMWARE, SECRETS, Build
from esphome.components.dashboard_import import import_config

README = (FIRMWARE / "README.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
FIVE_LINES = EXAMPLES[0]


def test_the_five_lines_of_the_readme(build: Build) -> None:
    assert len(FIVE_LINES.splitlines()) == 5
    built = build(FIVE_LINES)
    assert built.warnings == []
    assert built["esphome"]["name"] == "porch"
    assert built["esphome"]["name_add_mac_suffix"] is False
    assert "gcam_board->set_camera(gcam_camera);" in built.code


@pytest.mark.parametrize("example", EXAMPLES[1:])
def test_every_other_example_of_the_readme(example: str, build: Build) -> None:
    """Each alone where it is a whole file, else added to the five lines."""
    whole = example
    if "packages:" not in example:
        whole = example + (FIVE_LINES.partition("\n")[2] if "substitutions:" in example else FIVE_LINES)
    built = build(whole)
    assert built.config, built.said
    assert built.warnings == []


def test_the_five_lines_in_french(build: Build) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (FIRMWARE / "README.fr.md").read_text(), re.DOTALL)
    assert build(example)["esphome"]["name"] == "porche"


def test_the_readme_names_every_board() -> None:
    assert [board for board in BOARDS if f"`{board}`" not in README] == []


@pytest.mark.parametrize("language", ["README.md", "README.fr.md"])
def test_what_the_readme_advises_to_set_is_there_to_be_set(language: str, build: Build) -> None:
    advised = set(re.findall(r"`(\w+): [^`]+`", (FIRMWARE / language).read_text()))
    assert len(advised) > 4, "the pattern finds nothing any more"
    assert advised - {"wifi", "api"} <= set(build(FIVE_LINES)["substitutions"])


def changed(**substitutions: str) -> str:
    lines = "".join(f"  {key}: {value}\n" for key, value in substitutions.items())
    return f"substitutions:\n  name: porch\n{lines}" + FIVE_LINES.partition("\n")[2]


@pytest.mark.parametrize(
    ("substitutions", "made"),
    [
        ({"frame_size": "xga"}, 'gcam_board->set_frame_size("xga");'),
        ({"flip": '"true"'}, "gcam_camera->set_vertical_flip(true);"),
        ({"mirror": '"true"'}, "gcam_camera->set_horizontal_mirror(true);"),
        ({"quality": '"20"'}, "gcam_camera->set_jpeg_quality(20);"),
        ({"max_framerate": "25 fps"}, "gcam_camera->set_max_update_interval(40"),
        ({"max_framerate": "20 fps"}, "gcam_board->set_most_fps(20.0f);"),
        ({"xclk": "10MHz"}, "gcam_camera->set_external_clock(0, 10000000.0f);"),
        ({"wifi_power": "13dB"}, "wifi_station->set_output_power(13.0f);"),
        ({"flash_power": "80%"}, "flash_output->set_max_power(0.8f);"),
        ({"friendly_name": "Front porch"}, '"Front porch"'),
        ({"resolution": "640x480", "frame_size": "vga"}, "gcam_board->set_largest_size(640, 480);"),
        ({"gcam_port": '"8081"'}, "gcam_board->set_port(8081);"),
    ],
)
def test_what_people_want_otherwise(substitutions: dict[str, str], made: str, build: Build) -> None:
    built = build(changed(**substitutions))
    assert built.config, built.said
    assert made in built.code


def test_psram_of_a_copy_that_bears_no_80_mhz(build: Build) -> None:
    built = build(changed(psram_speed="40MHz"))
    assert built.code
    assert built.sdkconfig["CONFIG_SPIRAM_SPEED"] == 40
    assert built.sdkconfig["CONFIG_ESPTOOLPY_FLASHFREQ_40M"] is True


def test_entities_can_be_changed_and_removed(build: Build) -> None:
    extra = "sensor:\n  - id: !extend uptime_seconds\n    name: Awake for\n  - id: !remove boots\n"
    code = build(FIVE_LINES + extra).code
    assert '"Awake for"' in code
    assert "set_boots_sensor" not in code


def test_a_fixed_token(build: Build) -> None:
    token = "0123456789abcdefABCDEF-_"
    assert f'gcam_board->set_token("{token}");' in build(f"{FIVE_LINES}gcam:\n  token: {token}\n").code


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("gcam:\n  token: short\n", "a token is 16 to 64 characters"),
        ('gcam:\n  token: "0123456789 abcdef"\n', "a token is 16 to 64 characters"),
        ("gcam:\n  frame_size: huge\n", "Unknown value 'huge'"),
        ("gcam:\n  max_clients: 9\n", "value must be at most 8"),
        ("gcam:\n  push:\n    address: 192.168.1.10\n    key: secret\n", "a key is ID:SECRET"),
        ("gcam:\n  push:\n    address: 'fe80::1'\n    key: a:b\n", "IPv6 addresses are not supported"),
        ("esphome:\n  project: !remove\n", "needs `esphome: project:"),
        (
            "esp32_camera:\n  resolution: 640x480\n",
            "svga is 800x600, the camera's `resolution:` only 640x480",
        ),
        ("esp32_camera:\n  resolution: VGA\n", "svga is 800x600, the camera's `resolution:` only 640x480"),
    ],
)
def test_what_is_wrong_is_said(extra: str, why: str, build: Build) -> None:
    built = build(FIVE_LINES + extra)
    assert built.config is None
    assert why in " ".join(built.said.split())


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """`esphome config` is what people paste when they ask for help."""
    file = tmp_path / "porch.yaml"
    push = "  push:\n    address: 192.168.1.10\n    key: porch:hidden-key\n"
    file.write_text(FIVE_LINES + "gcam:\n  token: hidden-token-0123\n" + push)
    (tmp_path / "secrets.yaml").write_text(SECRETS)
    command = [str(Path(sys.executable).with_name("esphome")), "config", str(file)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    seen = re.sub(r"\\033\[8m.*?\\033\[28m", "…", shown.stdout)
    assert "hidden-token" not in seen
    assert "hidden-key" not in seen
    assert "frame_size: svga" in seen


@pytest.mark.parametrize("encryption", [True, False])
def test_adopted_by_the_dashboard(encryption: bool, tmp_path: Path, build: Build) -> None:
    """The file that the dashboard writes for a board that was flashed with a binary of ours."""
    board = build(FIVE_LINES)
    file = tmp_path / "adopted.yaml"
    import_config(
        str(file),
        "gcam-a1b2c3",
        "Gcam camera a1b2c3",
        board["esphome"]["project"]["name"],
        board["dashboard_import"]["package_import_url"],
        encryption=encryption,
    )
    built = build(file.read_text())
    assert built.config, built.said
    assert built.warnings == []
    assert built["esphome"]["name"] == "gcam-a1b2c3"
    assert built["esphome"]["friendly_name"] == "Gcam camera a1b2c3"
    assert built["esphome"]["project"]["name"] == "gcam.ai-thinker"


@pytest.mark.parametrize("board", BOARDS)
def test_each_board_says_where_it_comes_from(board: str, build: Build) -> None:
    text = FIVE_LINES.replace("boards/ai-thinker.yaml", f"boards/{board}.yaml")
    assert board in text
    url = build(text)["dashboard_import"]["package_import_url"]
    assert url == f"github://gcam-project/gcam/firmware/boards/{board}.yaml@main"
    assert "GIT_CONFIG_COUNT" in os.environ
