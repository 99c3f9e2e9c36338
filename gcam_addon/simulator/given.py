"""What options of `gcam simulate` and `gcam push` say.

Whatever is wrong is a `ConfigError` that names the option and what it takes.
"""

from __future__ import annotations

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator.scenes import SCENES


def scene(name: str | None) -> str | None:
    if name is not None and name not in SCENES:
        names = ", ".join(SCENES)
        raise ConfigError(f"--scene: there is no “{name}”; choose one of {names}.", field="scene")
    return name


def size(text: str | None, least: Size, most: Size) -> Size | None:
    if text is None:
        return None
    width, _, height = text.lower().partition("x")
    if not (
        all(side.isascii() and side.isdigit() and len(side) < 6 for side in (width, height))
        and least.width <= int(width) <= most.width
        and least.height <= int(height) <= most.height
    ):
        raise ConfigError(
            f"--size: “{text}” is not WIDTHxHEIGHT from {least.width}x{least.height} to "
            f"{most.width}x{most.height}, such as 640x480.",
            field="size",
        )
    return Size(int(width), int(height))


def number(name: str, text: str, low: float, high: float, *, whole: bool = False) -> float:
    try:
        value = float(int(text)) if whole else float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ConfigError(f"--{name}: “{text}” is not {kind} from {low:g} to {high:g}.", field=name)
    return value
