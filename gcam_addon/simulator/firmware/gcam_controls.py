"""What can be set on a board with Gcam's firmware, in its own names and ranges (docs/ref/board.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.board import Board
from gcam_addon.simulator.firmware.gcam_request import Refused

_SIZES = {
    "qqvga": Size(160, 120),
    "qvga": Size(320, 240),
    "cif": Size(400, 296),
    "hvga": Size(480, 320),
    "vga": Size(640, 480),
    "svga": Size(800, 600),
    "xga": Size(1024, 768),
    "hd": Size(1280, 720),
    "sxga": Size(1280, 1024),
    "uxga": Size(1600, 1200),
}
_EFFECTS = ("none", "negative", "grey", "red", "green", "blue", "sepia")
_NUMBER = re.compile("0|-?[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Control:
    """A number `of` two bounds, one of some words, or a switch (None). `field`: of the board's adjustments,
    where it changes the pictures of this one.
    """

    of: tuple[int, int] | tuple[str, ...] | None
    start: Any
    field: str = ""

    def told(self, value: Any) -> dict[str, Any]:
        if self.of is None:
            return {"value": value}
        if isinstance(self.of[0], str):
            return {"value": value, "one_of": list(self.of)}
        return {"value": value, "from": self.of[0], "to": self.of[1]}

    def read(self, name: str, text: str) -> Any:
        """Raises `Refused`."""
        if self.of is None:
            if text in ("true", "false"):
                return text == "true"
            wanted = "true or false"
        elif isinstance(self.of[0], str):
            if text in self.of:
                return text
            wanted = "one of " + ", ".join(map(str, self.of))
        else:
            least, most = self.of
            if _NUMBER.fullmatch(text) and int(least) <= int(text) <= int(most):
                return int(text)
            wanted = f"a whole number from {least} to {most}"
        raise Refused(400, f"'{name}' takes {wanted}, not '{text}'.")


CONTROLS = {
    "frame_size": Control(tuple(_SIZES), "vga"),
    "quality": Control((6, 63), 12, "quality"),
    "mirror": Control(None, start=False, field="hmirror"),
    "flip": Control(None, start=False, field="vflip"),
    "brightness": Control((-2, 2), 0, "brightness"),
    "contrast": Control((-2, 2), 0, "contrast"),
    "saturation": Control((-2, 2), 0, "saturation"),
    "exposure": Control(("auto", "manual"), "auto"),
    "exposure_level": Control((-2, 2), 0),
    "exposure_time": Control((0, 1200), 300),
    "night_exposure": Control(None, start=False),
    "gain_ceiling": Control(("2x", "4x", "8x", "16x", "32x", "64x", "128x"), "2x"),
    "white_balance": Control(("auto", "sunny", "cloudy", "office", "home"), "auto"),
    "effect": Control(_EFFECTS, "none"),
    "lens_correction": Control(None, start=True),
    "lamp": Control((0, 100), 0),
}


def at_start(adjustments: Adjustments) -> dict[str, Any]:
    """What holds on a board that was never set."""
    fits = (
        name
        for name, size in _SIZES.items()
        if size.width >= adjustments.size.width and size.height >= adjustments.size.height
    )
    values = {name: control.start for name, control in CONTROLS.items()}
    return values | {"frame_size": next(fits, "uxga"), "quality": max(6, adjustments.quality)}


def told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: control.told(values[name]) for name, control in CONTROLS.items()}


def wanted(form: dict[str, str]) -> dict[str, Any]:
    """All of them can be set, or `Refused` is raised."""
    read = {}
    for name, text in form.items():
        if name not in CONTROLS:
            raise Refused(400, f"There is no control '{name}'; there are {', '.join(CONTROLS)}.")
        read[name] = CONTROLS[name].read(name, text)
    return read


def show(board: Board, values: dict[str, Any], changed: dict[str, Any]) -> None:
    """What of these `values` its pictures show; a size only where it is `changed`, as footage has its own."""
    changes: dict[str, Any] = {
        control.field: values[name] for name, control in CONTROLS.items() if control.field
    }
    if "frame_size" in changed:
        changes["size"] = _SIZES[values["frame_size"]]
    lamp = round(255 * values["lamp"] / 100)
    board.adjust(**changes, special_effect=_EFFECTS.index(values["effect"]), led_intensity=lamp)
