"""The guard in the words of Home Assistant's alarm panels, which know five ways of being armed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from gcam_addon.model.guard import GuardMode, GuardPhase, GuardState


class Panel(StrEnum):
    """A button of the panel."""

    HOME = "home"
    AWAY = "away"
    NIGHT = "night"
    VACATION = "vacation"
    CUSTOM_BYPASS = "custom_bypass"


def on_panel(modes: Sequence[GuardMode]) -> Mapping[str, Panel]:
    """By the ids of the modes that can be armed: those called as a button have that one, of the others the
    first ones have what is left of `custom_bypass` and `vacation`. Who has none is armed by its name.
    """
    armable = [mode.id for mode in modes if mode.watches]
    named = {mode_id: Panel(mode_id) for mode_id in armable if mode_id in list(Panel)}
    free = [button for button in (Panel.CUSTOM_BYPASS, Panel.VACATION) if button not in named.values()]
    others = (mode_id for mode_id in armable if mode_id not in named)
    return named | dict(zip(others, free, strict=False))


def panel_state(state: GuardState, modes: Sequence[GuardMode]) -> str:
    """What the panel shows."""
    if state.phase is not GuardPhase.ARMED or state.mode is None:
        return _SHOWN[state.phase]
    return f"armed_{on_panel(modes).get(state.mode.id, Panel.CUSTOM_BYPASS)}"


_SHOWN: Mapping[GuardPhase, str] = {
    GuardPhase.DISARMED: "disarmed",
    GuardPhase.ARMING: "arming",
    GuardPhase.ARMED: "armed_custom_bypass",
    GuardPhase.ENTRY: "pending",
    GuardPhase.ALARM: "triggered",
}
