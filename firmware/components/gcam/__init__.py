"""`gcam:` — a board's pictures for Gcam: many viewers, nobody else. What it answers is in docs/ref/board.md.

Which setter of the C++ class gets what is in `to_code` below; what is compiled only where it is wanted is
behind `USE_GCAM_LAMP`, `USE_GCAM_PUSH`, and ESPHome's own `USE_SENSOR` and `USE_BUTTON`.
"""

import re

import esphome.codegen as cg
import esphome.config_validation as cv
import esphome.final_validate as fv
from esphome.components import light, ota, socket, wifi
from esphome.config_helpers import filter_source_files_from_platform
from esphome.const import (
    CONF_ESPHOME,
    CONF_ID,
    CONF_NAME,
    CONF_OTA,
    CONF_PORT,
    CONF_PROJECT,
    CONF_RESOLUTION,
    CONF_VERSION,
    CONF_WIFI,
    PLATFORM_ESP32,
    PLATFORM_HOST,
    PlatformFramework,
)
from esphome.core import CORE
from esphome.types import ConfigType

CODEOWNERS = ["@gcam-project"]
DEPENDENCIES = ["network"]
AUTO_LOAD = ["camera", "socket", "md5", "sha256", "hmac_sha256"]

# ESPHome moves its names for keys between modules; these are ours.
CONF_CAMERA_ID = "camera_id"
CONF_TOKEN = "token"  # noqa: S105 - the name of a key
CONF_MAX_CLIENTS = "max_clients"
CONF_FRAME_SIZE = "frame_size"
CONF_MAX_FRAMERATE = "max_framerate"
CONF_LAMP_ID = "lamp_id"
CONF_PUSH = "push"
CONF_ADDRESS = "address"
CONF_KEY = "key"
CONF_ESP32_CAMERA = "esp32_camera"
CONF_HOST_CAMERA = "gcam_host_camera"

# Beside the streams: connections that ask for anything else, and one that is told there is no room.
OTHER_CONNECTIONS = 4 + 1

FRAME_SIZES = {
    "qqvga": (160, 120),
    "qvga": (320, 240),
    "cif": (400, 296),
    "hvga": (480, 320),
    "vga": (640, 480),
    "svga": (800, 600),
    "xga": (1024, 768),
    "hd": (1280, 720),
    "sxga": (1280, 1024),
    "uxga": (1600, 1200),
}
# What ESPHome calls its resolutions beside WIDTHxHEIGHT; the buffers are made for that one.
RESOLUTIONS = {name.upper(): size for name, size in FRAME_SIZES.items()} | {
    "QCIF": (176, 144),
    "HQVGA": (240, 176),
    "FHD": (1920, 1080),
    "PHD": (720, 1280),
    "P3MP": (864, 1536),
    "QXGA": (2048, 1536),
    "QHD": (2560, 1440),
    "WQXGA": (2560, 1600),
    "PFHD": (1080, 1920),
    "QSXGA": (2560, 1920),
}

gcam_ns = cg.esphome_ns.namespace("gcam")
Gcam = gcam_ns.class_("Gcam", cg.Component)
Camera = cg.esphome_ns.namespace("camera").class_("Camera", cg.EntityBase, cg.Component)


def token(value: object) -> str:
    """As docs/ref/board.md has it: what needs no escaping anywhere."""
    text = cv.string_strict(value)
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", text):
        raise cv.Invalid("a token is 16 to 64 characters of A-Z a-z 0-9 - _")
    return text


def push_key(value: object) -> str:
    """`ID:SECRET`, as Gcam shows it once."""
    text = cv.string_strict(value)
    camera, colon, secret = text.partition(":")
    if not colon or not camera or not secret or len(camera.encode()) > 255:
        raise cv.Invalid("a key is ID:SECRET, as Gcam shows it under Cameras, “Add a camera that dials in”")
    return text


PUSH_SCHEMA = cv.Schema(
    {
        cv.Required(CONF_ADDRESS): socket.ipv4_host,
        cv.Optional(CONF_PORT, default=8485): cv.port,
        cv.Required(CONF_KEY): cv.sensitive(push_key),
    }
)


def _sockets(config: ConfigType) -> ConfigType:
    dials_out = CONF_PUSH in config
    socket.consume_sockets(config[CONF_MAX_CLIENTS] + OTHER_CONNECTIONS + dials_out, "gcam")(config)
    socket.consume_sockets(1, "gcam", socket.SocketType.TCP_LISTEN)(config)
    return config


