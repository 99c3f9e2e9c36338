"""What the guard keeps is read as it was written; what it was told to watch may not be taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    NamingSettings,
    RecordingMode,
    RecordingSettings,
    SourceSettings,
    Zone,
)
from gcam_addon.errors import ConfigError
from gcam_addon.guard.blinding import blinds
from gcam_addon.guard.codes import check_code
from gcam_addon.guard.core import asleep, step
from gcam_addon.guard.inputs import Arm, Disarm, Fares, Input, Moved, Plan, Trigger
from gcam_addon.guard.kept import Kept, load_kept, save_kept
from gcam_addon.guard.schedule import Window, moment_of
from gcam_addon.guard.settings import Code, GuardSettings, load_settings, save_settings
from gcam_addon.guard.sun import GeoPlace
from gcam_addon.model import Kind
from gcam_addon.model.guard import Doer, GuardMode, Tamper, Via, Watch
from tests.support.fakes import make_camera

CORNER = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


AWAY = GuardMode("away", "Away", (Watch("door", "porch", 30.0), Watch("hall")), (Kind.PERSON,), alarm_s=None)
ANNA = Doer("Anna", Via.PAGE, "a1")
COURSES: Mapping[str, Sequence[Input]] = {
    "disarmed": [],
    "planned": [Plan(AWAY, ANNA, 600.0)],
    "arming": [Arm(AWAY, ANNA)],
    "armed without a camera": [Fares("hall", Tamper.LOST), Arm(AWAY, ANNA, skip_delay=True, force=True)],
    "entry": [Arm(AWAY, ANNA, skip_delay=True), Moved("door", "e1", ("porch",), (Kind.PERSON,))],
    "alarm": [Arm(AWAY, ANNA, skip_delay=True), Moved("hall", "e1"), Fares("hall", Tamper.COVERED)],
    "over": [Trigger(ANNA), Disarm(ANNA)],
}


@pytest.mark.parametrize("course", COURSES)
def test_every_state_is_read_as_it_was_written(tmp_path: Path, course: str) -> None:
    guard = asleep(5.5)
    for told in COURSES[course]:
        guard, _ = step(guard, told, 7.25)
    file = tmp_path / "guard_state.json"
    for kept in (Kept(guard.state), Kept(guard.state, 9.5)):
        save_kept(file, kept)
        assert load_kept(file) == kept
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 2, "state": {}}'])
def test_a_state_that_cant_be_read_is_not_taken_for_disarmed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.json").write_bytes(content)
    with pytest.raises(ConfigError):
        load_kept(tmp_path / "s.json")


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    settings = GuardSettings(
        (AWAY,),
        (Window("away", (0, 4), moment_of("sunset-30"), moment_of("06:15")),),
        GeoPlace(50.8, 4.3),
        (Code("p1", "a hash", "another"),),
    )
    save_settings(tmp_path / "guard.json", settings)
    assert load_settings(tmp_path / "guard.json") == settings
    assert load_settings(tmp_path / "none.json") == GuardSettings()


MODE = GuardMode("away", "Away", (Watch("door"),))
AT_SUNSET = Window("away", (0,), moment_of("sunset"), moment_of("06:00"))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (GuardSettings((MODE, MODE)), "modes"),
        (GuardSettings((MODE,), (replace(AT_SUNSET, mode_id="night"),)), "windows[0].mode_id"),
        (GuardSettings((MODE,), (AT_SUNSET,)), "place"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    tmp_path: Path, settings: GuardSettings, field: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        save_settings(tmp_path / "guard.json", settings)
    assert refusal.value.field == field
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", ["", "123", "1234", "4321", "0000", "12a4", "1234567890123", "٣٤٥٦"])
def test_codes_that_are_too_simple_are_refused(code: str) -> None:
    with pytest.raises(ConfigError):
        check_code(code)


@pytest.mark.parametrize("code", ["2580", "0012", "739201846251"])
def test_others_are_not(code: str) -> None:
    check_code(code)


DOOR = make_camera("door")


def seeing(**changes: object) -> Camera:
    return replace(DOOR, detection=replace(DOOR.detection, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "new",
    [
        None,
        replace(DOOR, enabled=False),
        replace(DOOR, privacy=True),
        replace(DOOR, source=SourceSettings("http://elsewhere/")),
        replace(DOOR, rotation=180),
        replace(DOOR, privacy_masks=(CORNER,)),
        replace(DOOR, naming=NamingSettings(kinds=(Kind.ANIMAL,))),
        replace(DOOR, recording=RecordingSettings(enabled=False)),
        replace(DOOR, recording=RecordingSettings(mode=RecordingMode.OFF)),
        seeing(enabled=False),
        seeing(tamper=False),
        seeing(sensitivity=DetectionSettings().sensitivity - 1),
        seeing(masks=(CORNER,)),
        seeing(zones=(Zone("porch", CORNER),)),
        seeing(min_motion_s=5.0),
    ],
)
def test_what_makes_a_camera_see_less_blinds_it(new: Camera | None) -> None:
    assert blinds(DOOR, new)


@pytest.mark.parametrize(
    "new",
    [
        DOOR,
        replace(DOOR, name="Front door", group="outside"),
        seeing(sensitivity=90),
        replace(DOOR, recording=RecordingSettings(mode=RecordingMode.CONTINUOUS, keep_days=3)),
    ],
)
def test_what_lets_it_see_as_much_or_more_does_not(new: Camera) -> None:
    assert not blinds(DOOR, new)
    assert not blinds(replace(new, enabled=False), replace(new, enabled=True))
