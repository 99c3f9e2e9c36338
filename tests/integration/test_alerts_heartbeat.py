"""The heartbeat: an address is called while Gcam is well, and where that fails, who wants to knows of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.alerts import heartbeat as heartbeat_module
from gcam_addon.alerts.heartbeat import Heartbeat
from gcam_addon.alerts.service import Alerts, Household
from gcam_addon.channels import channel_for
from gcam_addon.channels.heartbeat import beat
from gcam_addon.clock import ManualClock
from gcam_addon.config.alert_model import HeartbeatSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ChannelError
from gcam_addon.model import DutyChanged, DutyState, DutyStatus, Storage, StorageChanged
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.fakes import make_camera
from tests.support.waiting import until
from tests.support.watch import SECRET, Watch, heartbeat_watch
from tests.support.web_fakes import Site, serve


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with heartbeat_watch() as watch:
        yield watch


@pytest.fixture
async def receiver() -> AsyncIterator[AlertReceiver]:
    async with alert_receiver() as receiver:
        yield receiver


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[make_camera("door")]) as site:
        yield site


async def put(site: Site, **body: Any) -> tuple[int, Any]:
    async with site.http.put("/api/v1/alerts/heartbeat", json=body) as answer:
        return answer.status, None if answer.status == 204 else await answer.json()


async def shown(site: Site) -> Any:
    async with site.http.get("/api/v1/alerts") as answer:
        text = await answer.text()
    assert "hush" not in text
    return json.loads(text)["heartbeat"]


async def told_of(site: Site, receiver: AlertReceiver, topic: str = "channel") -> None:
    alerts = site.services.alerts
    hook = {"id": "hook", "name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
    await alerts.put("destinations", hook)
    await alerts.put("rules", {"id": "r", "name": "R", "topics": [topic], "to": ["hook"]})


async def test_it_is_off_until_somebody_wants_it_and_then_called_at_once(
    site: Site, watch: Watch, tmp_path: Path
) -> None:
    assert await shown(site) is None

    assert await put(site, url=watch.url) == (204, None)
    await until(lambda: site.services.alerts.heartbeat.last_at)

    assert watch.calls == [("GET", SECRET)]
    heartbeat = await shown(site)
    assert heartbeat == {
        "host": "127.0.0.1",
        "every_s": 300.0,
        "last_at": site.clock.wall(),
        "problem": None,
        "problem_said": None,
    }
    assert json.loads((tmp_path / "alerts.json").read_text())["heartbeat"] == {"url": watch.url}


async def test_its_address_stays_where_another_time_is_chosen_and_goes_where_none_is(
    site: Site, watch: Watch
) -> None:
    await put(site, url=watch.url)
    await until(lambda: watch.calls)

    assert await put(site, every_s=600) == (204, None)
    await until(lambda: len(watch.calls) == 2)
    assert (await shown(site))["every_s"] == 600.0

    assert await put(site, url=None) == (204, None)
    assert await shown(site) is None
    await until(lambda: "heartbeat" not in [duty.name for duty in site.services.duties.states()])
    deeds = await site.access.audit.read(before=None, who_id=site.owner.id, limit=5)
    assert [deed.action for deed in reversed(deeds)] == ["alert_heartbeat", "alert_heartbeat_off"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "heartbeat.url"),
        ({"every_s": 300}, "heartbeat.url"),
        ({"url": "ftp://x/hush"}, "url"),
        ({"url": "https://x/hush", "every_s": 59}, "every_s"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_called(
    site: Site, body: dict[str, Any], field: str
) -> None:
    status, answer = await put(site, **body)

    assert (status, answer["error"]["field"]) == (400, field)
    assert "hush" not in json.dumps(answer)
    assert await shown(site) is None


async def test_one_that_is_refused_is_told_and_so_is_that_it_gets_through_again(
    site: Site, watch: Watch, receiver: AlertReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    await told_of(site, receiver)
    watch.status = 404
    await put(site, url=watch.url)
    await receiver.until_told(1)

    assert receiver.letters[0]["title"] == "The heartbeat does not get through"
    assert "127.0.0.1 did not take it: 404 as told" in receiver.letters[0]["text"]
    heartbeat = await shown(site)
    assert "404" in heartbeat["problem"]
    assert heartbeat["problem_said"]["code"] == "channel_refused"

    watch.status = 200
    await receiver.until_told(2)
    assert receiver.letters[1]["title"] == "The heartbeat gets through again"
    assert receiver.letters[1]["follows"] == receiver.letters[0]["id"]
    await until(lambda: site.services.alerts.heartbeat.problem is None)
    assert "hush" not in caplog.text + json.dumps([{**one, "file": None} for one in receiver.letters])


async def test_another_one_that_is_refused_is_told_anew(
    site: Site, watch: Watch, receiver: AlertReceiver
) -> None:
    await told_of(site, receiver)
    watch.status = 404
    await put(site, url=watch.url)
    await receiver.until_told(1)
    site.clock.advance(1)

    await put(site, url=watch.url + "?other")
    await receiver.until_told(2)

    assert {letter["title"] for letter in receiver.letters} == {"The heartbeat does not get through"}
    assert len({letter["id"] for letter in receiver.letters}) == 2


_FAILED = DutyState("index", DutyStatus.FAILED, failures=1, problem="it broke")


@pytest.mark.parametrize(
    ("ill", "well", "why"),
    [
        (
            StorageChanged(Storage(100, 0, 5, 1, problem="the disk is full")),
            StorageChanged(Storage(100, 50, 5, 1)),
            "the disk is full",
        ),
        (DutyChanged(_FAILED), DutyChanged(DutyState("index", DutyStatus.RUNNING, failures=1)), "it broke"),
    ],
)
async def test_it_is_silent_while_gcam_is_not_well(
    site: Site, watch: Watch, monkeypatch: pytest.MonkeyPatch, ill: Any, well: Any, why: str
) -> None:
    monkeypatch.setattr(heartbeat_module, "_LOOK_AGAIN_S", 0.02)
    site.engine.publish(ill)
    await until(lambda: not site.services.alerts._heard)

    await put(site, url=watch.url)
    await until(lambda: site.services.alerts.heartbeat.problem)
    heartbeat = await shown(site)
    assert why in heartbeat["problem"]
    assert "while something is wrong" in heartbeat["problem"]
    assert watch.calls == []

    site.engine.publish(well)
    await until(lambda: watch.calls)
    await until(lambda: site.services.alerts.heartbeat.problem is None)


async def test_the_next_run_goes_on_with_it(tmp_path: Path, watch: Watch) -> None:
    async def no_clip(_: str) -> None:
        return None

    for run in (1, 2):
        clock = ManualClock()
        household = Household(str, lambda: None, lambda *_: True, no_clip)
        alerts = Alerts(tmp_path, clock, household, channel_for, beat=beat, duties=Duties(clock))
        await alerts.start()
        if run == 1:
            await alerts.set_heartbeat({"url": watch.url})
        await until(lambda run=run: len(watch.calls) == run)
        await alerts.stop()


@asynccontextmanager
async def beating(call: Any, every_s: float) -> AsyncIterator[tuple[Heartbeat, list[str]]]:
    """And what is told of it."""
    told: list[str] = []
    clock = ManualClock()
    heartbeat = Heartbeat(
        HeartbeatSettings("http://watch/", every_s),
        call,
        clock,
        unwell=lambda: None,
        tell=told.append,
        duties=Duties(clock),
        jitter=lambda: 0.0,
    )
    heartbeat.start()
    try:
        yield heartbeat, told
    finally:
        await heartbeat.stop()


async def test_it_is_called_again_and_again() -> None:
    calls: list[str] = []

    async def call(url: str) -> None:
        calls.append(url)

    async with beating(call, 0.01):
        await until(lambda: len(calls) >= 3)
    assert set(calls) == {"http://watch/"}


async def test_a_line_that_is_away_for_a_moment_is_not_told_and_one_that_stays_away_once() -> None:
    answers = [False, False, True, *[False] * 5, True]
    calls, last = 0, asyncio.Event()

    async def call(_: str) -> None:
        nonlocal calls
        calls += 1
        if calls > len(answers):
            last.set()
        elif not answers[calls - 1]:
            raise ChannelError("no route")

    async with beating(call, 0.01) as (heartbeat, told):
        async with asyncio.timeout(60):
            await last.wait()
        await until(lambda: heartbeat.reached.problem is None)
    assert told == ["no route", ""]
