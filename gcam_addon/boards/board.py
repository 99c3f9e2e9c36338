"""The words for boards: what one is, what can be set on it, and the seam each firmware implements.

How a firmware is asked lies in its own module; nothing here talks to the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gcam_addon.wire.address import HttpAddress
from gcam_addon.words.reason import Reason, because


class Firmware(StrEnum):
    GCAM = "gcam"
    CAMERA_WEB_SERVER = "camera_web_server"
    EASYTARGET = "easytarget"
    ESPHOME = "esphome"
    TASMOTA = "tasmota"
    MJPEG2SD = "mjpeg2sd"
    RZELDENT = "rzeldent"
    ARKHIPENKO = "arkhipenko"
    YOURSUNNY = "yoursunny"
    MICRO_RTSP = "micro_rtsp"
    MJPEG = "mjpeg"
    """Any other camera with an MJPEG stream."""
    SNAPSHOT = "snapshot"
    """Only single pictures."""
    RTSP = "rtsp"
    """Any camera of RTSP."""


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the board tells of itself; None where it does not."""

    firmware: Firmware
    version: str | None = None
    name: str | None = None
    hostname: str | None = None
    mac: str | None = None
    sensor: str | None = None
    id: str | None = None
    """By which it is known again at another address."""
    claimed: bool | None = None
    """Whether it is somebody's; None where its firmware knows no owner."""

    @property
    def title(self) -> str:
        """The firmware's name for people."""
        return _TITLES[self.firmware]


_TITLES = {
    Firmware.GCAM: "Gcam",
    Firmware.CAMERA_WEB_SERVER: "ESP32 CameraWebServer",
    Firmware.EASYTARGET: "ESP32-CAM Webserver (easytarget)",
    Firmware.ESPHOME: "ESPHome",
    Firmware.TASMOTA: "Tasmota",
    Firmware.MJPEG2SD: "ESP32-CAM_MJPEG2SD",
    Firmware.RZELDENT: "esp32cam-rtsp",
    Firmware.ARKHIPENKO: "ESP32 multi-client MJPEG",
    Firmware.YOURSUNNY: "esp32cam library",
    Firmware.MICRO_RTSP: "Micro-RTSP",
    Firmware.MJPEG: "MJPEG camera",
    Firmware.SNAPSHOT: "Camera with single pictures",
    Firmware.RTSP: "RTSP camera",
}


class ControlKind(StrEnum):
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"


Value = int | bool | str
"""Of a number, a switch, a choice."""


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that can be set. `value` is what holds now, None where the board does not tell."""

    name: str
    kind: ControlKind
    value: Value | None
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()

    def accepts(self, value: object) -> bool:
        match self.kind:
            case ControlKind.SWITCH:
                return isinstance(value, bool)
            case ControlKind.CHOICE:
                return isinstance(value, str) and value in self.choices
            case ControlKind.NUMBER:
                return (
                    isinstance(value, int)
                    and not isinstance(value, bool)
                    and self.least <= value <= self.most
                )

    @property
    def takes(self) -> Reason:
        """What it accepts, as a part of a sentence."""
        match self.kind:
            case ControlKind.SWITCH:
                return because("true_or_false")
            case ControlKind.CHOICE:
                return because("one_of", choices=self.choices)
            case ControlKind.NUMBER:
                return because("whole_from_to", least=self.least, most=self.most)


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing. `code` is stable, `text` an English sentence."""

    code: str
    text: str


class Board(Protocol):
    """A board that was recognised. Asking it again needs the network and raises `SourceError`."""

    @property
    def facts(self) -> BoardFacts: ...

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        """Best first."""

    @property
    def snapshot(self) -> HttpAddress | None: ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """The firmware's quirks."""

    async def controls(self) -> tuple[Control, ...]:
        """As they are now."""

    async def set(self, name: str, value: Value) -> None:
        """Returns once the board confirmed it. Raises `ConfigError` naming `name` where it is no control of
        this board, the value is none it takes, or the board keeps another.
        """

    async def lamp(self) -> int | None:
        """How brightly its lamp shines now, in percent; None where it has none."""

    async def light(self, level: int) -> None:
        """Percent, 0 is off. Returns once the board confirmed it; raises `ConfigError` where it has none."""
