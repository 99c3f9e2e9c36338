"""What is made of it: settings that must reach the chip, each the answer to something that people report."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import BOARDS, FIRMWARE, Build, Built
from esphome import loader
from esphome.components.socket import (
    KEY_SOCKET_CONSUMERS_TCP,
    KEY_SOCKET_CONSUMERS_TCP_LISTEN,
    KEY_SOCKET_CONSUMERS_UDP,
)
from esphome.core import CORE, ID
from test_boards import has_light, with_option

CONTRACT = (FIRMWARE.parent / "docs/ref/board.md").read_text()
NO_PSRAM = {"m5stack-esp32cam", "m5stack-unitcam", "ttgo-t-journal"}
S3 = {"xiao-esp32s3-sense", "esp32s3-eye", "m5stack-cams3-unit", "esp32s3-cam-lcd"}
ENTITIES = {
    "Wi-Fi signal",
    "Uptime",
    "Free memory",
    "Largest free block",
    "Pictures sent",
    "Pictures skipped",
    "Viewers",
    "Starts",
    "Reason of the last start",
    "Restart",
    "Restart in safe mode",
    "Forget Gcam",
}


@pytest.mark.parametrize("board", BOARDS)
def test_memory_and_clocks(board: str, build: Build) -> None:
    built = build(with_option(board, None))
    code, sdk = built.code, built.sdkconfig
    if board in NO_PSRAM:
        assert "CONFIG_SPIRAM" not in sdk
        assert sdk["CONFIG_LWIP_TCP_SND_BUF_DEFAULT"] == 11520
        assert "set_frame_buffer_location(CAMERA_FB_IN_DRAM)" in code
        assert "set_frame_buffer_count(1)" in code
        assert "set_largest_size(400, 296)" in code
        return
    assert sdk["CONFIG_SPIRAM_SPEED"] == 80
    assert sdk["CONFIG_SPIRAM_MODE_OCT" if board in S3 else "CONFIG_SPIRAM_MODE_QUAD"] is True
    # Without this one the classic ESP32 leaves its PSRAM at 40 MHz, and says nothing.
    assert (sdk.get("CONFIG_ESPTOOLPY_FLASHFREQ_80M") is True) == (board not in S3)
    assert sdk["CONFIG_LWIP_TCP_SND_BUF_DEFAULT"] == 32768
    assert sdk["CONFIG_SPIRAM_TRY_ALLOCATE_WIFI_LWIP"] is True
    assert "set_frame_buffer_location(CAMERA_FB_IN_PSRAM)" in code
    assert "set_frame_buffer_count(2)" in code
    assert "set_largest_size(1600, 1200)" in code


@pytest.mark.parametrize("option", [None, "push", "improv-ble"])
@pytest.mark.parametrize("board", ["ai-thinker", "ttgo-t-journal", "esp32s3-eye"])
def test_there_is_a_socket_for_everybody(board: str, option: str | None, build: Build) -> None:
    built = build(with_option(board, option))
    assert built.code
    wanted = [
        CORE.data[key]
        for key in (KEY_SOCKET_CONSUMERS_TCP, KEY_SOCKET_CONSUMERS_TCP_LISTEN, KEY_SOCKET_CONSUMERS_UDP)
    ]
    streams = built["gcam"]["max_clients"]
    # four that ask for something else, one that is told there is no room, and the one that dials out
    assert wanted[0]["gcam"] == streams + 4 + 1 + (option == "push")
    assert wanted[1]["gcam"] == 1
    assert built.sdkconfig["CONFIG_LWIP_MAX_SOCKETS"] >= sum(sum(one.values()) for one in wanted)


@pytest.mark.parametrize("board", BOARDS)
def test_what_people_report_does_not_happen(board: str, build: Build) -> None:
    built = build(with_option(board, None))
    code = built.code
    assert (
        "api_server->set_reboot_timeout(0);" in code
    )  # without Home Assistant it would start anew every 15 minutes
    assert 'gcam_camera->configure_entity_("gcam_camera", ' in code
    assert re.search(r"gcam_camera->configure_entity_\(.*// +internal", code)  # no slow camera of the API's
    assert "gcam_camera->set_idle_update_interval(0);" in code
    assert built["wifi"]["power_save_mode"] == "NONE"
    assert built["logger"]["level"] == "INFO"
    assert "should_enter_safe_mode(10, " in code
    assert built.sdkconfig["CONFIG_LWIP_MAX_SOCKETS"] < 32
    for one in ("web_server", "esp32_camera_web_server", "mqtt"):
        assert one not in built.config
    # The second takes an update only on the network that the board makes where it lost its own.
    assert {one["platform"] for one in built["ota"]} == {"esphome", "web_server"}


def test_a_flash_light_leaves_the_cameras_clock_alone(build: Build) -> None:
    built = build(with_option("ai-thinker", None))
    code = built.code
    assert "flash_output->set_channel(2);" in code
    assert "flash_output->set_max_power(0.5f);" in code
    assert built["light"][0]["restore_mode"] == "ALWAYS_OFF"
    assert "gcam_board->set_lamp(flash_light);" in code
    assert "set_lamp" not in build(with_option("wrover-kit", None)).code


def test_how_it_is_found(build: Build) -> None:
    built = build(with_option("ai-thinker", None))
    (service,) = built["mdns"]["services"]
    assert (service["service"], service["protocol"]) == ("_gcam-board", "_tcp")
    paragraph = CONTRACT.partition("## How it is found")[2].partition("##")[0]
    assert service["service"] in paragraph
    assert f"port {service['port']}" in paragraph
    texts = re.search(r"with the texts (.*?)\.\s", paragraph, re.DOTALL)
    assert texts
    named = re.sub(r"\(.*?\)", "", texts[1])
    assert set(re.findall(r"`(\w+)`", named)) == set(service["txt"])
    assert service["txt"]["board"] == "gcam.ai-thinker"


def test_sizes_are_those_of_the_contract(build: Build) -> None:
    built = build(with_option("ai-thinker", None))
    assert built.config
    from esphome.components.gcam import FRAME_SIZES  # noqa: PLC0415 - ESPHome has loaded it now

    row = next(line for line in CONTRACT.splitlines() if line.startswith("| `frame_size`"))
    said = {
        name: (int(width), int(height)) for name, width, height in re.findall(r"`(\w+)` (\d+)x(\d+)", row)
    }
    assert said == FRAME_SIZES


def test_the_version_is_gcams(build: Build) -> None:
    project = tomllib.loads((FIRMWARE.parent / "pyproject.toml").read_text())["project"]
    built = build(with_option("ai-thinker", None))
    assert built["esphome"]["project"]["version"] == project["version"]
    assert str(built["esphome"]["min_version"]) == "2026.10.0"


def entities(built: Built) -> Iterator[dict[str, Any]]:
    """Whatever has a name of its own."""

    def within(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "name" in value and isinstance(value.get("id"), ID):
                yield value
            for part in value.values():
                yield from within(part)
        if isinstance(value, list):
            for part in value:
                yield from within(part)

    for domain in ("sensor", "text_sensor", "binary_sensor", "button", "light", "switch"):
        yield from within(built.config.get(domain, []))


@pytest.mark.parametrize("board", BOARDS)
def test_entities_of_home_assistant(board: str, build: Build) -> None:
    found = list(entities(build(with_option(board, None))))
    names = (
        ENTITIES
        | ({"Free PSRAM"} if board not in NO_PSRAM else set())
        | ({"Flash light"} if has_light(board) else set())
    )
    assert {one["name"] for one in found} == names
    assert len(found) == len(names)


@pytest.mark.parametrize("option", [None, "battery", "flash-led"])
def test_all_of_them_can_be_changed_by_their_ids(option: str | None, build: Build) -> None:
    built = build(with_option("wrover-kit", option))
    assert [one["name"] for one in entities(built) if not one["id"].is_manual] == []


def test_the_chip_gets_its_own_half_of_the_component(build: Build) -> None:
    assert build(with_option("ai-thinker", None)).code
    component = loader.get_component("gcam")
    assert component
    sources = {resource.resource for resource in component.resources}
    assert {"gcam.cpp", "board_esp32.cpp"} <= sources
    assert "board_host.cpp" not in sources
    assert "gcam_host_camera" not in CORE.loaded_integrations


def test_asleep_but_for_a_while(build: Build) -> None:
    code = build(with_option("ai-thinker", "battery")).code
    assert "battery_sleep->set_sleep_duration(1800000)" in code
    assert "WAKEUP_PIN_MODE_KEEP_AWAKE" in code
    assert 'gcam_board->set_push("192.168.1.10", 8485, "porch", "SECRET");' in code


@pytest.mark.parametrize("board", BOARDS)
def test_binaries_for_everybody(board: str, build: Build) -> None:
    """What the workflow builds: no Wi-Fi and no secret in it, and a name of its own for each."""
    script = FIRMWARE.parent / "scripts/firmware"
    said = subprocess.run([script, "binary", board, "main"], capture_output=True, text=True, check=True)
    built = build(said.stdout.replace("firmware/", f"{FIRMWARE}/"))
    assert built.config, built.said
    assert built.warnings == []
    assert built["esphome"]["name"] == f"gcam-{board}"
    assert built["esphome"]["name_add_mac_suffix"] is True
    assert "improv_serial" in built.config
    assert not built["wifi"].get("networks")
    assert "token" not in built["gcam"]
    assert built["api"]["encryption"].get("key") is None