CONFIG_SCHEMA = cv.All(
    cv.Schema(
        {
            cv.GenerateID(): cv.declare_id(Gcam),
            # There is one camera in a node; ESPHome has no class in common for those of ESP32 and of host.
            cv.Required(CONF_CAMERA_ID): cv.use_id(cg.EntityBase),
            cv.Optional(CONF_PORT, default=81): cv.port,
            cv.Optional(CONF_TOKEN): cv.sensitive(token),
            cv.Optional(CONF_MAX_CLIENTS, default=4): cv.int_range(min=1, max=8),
            cv.Optional(CONF_FRAME_SIZE): cv.one_of(*FRAME_SIZES, lower=True),
            cv.Optional(CONF_LAMP_ID): cv.use_id(light.LightState),
            cv.Optional(CONF_PUSH): PUSH_SCHEMA,
        }
    ).extend(cv.COMPONENT_SCHEMA),
    cv.only_on([PLATFORM_ESP32, PLATFORM_HOST]),
    _sockets,
)


def camera_of(full_config: ConfigType) -> ConfigType:
    return full_config.get(CONF_ESP32_CAMERA) or full_config.get(CONF_HOST_CAMERA) or {}


def largest_size(full_config: ConfigType) -> tuple[int, int]:
    """What the camera's buffers are made for: at run time a size may be smaller, never larger."""
    resolution = str(camera_of(full_config).get(CONF_RESOLUTION, "UXGA")).upper()
    if resolution in RESOLUTIONS:
        return RESOLUTIONS[resolution]
    width, height = resolution.split("X")
    return int(width), int(height)


def _final_validate(config: ConfigType) -> ConfigType:
    full_config = fv.full_config.get()
    if CONF_PROJECT not in full_config[CONF_ESPHOME]:
        raise cv.Invalid("gcam: needs `esphome: project: {name, version}`, which it tells of the board")
    width, height = largest_size(full_config)
    if CONF_FRAME_SIZE in config:
        size = FRAME_SIZES[config[CONF_FRAME_SIZE]]
        if size[0] > width or size[1] > height:
            raise cv.Invalid(
                f"frame_size: {config[CONF_FRAME_SIZE]} is {size[0]}x{size[1]}, the camera's `resolution:` "
                f"only {width}x{height}; make that larger, which takes memory, or this smaller",
                path=[CONF_FRAME_SIZE],
            )
    return config


FINAL_VALIDATE_SCHEMA = _final_validate

FILTER_SOURCE_FILES = filter_source_files_from_platform(
    {
        "board_esp32.cpp": {PlatformFramework.ESP32_IDF, PlatformFramework.ESP32_ARDUINO},
        "board_host.cpp": {PlatformFramework.HOST_NATIVE},
    }
)


async def to_code(config: ConfigType) -> None:
    var = cg.new_Pvariable(config[CONF_ID])
    await cg.register_component(var, config)
    cg.add_define("GCAM_MAX_CLIENTS", config[CONF_MAX_CLIENTS])

    cg.add(var.set_camera(await cg.get_variable(config[CONF_CAMERA_ID])))
    cg.add(var.set_port(config[CONF_PORT]))
    cg.add(var.set_largest_size(*largest_size(CORE.config)))
    cg.add(var.set_most_fps(camera_of(CORE.config).get(CONF_MAX_FRAMERATE, 15)))
    project = CORE.config[CONF_ESPHOME][CONF_PROJECT]
    cg.add(var.set_board(project[CONF_NAME]))
    cg.add(var.set_version(project[CONF_VERSION]))
    if CONF_TOKEN in config:
        cg.add(var.set_token(config[CONF_TOKEN]))
    if CONF_FRAME_SIZE in config:
        cg.add(var.set_frame_size(config[CONF_FRAME_SIZE]))
    if CONF_LAMP_ID in config:
        cg.add_define("USE_GCAM_LAMP")
        cg.add(var.set_lamp(await cg.get_variable(config[CONF_LAMP_ID])))
    if CONF_PUSH in config:
        push_to_code(var, config[CONF_PUSH])

    if CONF_OTA in CORE.config:
        ota.request_ota_state_listeners()  # streams end while an update comes in
    if CORE.is_esp32 and CONF_WIFI in CORE.config:
        # While a stream runs: looking for other access points takes the radio off its channel.
        wifi.enable_runtime_roaming_suppression()


def push_to_code(var: cg.MockObj, config: ConfigType) -> None:
    cg.add_define("USE_GCAM_PUSH")
    socket.require_tcp_client_link()
    camera, _, secret = config[CONF_KEY].partition(":")
    cg.add(var.set_push(config[CONF_ADDRESS], config[CONF_PORT], camera, secret))
