"""The guard over HTTP, and run: codes, refusals, what is kept, and who may not make it blind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.access.principal import Role
from gcam_addon.errors import AccessDenied
from gcam_addon.model import CameraAdded, CameraChanged, MotionStarted, Status
from gcam_addon.model.guard import Alarm, CodeRefused, GuardEvent, Tamper, TamperChanged, UnderDuress
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import patience
from tests.support.web_fakes import PASSWORD, Site, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")
AWAY = {
    "id": "away",
    "name": "Away",
    "watches": [{"camera_id": "door", "entry_s": 30}, {"camera_id": "garden"}],
    "exit_s": 0,
}
DECIDED = {"modes": [AWAY], "windows": [], "place": None}


class Sink:
    def __init__(self) -> None:
        self.told: list[GuardEvent] = []

    def publish(self, event: object) -> None:
        if isinstance(event, GuardEvent):
            self.told.append(event)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=(DOOR, GARDEN)) as site:
        for camera in (DOOR, GARDEN):
            connect(site, camera.id)
        assert (await ask(site, "PUT", "settings", DECIDED))[0] == 200
        yield site


def connect(site: Site, camera_id: str, status: Status = Status.CONNECTED) -> None:
    camera = DOOR if camera_id == "door" else GARDEN
    site.engine.camera_states[camera_id] = make_state(camera, status=status)
    site.engine.publish(CameraChanged(site.engine.camera_states[camera_id]))


async def ask(site: Site, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with site.http.request(method, f"/api/v1/guard/{path}".rstrip("/"), json=body) as response:
        return response.status, await response.json() if response.status != 204 else None


async def until(site: Site, phase: str) -> dict[str, Any]:
    async with patience():
        while (guard := (await ask(site, "GET", ""))[1]["guard"])["phase"] != phase:
            await asyncio.sleep(0)
    return dict(guard)


def move(site: Site, camera_id: str) -> None:
    site.engine.publish(MotionStarted(camera_id, f"{camera_id}-1", 1.0, 2.0, 3.0, "moved"))


async def test_it_is_armed_and_what_moves_is_an_alarm_that_is_on_the_disk(site: Site, tmp_path: Path) -> None:
    status, guard = await ask(site, "POST", "arm", {"mode_id": "away"})
    assert (status, guard["phase"], guard["doer"]["via"]) == (200, "armed", "page")
    assert json.loads((tmp_path / "guard_state.json").read_text())["state"]["phase"] == "armed"
    move(site, "door")
    assert (await until(site, "entry"))["entered"]["event_id"] == "door-1"
    move(site, "garden")
    alarm = (await until(site, "alarm"))["alarm"]
    assert alarm["causes"][0]["camera_id"] == "garden"
    assert json.loads((tmp_path / "guard_state.json").read_text())["state"]["phase"] == "alarm"
    assert (await ask(site, "POST", "silence"))[1]["sounds"] is False
    assert (await ask(site, "POST", "disarm", {}))[1]["phase"] == "disarmed"
    assert (await ask(site, "POST", "acknowledge"))[1]["alarm"] is None
    deeds = [deed.action for deed in await site.access.audit.read(before=None, who_id=None, limit=10)]
    assert deeds == ["guard.acknowledge", "guard.disarm", "guard.silence", "guard.arm", "guard.settings"]


async def test_nothing_is_told_before_it_is_kept(site: Site, tmp_path: Path) -> None:
    (tmp_path / "guard_state.json.part").mkdir()  # nothing can be written there
    status, refusal = await ask(site, "POST", "arm", {"mode_id": "away"})
    assert (status, refusal["error"]["reason"]) == (400, "guard_unkept")
    assert (await ask(site, "GET", ""))[1]["guard"]["phase"] == "disarmed"
    (tmp_path / "guard_state.json.part").rmdir()
    assert (await ask(site, "POST", "arm", {"mode_id": "away"}))[0] == 200


async def test_an_alarm_is_told_also_where_it_cant_be_kept(site: Site, tmp_path: Path) -> None:
    await ask(site, "POST", "arm", {"mode_id": "away"})
    (tmp_path / "guard_state.json.part").mkdir()
    move(site, "garden")
    await until(site, "alarm")
    (tmp_path / "guard_state.json.part").rmdir()
    await ask(site, "POST", "silence")
    assert json.loads((tmp_path / "guard_state.json").read_text())["state"]["phase"] == "alarm"


async def test_a_camera_that_is_away_is_said_before_and_can_be_left_out(site: Site) -> None:
    connect(site, "garden", Status.LOST)
    (mode,) = (await ask(site, "GET", ""))[1]["modes"]
    assert mode["watches"] == [
        {"camera_id": "door", "zone": None, "entry_s": 30},
        {"camera_id": "garden", "zone": None, "entry_s": 0},
    ]
    assert mode["troubles"] == [{"camera_id": "garden", "tamper": "lost"}]
    status, refusal = await ask(site, "POST", "arm", {"mode_id": "away"})
    assert (status, refusal["error"]["reason"]) == (400, "guard_not_ready")
    guard = (await ask(site, "POST", "arm", {"mode_id": "away", "force": True}))[1]
    assert (guard["phase"], guard["bypassed"]) == ("armed", ["garden"])
    connect(site, "garden")
    move(site, "garden")
    assert (await until(site, "alarm"))["bypassed"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"mode_id": "holidays"}, 404, "guard_no_mode"),
        ({"mode_id": "night"}, 400, "guard_mode_empty"),
        ({"mode_id": "porch"}, 400, "guard_zone_gone"),
        ({"mode_id": "gone"}, 400, "guard_not_ready"),
        ({"mode_id": "away", "in_s": -1}, 400, "at_place"),
        ({}, 400, "at_place"),
    ],
)
async def test_what_cant_be_armed_is_refused_in_one_line(
    site: Site, body: dict[str, Any], status: int, code: str
) -> None:
    night = {"id": "night", "name": "Night", "watches": []}
    porch = {"id": "porch", "name": "Porch", "watches": [{"camera_id": "door", "zone": "porch"}]}
    gone = {"id": "gone", "name": "Gone", "watches": [{"camera_id": "sold"}]}
    await ask(site, "PUT", "settings", DECIDED | {"modes": [AWAY, night, porch, gone]})
    answer = await ask(site, "POST", "arm", body)
    assert (answer[0], answer[1]["error"]["reason"]) == (status, code)
    assert (await ask(site, "GET", ""))[1]["guard"]["phase"] == "disarmed"


async def test_it_is_armed_in_a_while_unless_somebody_says_no(site: Site) -> None:
    guard = (await ask(site, "POST", "arm", {"mode_id": "away", "in_s": 600}))[1]
    assert (guard["phase"], guard["planned"]["mode"]["id"]) == ("disarmed", "away")
    assert (await ask(site, "PUT", "settings", DECIDED))[0] == 400
    assert (await ask(site, "POST", "disarm", {}))[1]["planned"] is None


async def test_where_there_are_codes_disarming_needs_one(site: Site) -> None:
    sink = Sink()
    site.engine.subscribe(sink)
    code = f"codes/{site.owner.id}"
    assert (await ask(site, "PUT", code, {"code": "1111"}))[0] == 400
    assert (await ask(site, "PUT", code, {"code": "2580", "duress": "2580"}))[0] == 400
    assert (await ask(site, "PUT", code, {"code": "2580", "duress": "0852"}))[0] == 204
    assert (await ask(site, "PUT", "codes/nobody", {"code": "2580"}))[0] == 404
    settings = (await ask(site, "GET", "settings"))[1]
    assert settings["codes"] == [{"person_id": site.owner.id, "has_duress": True}]
    assert "2580" not in (site.services.access._data_dir / "guard.json").read_text()

    await ask(site, "POST", "arm", {"mode_id": "away"})
    for body, reason in (({}, "guard_code_needed"), ({"code": "2589"}, "guard_code_wrong")):
        status, refusal = await ask(site, "POST", "disarm", body)
        assert (status, refusal["error"]["reason"]) == (403, reason)
    assert (await ask(site, "POST", "arm", {"mode_id": "away"}))[0] == 403
    assert (await ask(site, "GET", ""))[1]["guard"]["phase"] == "armed"
    assert [one.count for one in sink.told if isinstance(one, CodeRefused)] == [1]

    guard = (await ask(site, "POST", "disarm", {"code": "2580"}))[1]
    assert (guard["phase"], guard["doer"]) == ("disarmed", {"name": site.owner.id, "via": "page"})
    assert not [one for one in sink.told if isinstance(one, UnderDuress)]
    await ask(site, "POST", "arm", {"mode_id": "away"})
    assert (await ask(site, "POST", "disarm", {"code": "0852"}))[1]["phase"] == "disarmed"
    assert [one for one in sink.told if isinstance(one, UnderDuress)]
    assert (await ask(site, "DELETE", code))[0] == 204
    assert (await ask(site, "DELETE", code))[0] == 404
    await ask(site, "POST", "arm", {"mode_id": "away"})
    assert (await ask(site, "POST", "disarm", {}))[0] == 200


async def test_the_log_says_whose_code_it_was(site: Site) -> None:
    await ask(site, "PUT", f"codes/{site.owner.id}", {"code": "2580"})
    bob = await site.access.add("bob", PASSWORD, Role.MEMBER, None)
    await ask(site, "PUT", f"codes/{bob.id}", {"code": "7391"})
    await ask(site, "POST", "arm", {"mode_id": "away"})
    await ask(site, "POST", "disarm", {"code": "7391"})
    site.access.audit.note(site.owner.principal, "", "sign_in")
    async with site.http.get("/api/v1/audit", params={"about": "guard", "limit": "2"}) as response:
        deeds = (await response.json())["deeds"]
    assert [(deed["action"], deed["subject"]) for deed in deeds] == [
        ("guard.disarm_by_code", bob.id),  # as this house calls him
        ("guard.arm", "away"),
    ]
    async with site.http.get("/api/v1/audit", params={"about": "guar_"}) as response:
        assert (await response.json())["deeds"] == []


async def test_who_guesses_codes_is_slowed_down(site: Site) -> None:
    await ask(site, "PUT", f"codes/{site.owner.id}", {"code": "2580"})
    await ask(site, "POST", "arm", {"mode_id": "away"})
    answers = [(await ask(site, "POST", "disarm", {"code": f"77{number}1"}))[0] for number in range(6)]
    assert answers == [403] * 5 + [429]
    assert (await ask(site, "POST", "disarm", {"code": "2580"}))[0] == 429
    site.clock.advance(3.0)
    assert (await ask(site, "POST", "disarm", {"code": "2580"}))[0] == 200


async def test_an_armed_guard_lets_nobody_blind_what_it_watches(site: Site) -> None:
    consent = site.services.guard.consent
    consent(DOOR, replace(DOOR, privacy=True))
    await ask(site, "POST", "arm", {"mode_id": "away"})
    consent(DOOR, replace(DOOR, name="Front door"))
    consent(make_camera("street"), None)
    for new in (None, replace(DOOR, privacy=True)):
        with pytest.raises(AccessDenied) as refusal:
            consent(DOOR, new)
        assert refusal.value.reason is not None
        assert refusal.value.reason.code == "guard_forbids"
    assert (await ask(site, "PUT", "settings", DECIDED))[0] == 400


async def test_who_changes_the_file_instead_is_an_alarm(site: Site) -> None:
    site.engine.publish(CameraAdded("door"))  # as it was at the start
    await ask(site, "POST", "arm", {"mode_id": "away"})
    sink = Sink()
    site.engine.subscribe(sink)
    await site.cameras.update("door", {"detection": {"sensitivity": 1}})
    site.engine.publish(CameraAdded("door"))
    assert (await until(site, "alarm"))["alarm"]["causes"][0]["tamper"] == "switched_off"
    assert len([one for one in sink.told if isinstance(one, Alarm)]) == 1


async def test_a_covered_camera_is_told_of_and_an_alarm_only_while_armed(site: Site) -> None:
    sink = Sink()
    site.engine.subscribe(sink)
    covered = make_state(DOOR, status=Status.CONNECTED, tamper=Tamper.COVERED)
    for state in (covered, replace(covered, tamper=None)):
        site.engine.camera_states["door"] = state
        site.engine.publish(CameraChanged(state))
        async with patience():
            while not any(isinstance(one, TamperChanged) and one.tamper is state.tamper for one in sink.told):
                await asyncio.sleep(0)
    assert (await ask(site, "POST", "arm", {"mode_id": "away"}))[0] == 200
    assert not [one for one in sink.told if isinstance(one, Alarm)]
    for state in (covered, replace(covered, status=Status.LOST)):
        site.engine.camera_states["door"] = state
        site.engine.publish(CameraChanged(state))
    assert (await until(site, "alarm"))["alarm"]["causes"][0]["tamper"] == "covered"
    assert [one.tamper for one in sink.told if isinstance(one, TamperChanged)] == [
        Tamper.COVERED,
        None,
        Tamper.COVERED,
    ], "that it is lost then, too, uncovers nothing"


async def test_it_is_told_who_begins_to_listen_and_what_changes(site: Site) -> None:
    async with site.http.ws_connect("/api/v1/events") as channel:
        assert json.loads(await channel.receive_str())["type"] == "hello"
        await ask(site, "POST", "trigger")
        told = [json.loads(await channel.receive_str()) for _ in range(2)]
    assert [one["type"] for one in told] == ["guard_changed", "alarm"]
    assert told[0]["guard"]["phase"] == "alarm"
