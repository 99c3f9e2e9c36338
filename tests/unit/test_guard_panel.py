"""The guard in the words of Home Assistant's panels, and what it is told at the broker."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gcam_addon.guard.core import asleep
from gcam_addon.guard.panel import Panel, on_panel, panel_state
from gcam_addon.model.guard import (
    Alarm,
    AlarmCause,
    AlarmKind,
    Doer,
    GuardChanged,
    GuardMode,
    GuardPhase,
    Tamper,
    TamperChanged,
    UnderDuress,
    Via,
    Watch,
)
from gcam_addon.mqtt.commands import parse_command
from gcam_addon.mqtt.guarding import (
    GuardAction,
    GuardCommand,
    GuardRefused,
    guard_event,
    guard_state,
    parse_guard_command,
)
from gcam_addon.mqtt.topics import Topics

TOPICS = Topics()
AWAY, NIGHT, POOL, SAUNA, SHED = (
    GuardMode(name, name.title(), (Watch("door"),)) for name in ("away", "night", "pool", "sauna", "shed")
)
HOME = GuardMode("home", "Home", ())
MODES = (AWAY, HOME, NIGHT, POOL, SAUNA, SHED)
GUARD = asleep(1_700_000_000.0).state


def test_modes_have_the_buttons_of_their_names_and_others_what_is_left() -> None:
    """One that watches nothing can't be armed, and has none."""
    assert on_panel(MODES) == {
        "away": Panel.AWAY,
        "night": Panel.NIGHT,
        "pool": Panel.CUSTOM_BYPASS,
        "sauna": Panel.VACATION,
    }
    assert on_panel((SAUNA, replace(POOL, id="custom_bypass"))) == {
        "sauna": Panel.VACATION,
        "custom_bypass": Panel.CUSTOM_BYPASS,
    }


@pytest.mark.parametrize(
    ("phase", "mode", "shown"),
    [
        (GuardPhase.DISARMED, None, "disarmed"),
        (GuardPhase.ARMING, AWAY, "arming"),
        (GuardPhase.ARMED, AWAY, "armed_away"),
        (GuardPhase.ARMED, SAUNA, "armed_vacation"),
        (GuardPhase.ARMED, SHED, "armed_custom_bypass"),
        (GuardPhase.ENTRY, AWAY, "pending"),
        (GuardPhase.ALARM, AWAY, "triggered"),
        (GuardPhase.ALARM, None, "triggered"),
    ],
)
def test_every_phase_has_a_state(phase: GuardPhase, mode: GuardMode | None, shown: str) -> None:
    state = replace(GUARD, phase=phase, mode=mode)
    assert panel_state(state, MODES) == shown
    assert guard_state(state, MODES)["state"] == shown


def test_what_is_said_of_the_guard_at_the_broker() -> None:
    cause = AlarmCause(AlarmKind.TAMPER, 1_700_000_000.5, "door", tamper=Tamper.COVERED)
    said = json.loads(json.dumps(guard_state(replace(GUARD, mode=AWAY, entered=cause), MODES)))
    assert (said["mode"], said["mode_name"], said["armed_by"]) == ("away", "Away", None)
    assert said["entered"]["tamper"] == "covered"
    assert [mode["id"] for mode in said["modes"]] == ["away", "night", "pool", "sauna", "shed"]
    assert guard_event(Alarm("a1", cause, is_new=True)) == {
        "event_type": "alarm",
        "alarm_id": "a1",
        "is_new": True,
        "again": False,
        "kind": "tamper",
        "at": "2023-11-14T22:13:20.500+00:00",
        "camera": "door",
        "event_id": None,
        "what": None,
        "tamper": "covered",
    }
    cleared = guard_event(TamperChanged("door", None, 1_700_000_000.0))
    assert cleared is not None
    assert cleared["tamper"] is None


def test_what_is_secret_or_kept_is_no_event() -> None:
    assert guard_event(UnderDuress(1.0, Doer("Anna", Via.MQTT))) is None
    assert guard_event(GuardChanged(GUARD)) is None


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"DISARM", GuardCommand(GuardAction.DISARM)),
        (b" arm_away\n", GuardCommand(GuardAction.ARM, Panel.AWAY)),
        (
            b'{"action": "DISARM", "code": "0012"}',
            GuardCommand(GuardAction.DISARM, code="0012"),
        ),
        (b'{"action": "ARM_NIGHT", "code": null}', GuardCommand(GuardAction.ARM, Panel.NIGHT)),
        (b'{"action": "arm", "mode": "shed"}', GuardCommand(GuardAction.ARM, mode_id="shed")),
        (
            b'{"action": "ARM_AWAY", "in_s": 60, "skip_delay": true, "force": true, "else": 1}',
            GuardCommand(GuardAction.ARM, Panel.AWAY, None, None, 60.0, skip_delay=True, force=True),
        ),
        (b"SILENCE", GuardCommand(GuardAction.SILENCE)),
    ],
)
def test_commands_to_the_guard(payload: bytes, expected: GuardCommand) -> None:
    assert parse_guard_command(payload) == expected
    assert parse_command(TOPICS, "gcam/guard/set", payload) == expected


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"ARM", b"ARMED_AWAY", b"{}", b"[]", b"\xff\xfe", b"{" * 10_000, b'{"action": ["DISARM"]}'),
        b'{"action": "ARM", "mode": 7}',
        b'{"action": "DISARM", "code": 12}',
        b'{"action": "ARM_AWAY", "in_s": true}',
        b'{"action": "ARM_AWAY", "in_s": -1}',
        b'{"action": "ARM_AWAY", "in_s": NaN}',
        b'{"action": "ARM_AWAY", "in_s": 1e9}',
        b'{"action": "ARM_AWAY", "force": "yes"}',
    ],
)
def test_nonsense_to_the_guard_is_refused(payload: bytes) -> None:
    refused = parse_guard_command(payload)
    assert isinstance(refused, GuardRefused)
    assert "12" not in refused.why, "a code is repeated nowhere"


def test_a_code_is_in_no_line_of_a_log() -> None:
    assert "0012" not in repr(parse_guard_command(b'{"action": "DISARM", "code": "0012"}'))


def test_a_camera_called_guard_lies_beside_the_guard() -> None:
    own = TOPICS.camera("guard")
    assert own.root == "gcam/guard-camera"
    assert TOPICS.split_command("gcam/guard-camera/enabled/set") == ("guard", "enabled/set")
    assert TOPICS.split_command("gcam/guard/enabled/set") is None
    assert TOPICS.camera_of_state("gcam/guard-camera/state") == "guard"
    assert TOPICS.camera_of_state("gcam/guard/state") is None
    assert "gcam/guard/motion" in TOPICS.moved
    assert TOPICS.guard.state not in TOPICS.moved
