"""Alerts over the API: who is told, what of, and that nobody else learns of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.alerts import service as alerts_service
from gcam_addon.alerts.service import Alerts, Household
from gcam_addon.channels import channel_for
from gcam_addon.channels.heartbeat import beat
from gcam_addon.channels.webhook import WebhookChannel
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.machine.timezone import use_timezone
from gcam_addon.model import CameraChanged, ClipReady, DutyStatus, Event, Status
from gcam_addon.model.alerts import Letter, Receipt
from gcam_addon.model.guard import Alarm, AlarmCause, AlarmKind
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.events import JPEG, motion_ended, motion_started
from tests.support.fakes import make_camera, make_state
from tests.support.local_times import local_times
from tests.support.waiting import until
from tests.support.web_fakes import Site, make_clip, serve

DOOR = make_camera("door", name="Entrée")
RULE = {"name": "Motion", "topics": ["motion"], "to": ["hook"]}


@pytest.fixture
async def receiver() -> AsyncIterator[AlertReceiver]:
    async with alert_receiver() as receiver:
        yield receiver


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[DOOR]) as site:
        yield site


async def put(site: Site, what: str, body: dict[str, Any]) -> tuple[int, Any]:
    async with site.http.put(f"/api/v1/alerts/{what}", json=body) as answer:
        return answer.status, None if answer.status == 204 else await answer.json()


async def read(site: Site, path: str = "") -> Any:
    async with site.http.get(f"/api/v1/alerts{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def hook(receiver: AlertReceiver, **more: Any) -> dict[str, Any]:
    return {"name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}, **more}


async def alerted(site: Site, receiver: AlertReceiver, **rule: Any) -> None:
    assert await put(site, "destinations/hook", hook(receiver)) == (204, None)
    assert await put(site, "rules/r", RULE | rule) == (204, None)


async def test_motion_is_at_the_receiver_with_its_picture_and_the_page_says_so(
    site: Site, receiver: AlertReceiver
) -> None:
    await alerted(site, receiver)
    assert await put(site, "link", {"link": "https://gcam.example/"}) == (204, None)

    site.engine.publish(motion_started())
    await receiver.until_told(1)

    (letter,) = receiver.letters
    assert (letter["title"], letter["content"]) == ("Motion: Door", JPEG)
    assert letter["link"].startswith("https://gcam.example/#/events?camera=door&day=")
    assert (letter["topic"], letter["camera"], letter["happening"]) == ("motion", "door", "e1")
    await until(lambda: site.services.alerts.reached("hook").last_at)
    (kept,) = (await read(site, "/letters"))["letters"]
    assert (kept["state"], kept["said"], kept["title"]) == ("sent", "200 as told", "Motion: Door")
    (shown,) = (await read(site))["destinations"]
    assert (shown["waiting"], shown["problem"], shown["has"]) == (0, None, ["url"])


async def test_nothing_is_told_before_somebody_wants_it(site: Site, receiver: AlertReceiver) -> None:
    await put(site, "destinations/hook", hook(receiver))

    site.engine.publish(motion_started())
    await alerted(site, receiver)
    site.engine.publish(motion_started(event_id="e2"))
    await receiver.until_told(1)

    assert [letter["happening"] for letter in receiver.letters] == ["e2"]


async def test_it_is_told_in_the_receivers_language(site: Site, receiver: AlertReceiver) -> None:
    await put(site, "destinations/hook", hook(receiver, language="fr"))
    await put(site, "rules/r", RULE)

    site.engine.publish(motion_started())
    await receiver.until_told(1)

    assert receiver.letters[0]["title"] == "Mouvement\u202f: Door"


async def test_what_is_refused_for_now_is_sent_later_and_another_way_told_of_it(
    site: Site, receiver: AlertReceiver
) -> None:
    async with alert_receiver() as other:
        await put(site, "destinations/hook", hook(receiver))
        await put(site, "destinations/other", hook(other))
        await put(site, "rules/r", RULE)
        await put(site, "rules/s", {"name": "Trouble", "topics": ["channel"], "to": ["hook", "other"]})
        receiver.status = 404

        site.engine.publish(motion_started())
        await other.until_told(1)
        assert other.letters[0]["title"] == "Alerts do not reach Hook"
        (shown,) = [one for one in (await read(site))["destinations"] if one["id"] == "hook"]
        assert (shown["waiting"], "404" in shown["problem"]) == (1, True)

        receiver.status = 200
        async with site.http.post("/api/v1/alerts/destinations/hook/try") as answer:
            assert answer.status == 200
            assert (await answer.json())["said"] == "200 as told"
        await other.until_told(2)

    assert other.letters[1]["title"] == "Alerts reach Hook again"
    assert [letter["topic"] for letter in receiver.letters] == ["trial", "motion"]
    assert receiver.letters[1]["id"] == receiver.refused[0]["id"]


async def test_a_trial_that_fails_says_what_the_server_said(site: Site, receiver: AlertReceiver) -> None:
    await put(site, "destinations/hook", hook(receiver))
    receiver.status = 403

    async with site.http.post("/api/v1/alerts/destinations/hook/try") as answer:
        body = await answer.json()

    assert (answer.status, body["error"]["code"]) == (503, "channel_refused")
    assert "403 as told" in body["error"]["message"]


async def test_a_camera_that_is_away_is_told_once_it_is_for_long(site: Site, receiver: AlertReceiver) -> None:
    await alerted(site, receiver, topics=["lost"], lost_after_s=60)
    site.engine.publish(CameraChanged(replace(make_state(DOOR), status=Status.LOST, problem="no route")))
    await until(lambda: not site.services.alerts._heard)

    site.clock.advance(61)
    await receiver.until_told(1)
    site.engine.publish(CameraChanged(make_state(DOOR)))
    await receiver.until_told(2)

    titles = [letter["title"] for letter in receiver.letters]
    assert titles == ["Camera is away: Door", "Camera is back: Door"]
    assert "no route" in receiver.letters[0]["text"]
    assert receiver.letters[1]["follows"] == receiver.letters[0]["id"]


async def test_secrets_are_never_shown_and_stay_where_they_are_not_sent(site: Site, tmp_path: Path) -> None:
    settings = {"host": "smtp.example", "sender": "a@example.org", "to": ["b@example.org"], "user": "a"}
    mail = {"name": "Mail", "kind": "mail", "settings": {**settings, "password": "hush"}}
    assert (await put(site, "destinations/mail", mail))[0] == 204

    changed = mail | {"settings": {**settings, "to": ["c@example.org"]}}
    assert (await put(site, "destinations/mail", changed))[0] == 204

    (shown,) = (await read(site))["destinations"]
    file = tmp_path / "alerts.json"
    assert "hush" not in json.dumps(shown)
    assert (shown["has"], shown["settings"]["to"]) == (["password"], ["c@example.org"])
    assert json.loads(file.read_text())["destinations"][0]["settings"]["password"] == "hush"
    assert file.stat().st_mode & 0o077 == 0

    elsewhere = mail | {"settings": {**settings, "host": "smtp.thief.example"}}
    status, body = await put(site, "destinations/mail", elsewhere)
    assert (status, body["error"]["field"]) == (400, "destinations[0].settings.password")


@pytest.mark.parametrize(
    ("what", "body", "field", "said"),
    [
        ("destinations/x", {"name": "X", "kind": "pigeon", "settings": {}}, "kind", "pigeon"),
        ("destinations/x", {"name": "X", "kind": "ntfy", "settings": {}}, "settings.topic", "topic"),
        (
            "destinations/x",
            {"name": "X", "kind": "webhook", "settings": {"url": "ftp://x"}},
            "settings.url",
            "no address",
        ),
        (
            "destinations/x",
            {
                "name": "X",
                "kind": "mail",
                "settings": {
                    "host": "h",
                    "sender": "a@b.c",
                    "to": ["a@b.c"],
                    "security": "none",
                    "user": "u",
                    "password": "p",
                },
            },
            "settings.security",
            "without TLS",
        ),
        (
            "destinations/x",
            {"name": "X", "kind": "mail", "settings": {"host": "h", "sender": "a b", "to": ["a@b.c"]}},
            "settings.sender",
            "e-mail address",
        ),
        ("rules/x", RULE | {"to": ["nobody"]}, "rules[0].to[0]", "nobody"),
        ("rules/x", RULE | {"topics": []}, "topics", ""),
        ("rules/X!", RULE, "id", "a-z"),
        ("link", {"link": "gcam.example"}, "link", "no address"),
        ("link", {"link": "http://[gcam"}, "link", "no address"),
        ("link", {"link": "http://gcam:99999"}, "link", "no address"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_changed(
    site: Site, what: str, body: dict[str, Any], field: str, said: str
) -> None:
    before = await read(site)

    status, answer = await put(site, what, body)

    assert status == 400
    assert answer["error"]["field"].endswith(field)
    assert said in answer["error"]["message"]
    assert (await read(site))["destinations"] == before["destinations"]


async def test_who_leaves_takes_what_waits_and_rules_for_nobody_along(
    site: Site, receiver: AlertReceiver
) -> None:
    await alerted(site, receiver)
    receiver.status = 500
    site.engine.publish(motion_started())
    await until(lambda: receiver.refused)

    async with site.http.delete("/api/v1/alerts/destinations/hook") as answer:
        assert answer.status == 204

    assert (await read(site))["rules"] == []
    assert (await read(site, "/letters"))["letters"] == []
    async with site.http.delete("/api/v1/alerts/destinations/hook") as answer:
        assert answer.status == 404


class _House:
    """The service with a household of the test's."""

    def __init__(self, folder: Path, *, sees: bool = True) -> None:
        self.clock = ManualClock()
        self.mode: str | None = None
        self.duties = Duties(self.clock)
        self.clip: Path | None = folder / "clip.mp4"
        self.clip.write_bytes(b"moving pictures")
        household = Household(str.capitalize, lambda: self.mode, lambda *_: sees, self._clip)
        self.alerts = Alerts(folder, self.clock, household, channel_for, beat=beat, duties=self.duties)

    async def _clip(self, _: str) -> Path | None:
        return self.clip

    async def alerted(self, receiver: AlertReceiver, **rule: Any) -> None:
        await self.alerts.start()
        await self.alerts.put("destinations", hook(receiver, id="hook", person="anna"))
        await self.alerts.put("rules", {**RULE, "id": "r", **rule})

    def hear(self, *events: Event) -> None:
        for event in events:
            self.alerts.publish(event)

    async def states(self) -> list[str]:
        return [str(letter.state) for letter in reversed(await self.alerts.newest(50))]


