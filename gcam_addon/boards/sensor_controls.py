"""Sensor settings that firmwares offer under their own names: between a board's values and `Control`s.

Pure. Which request reads and sets them is for the firmware's module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gcam_addon.boards.board import Control, ControlKind, Value
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

_EFFECTS = ("none", "negative", "grey", "red", "green", "blue", "sepia")
_WHITE = ("auto", "sunny", "cloudy", "office", "home")
_NUMBER = re.compile(r"-?[0-9]{1,10}")
_MOST = 2**31
_GAINS = ("2x", "4x", "8x", "16x", "32x", "64x", "128x")


@dataclass(frozen=True, slots=True)
class Setting:
    """`key` is the firmware's name of it. With `choices` the board's number is an index into them."""

    name: str
    key: str
    kind: ControlKind = ControlKind.NUMBER
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()

    def control(self, number: int | None) -> Control:
        value: Value | None = number
        if number is not None and self.kind is ControlKind.SWITCH:
            value = bool(number)
        elif number is not None and self.kind is ControlKind.CHOICE:
            value = self.choices[number] if 0 <= number < len(self.choices) else None
        return Control(self.name, self.kind, value, self.least, self.most, self.choices)

    def number(self, value: Value) -> int:
        """As the board wants it. Raises `ConfigError`."""
        control = self.control(None)
        if not control.accepts(value):
            raise ConfigError(because("control_takes", name=self.name, takes=control.takes), field=self.name)
        return self.choices.index(str(value)) if self.kind is ControlKind.CHOICE else int(value)


def settings(lamp_key: str, lamp_most: int) -> tuple[Setting, ...]:
    """Those of Espressif's driver, in the order in which people look for them."""
    switch, choice = ControlKind.SWITCH, ControlKind.CHOICE
    return (
        Setting("quality", "quality", least=4, most=63),
        Setting("mirror", "hmirror", switch),
        Setting("flip", "vflip", switch),
        Setting("lamp", lamp_key, most=lamp_most),
        Setting("brightness", "brightness", least=-2, most=2),
        Setting("contrast", "contrast", least=-2, most=2),
        Setting("saturation", "saturation", least=-2, most=2),
        Setting("exposure_level", "ae_level", least=-2, most=2),
        Setting("gain_ceiling", "gainceiling", choice, choices=_GAINS),
        Setting("white_balance", "wb_mode", choice, choices=_WHITE),
        Setting("effect", "special_effect", choice, choices=_EFFECTS),
        Setting("lens_correction", "lenc", switch),
    )


def whole_number(values: Mapping[str, Any], key: str) -> int | None:
    """A number that a board wrote as such or as text; None where there is none, or none it can mean."""
    value = values.get(key)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = int(value)
    return int(value) if isinstance(value, int) and abs(value) < _MOST else None


def told(values: Mapping[str, Any], key: str) -> str | None:
    """A short text that a board tells, without what can't be printed."""
    value = values.get(key)
    if not isinstance(value, str):
        return None
    text = "".join(char for char in value if char.isprintable()).strip()[:64]
    return text or None


def unknown_control(name: str) -> ConfigError:
    return ConfigError(because("no_control", name=repr(name)), field=name)


def not_kept(name: str, value: Value) -> ConfigError:
    return ConfigError(because("control_kept", value=value, name=name), field=name)
