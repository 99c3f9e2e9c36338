"""What of the history somebody has looked at: per household, kept, and told to whoever listens."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.access.principal import Role
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.history.service import History
from gcam_addon.history.store import Wanted
from gcam_addon.model import CameraChanged, ClipReady, HistoryChanged, Status
from tests.integration.test_history import motion
from tests.support.fakes import make_camera, make_state
from tests.support.web_fakes import OWNER, STARTED_AT, Site, make_clip, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")
NOW, DAY_S = STARTED_AT, 86_400.0
RELEASES = Path(__file__).parents[1] / "data" / "releases"
PASSWORD = "four other plain words"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Two motions at the door, the second a day later, and one in the garden."""
    async with serve(tmp_path, cameras=[DOOR, GARDEN]) as site:
        for event in (
            *motion("door", "e1", NOW), *motion("garden", "e2", NOW + 10), *motion("door", "e3", NOW + DAY_S),
        ):  # fmt: skip
            site.engine.publish(event)
        yield site


async def asked(site: Site, path: str, method: str = "GET", status: int = 200, **body: Any) -> Any:
    async with site.http.request(method, f"/api/v1/history{path}", json=body or None) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def new(site: Site, query: str = "") -> int:
    return int((await asked(site, f"/unreviewed?{query}"))["count"])


async def test_one_is_marked_by_whom_and_when_and_unmarked(site: Site) -> None:
    assert await new(site) == 3
    oldest = (await asked(site, ""))["entries"][-1]
    assert (oldest["reviewed_at"], oldest["reviewed_by"]) == (None, None)
    marked = await asked(site, f"/{oldest['id']}", "PATCH", reviewed=True)
    assert (marked["reviewed_at"], marked["reviewed_by"]) == (site.clock.wall(), OWNER)
    assert await new(site) == 2
    assert [one["id"] for one in (await asked(site, "?reviewed=1"))["entries"]] == [oldest["id"]]
    assert oldest["id"] not in [one["id"] for one in (await asked(site, "?reviewed=0"))["entries"]]
    await asked(site, f"/{oldest['id']}", "PATCH", reviewed=False)
    assert await new(site) == 3


async def test_all_that_were_seen_are_marked_and_what_came_meanwhile_is_not(site: Site) -> None:
    seen = (await asked(site, ""))["entries"][0]["id"]
    for event in motion("door", "e4", NOW + DAY_S + 60):
        site.engine.publish(event)
    assert await asked(site, "/review?camera=door", "POST", up_to=seen) == {"count": 2}
    assert (await new(site), await new(site, "camera=garden")) == (2, 1)
    assert await asked(site, "/review", "POST", up_to=seen) == {"count": 1}
    deeds = await site.access.audit.read(before=None, who_id=None, limit=10)
    assert [(deed.action, deed.subject, deed.who) for deed in deeds] == [
        ("history.review", "1", OWNER), ("history.review", "2", OWNER),
    ]  # fmt: skip


async def test_playing_a_clip_marks_what_is_in_it(site: Site) -> None:
    site.engine.publish(ClipReady(make_clip("c1", DOOR, event_ids=("e1", "e3"))))
    assert await asked(site, "/review", "POST", clip_id="c1") == {"count": 2}
    assert await asked(site, "/review", "POST", clip_id="c1") == {"count": 0}
    assert await new(site) == 1


async def test_days_that_have_something(site: Site) -> None:
    answer = await asked(site, "/days?timezone=UTC")
    assert answer == {
        "timezone": "UTC",
        "days": [{"day": "2023-11-14", "entries": 2}, {"day": "2023-11-15", "entries": 1}],
    }
    assert (await asked(site, "/days?timezone=Asia/Tokyo"))["days"][0]["day"] == "2023-11-15"
    assert (await asked(site, "/days?timezone=UTC&camera=garden"))["days"][0]["entries"] == 1
    await asked(site, "/days?timezone=Nowhere", status=400)


async def test_who_only_looks_marks_nothing_and_learns_nothing_of_other_cameras(site: Site) -> None:
    garden = next(one for one in (await asked(site, ""))["entries"] if one["camera_id"] == "garden")
    await site.access.add("viewer", PASSWORD, Role.VIEWER, frozenset({"door"}))
    await site.access.add("member", PASSWORD, Role.MEMBER, frozenset({"door"}))
    for name, denied in (("viewer", 403), ("member", 404)):
        async with site.http.post("/api/v1/session", json={"name": name, "password": PASSWORD}) as response:
            assert response.status == 200
        assert await new(site) == 2
        await asked(site, f"/{garden['id']}", "PATCH", status=denied, reviewed=True)
    assert await asked(site, "/review", "POST", up_to=garden["id"] + 100) == {"count": 2}
    assert await site.services.history.count(Wanted(reviewed=False)) == 1


async def test_whoever_listens_is_told_of_what_they_may_see(site: Site) -> None:
    await site.services.history.flush()
    guest = (await site.access.add("viewer", PASSWORD, Role.VIEWER, frozenset({"door"}))).principal
    async with aclosing(site.services.events.follow(guest)) as messages:
        assert json.loads(await anext(messages))["type"] == "hello"
        garden = (await asked(site, "?camera=garden"))["entries"][0]
        await asked(site, f"/{garden['id']}", "PATCH", reviewed=True)
        await asked(site, f"/{garden['id'] + 1}", "PATCH", reviewed=True)
        assert json.loads(await anext(messages)) == {"type": "history_changed", "camera_id": "door"}


async def test_a_loss_that_comes_back_is_new_again(site: Site) -> None:
    lost = make_state(DOOR, status=Status.LOST, since=NOW, problem="gone")
    back = make_state(DOOR, status=Status.CONNECTED, since=NOW + 5)
    for state in (lost, back):
        site.engine.publish(CameraChanged(state))
    loss = (await asked(site, "?kind=lost"))["entries"][0]
    await asked(site, f"/{loss['id']}", "PATCH", reviewed=True)
    site.engine.publish(CameraChanged(make_state(DOOR, status=Status.LOST, since=NOW + 9, problem="gone")))
    (again,) = (await asked(site, "?kind=lost"))["entries"]
    assert (again["id"], again["times"], again["reviewed_at"]) == (loss["id"], 2, None)


async def test_what_was_there_before_is_not_new(tmp_path: Path) -> None:
    shutil.copy(RELEASES / "0.1.0" / "events.db", tmp_path)
    history = History(tmp_path, ManualClock(), Duties(ManualClock()))
    await history.start()
    assert await history.count(Wanted()) > 0
    assert await history.count(Wanted(reviewed=False)) == 0
    await history.stop()


async def test_it_outlives_the_program(tmp_path: Path) -> None:
    clock = ManualClock()
    told: list[object] = []
    history = History(tmp_path, clock, Duties(clock), told.append)
    await history.start()
    for event in (*motion("door", "e1", NOW), *motion("garden", "e2", NOW)):
        history.publish(event)
    assert await history.count(Wanted(reviewed=False)) == 2
    assert set(told) == {HistoryChanged("door"), HistoryChanged("garden")}
    await history.review(Wanted(camera_ids=frozenset({"door"})), "Ada")
    await history.stop()
    again = History(tmp_path, clock, Duties(clock))
    await again.start()
    (unseen,) = await again.list(Wanted(reviewed=False), 10)
    assert unseen.entry.camera_id == "garden"
    await again.stop()