async def test_the_clip_follows_the_picture(tmp_path: Path, receiver: AlertReceiver) -> None:
    house = _House(tmp_path)
    await house.alerted(receiver)
    house.hear(motion_started(), motion_ended(), ClipReady(make_clip("c1", DOOR, event_ids=("e1",))))
    await receiver.until_told(2)
    await house.alerts.stop()

    picture, clip = receiver.letters
    assert (picture["content"], clip["content"]) == (JPEG, b"moving pictures")
    assert (clip["follows"], clip["importance"]) == (picture["id"], "quiet")


async def test_a_clip_that_is_gone_is_not_waited_for(tmp_path: Path, receiver: AlertReceiver) -> None:
    house = _House(tmp_path)
    house.clip = None
    await house.alerted(receiver)
    house.hear(motion_started(), ClipReady(make_clip("c1", DOOR, event_ids=("e1",))))
    await receiver.until_told(1)
    while (states := await house.states()) != ["sent", "refused"]:
        assert "waiting" in states
        await asyncio.sleep(0.02)
    await house.alerts.stop()


async def test_nobody_is_told_of_a_camera_that_they_may_not_see(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    house = _House(tmp_path, sees=False)
    await house.alerted(receiver)
    house.hear(motion_started())
    while await house.states() != ["refused"]:
        await asyncio.sleep(0.02)
    await house.alerts.stop()

    assert receiver.letters == receiver.refused == []


async def test_a_flood_is_one_alert_and_its_sum(tmp_path: Path, receiver: AlertReceiver) -> None:
    house = _House(tmp_path)
    await house.alerted(receiver, clip=False)
    house.hear(motion_started())
    await receiver.until_told(1)
    house.hear(*(motion_started(event_id=f"e{n}") for n in range(2, 40)))
    while (await house.states()).count("swallowed") != 38:
        await asyncio.sleep(0.02)
    house.clock.advance(61)
    house.hear(motion_started(event_id="last"))
    await receiver.until_told(2)
    await house.alerts.stop()

    assert "38 more were left out" in receiver.letters[1]["text"]


async def test_a_slow_one_delays_nobody_else(tmp_path: Path, receiver: AlertReceiver) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    left = asyncio.Event()
    hanging = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{hanging.sockets[0].getsockname()[1]}/"
    house = _House(tmp_path)
    await house.alerted(receiver, to=["hook"], at_most_every_s=0)
    await house.alerts.put(
        "destinations", {"id": "slow", "name": "S", "kind": "webhook", "settings": {"url": url}}
    )
    await house.alerts.put("rules", {**RULE, "id": "r", "to": ["slow", "hook"], "at_most_every_s": 0})

    house.hear(*(motion_started(event_id=f"e{n}") for n in range(5)))
    await receiver.until_told(5)
    await house.alerts.stop()
    await left.wait()
    hanging.close()
    await hanging.wait_closed()

    assert [letter["happening"] for letter in receiver.letters] == [f"e{n}" for n in range(5)]


async def test_what_waited_is_told_by_the_next_run_and_says_that_it_is_late(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    receiver.status = 503
    house = _House(tmp_path)
    await house.alerted(receiver)
    house.hear(motion_started(started_at=house.clock.wall()))
    await until(lambda: receiver.refused)
    await house.alerts.stop()
    receiver.status = 200

    later = _House(tmp_path)
    later.clock.advance(1800)
    await later.alerts.start()
    await receiver.until_told(1)
    await later.alerts.stop()

    assert receiver.letters[0]["id"] == receiver.refused[0]["id"]
    assert "30 minutes ago" in receiver.letters[0]["text"]


async def test_a_disk_that_takes_nothing_is_told_and_nothing_is_lost(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    house = _House(tmp_path)
    await house.alerted(receiver)
    with closing(sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        house.hear(motion_started())
        await until(lambda: house.alerts.problem)
        (duty,) = [state for state in house.duties.states() if state.name == "alerts"]
        assert duty.status is DutyStatus.WAITING
        assert receiver.letters == []
        somebody.execute("ROLLBACK")

    await receiver.until_told(1)
    await house.alerts.stop()

    assert house.alerts.problem is None


async def test_settings_that_can_not_be_read_are_kept_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "alerts.json").write_text('{"version": 1, "rules": 5}')
    house = _House(tmp_path)

    await house.alerts.start()
    await house.alerts.stop()

    assert "nobody is alerted: rules" in caplog.text
    assert (tmp_path / "alerts.json.broken").exists()


async def test_too_much_at_once_is_counted_and_never_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts_service, "_MOST_HEARD", 10)
    house = _House(tmp_path)

    house.hear(*(motion_started(event_id=f"e{n}") for n in range(25)))

    assert house.alerts.unheard == 15


async def test_a_letter_that_gcam_fails_over_keeps_no_other_from_its_way(
    tmp_path: Path, receiver: AlertReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = _House(tmp_path)
    await house.alerted(receiver, at_most_every_s=0)
    really = WebhookChannel.send

    async def send(self: WebhookChannel, letter: Letter) -> Receipt:
        if letter.facts["happening"] == "e1":
            raise ZeroDivisionError
        return await really(self, letter)

    monkeypatch.setattr(WebhookChannel, "send", send)
    house.hear(motion_started(), motion_started(event_id="e2"))
    await receiver.until_told(1)
    told = {letter.draft.happening: (letter.state, letter.said) for letter in await house.alerts.newest(9)}
    (defect,) = [state for state in house.duties.states() if state.name == "alerts of hook"]
    await house.alerts.stop()

    assert [letter["happening"] for letter in receiver.letters] == ["e2"]
    assert told["e1"][0] == "waiting"
    assert "ZeroDivisionError" in (told["e1"][1] or "")
    assert defect.failures >= 1  # and once more when the other one got through


async def test_the_clip_follows_an_alarm_too(tmp_path: Path, receiver: AlertReceiver) -> None:
    house = _House(tmp_path)
    await house.alerted(receiver, topics=["alarm"])
    cause = AlarmCause(AlarmKind.MOTION, house.clock.wall(), camera_id="door", event_id="e1")
    house.hear(
        motion_started(), Alarm("a1", cause, is_new=True), ClipReady(make_clip("c1", DOOR, event_ids=("e1",)))
    )
    await receiver.until_told(2)
    await house.alerts.stop()

    picture, clip = receiver.letters
    assert (picture["content"], clip["content"]) == (JPEG, b"moving pictures")
    assert (picture["topic"], clip["follows"], clip["importance"]) == ("alarm", picture["id"], "urgent")


async def test_in_quiet_hours_it_comes_without_a_sound_but_what_is_urgent(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    house = _House(tmp_path)
    now = f"{datetime.fromtimestamp(house.clock.wall()).astimezone():%H:%M}"
    quiet = {"start": now, "end": "23:59" if now < "23:59" else "00:01"}
    await house.alerted(receiver, quiet=quiet, clip=False, at_most_every_s=0)
    await house.alerts.put("rules", {**RULE, "id": "urgent", "importance": "urgent", "quiet": quiet})
    house.hear(motion_started())
    await receiver.until_told(2)
    await house.alerts.stop()

    assert {letter["importance"] for letter in receiver.letters} == {"quiet", "urgent"}


@pytest.mark.parametrize(
    ("zone", "importance"), [("Pacific/Kiritimati", "quiet"), ("America/New_York", "normal")]
)
async def test_quiet_hours_are_of_the_time_zone_that_somebody_chose(
    tmp_path: Path, receiver: AlertReceiver, zone: str, importance: str
) -> None:
    """At 22:13 UTC it is noon on the one side of the world, and five in the afternoon on the other."""
    with local_times():
        use_timezone(zone)
        house = _House(tmp_path)
        await house.alerted(receiver, quiet={"start": "12:00", "end": "13:00"})
        house.hear(motion_started())
        await receiver.until_told(1)
        await house.alerts.stop()

    assert receiver.letters[0]["importance"] == importance


async def test_the_log_calls_them_as_people_do(site: Site, receiver: AlertReceiver) -> None:
    await put(site, "destinations/a1", hook(receiver, name="Ada’s phone"))
    await put(site, "rules/r1", RULE | {"name": " At the door ", "to": ["a1"]})
    async with site.http.post("/api/v1/alerts/destinations/a1/try") as answer:
        assert answer.status == 200
    for what in ("rules/r1", "destinations/a1"):
        async with site.http.delete(f"/api/v1/alerts/{what}") as answer:
            assert answer.status == 204

    deeds = reversed(await site.access.audit.read(before=None, who_id=site.owner.id, limit=10))
    assert [(deed.action, deed.subject) for deed in deeds] == [
        ("alert_destination", "Ada’s phone"),
        ("alert_rule", "At the door"),
        ("alert_try", "Ada’s phone"),
        ("alert_rule_remove", "At the door"),
        ("alert_destination_remove", "Ada’s phone"),
    ]


async def test_peace_from_a_camera_is_kept_and_ends_when_it_is_said_to(
    site: Site, receiver: AlertReceiver
) -> None:
    await alerted(site, receiver, armed=False, modes=["away"], quiet={"start": "22:00", "end": "06:00"})
    assert await put(site, "snooze", {"camera": "door", "seconds": 600}) == (204, None)
    site.engine.publish(motion_started())
    await until(lambda: not site.services.alerts._heard)
    shown = await read(site)
    assert shown["snoozes"] == [{"camera": "door", "until": shown["now"] + 600}]
    assert (shown["rules"][0]["modes"], shown["rules"][0]["quiet"]["start"]) == (["away"], "22:00")

    assert await put(site, "snooze", {"camera": "door", "seconds": 0}) == (204, None)
    assert (await read(site))["snoozes"] == []
    for body in ({"seconds": 600}, {"camera": None, "seconds": 0}):
        assert await put(site, "snooze", body) == (204, None)
        assert [one["camera"] for one in (await read(site))["snoozes"]] == [None] * bool(body["seconds"])
    site.engine.publish(motion_started(event_id="e2"))
    await receiver.until_told(1)
    assert [letter["happening"] for letter in receiver.letters] == ["e2"]
