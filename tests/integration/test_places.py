"""Events by the place in the picture where something moved: kept, asked for over HTTP, and quick to find."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gcam_addon.access.principal import Role
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.history.places import Place
from gcam_addon.history.service import History
from gcam_addon.history.store import KEEP_S, HistoryStore, Most, Wanted
from gcam_addon.model import Region
from gcam_addon.picture.cells import meant, touched
from tests.integration.test_history import motion
from tests.support.fakes import make_camera
from tests.support.made_history import BUSY, CORNER, MIDDLE, QUIET, make_history
from tests.support.web_fakes import STARTED_AT, Site, serve

DOOR, TURNED = make_camera("door"), make_camera("turned", rotation=90)
NOW, PASSWORD = STARTED_AT, "four other plain words"
GATE = Region(0.1, 0.6, 0.1, 0.2, 2.0)
ROOF = Region(0.7, 0.0, 0.1, 0.1, 1.0)
RELEASES = Path(__file__).parents[1] / "data" / "releases"


def moved(camera_id: str, event_id: str, at: float, *regions: Region, rotation: int = 0) -> tuple[Any, Any]:
    begun, over = motion(camera_id, event_id, at)
    first, all_of_it = touched(regions[:1], rotation), touched(regions, rotation)
    return replace(begun, cells=first), replace(over, cells=all_of_it)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[DOOR, TURNED]) as site:
        for event in (
            *motion("door", "of old", NOW),
            *moved("door", "gate", NOW + 100, GATE),
            *moved("door", "roof", NOW + 200, ROOF),
            *moved("door", "both", NOW + 300, ROOF, GATE),
            *moved("turned", "its own gate", NOW + 400, GATE, rotation=90),
        ):
            site.engine.publish(event)
        yield site


async def asked(site: Site, query: str, status: int = 200) -> Any:
    async with site.http.get(f"/api/v1/history?{query}") as response:
        assert response.status == status, await response.text()
        return await response.json()


async def times(site: Site, query: str) -> list[float]:
    return [entry["started_at"] - NOW for entry in (await asked(site, query))["entries"]]


async def test_events_are_found_by_where_something_moved(site: Site) -> None:
    assert await times(site, "camera=door&place=0.12,0.65,0.05,0.1") == [300, 100]
    assert await times(site, "camera=door&place=0,0,1,0.1") == [300, 200]
    assert await times(site, "camera=door&place=0,0,1,1") == [300, 200, 100]
    assert await times(site, "camera=door&place=0.4,0.3,0.2,0.2") == []
    assert await times(site, f"camera=door&place=0,0,1,0.1&before={NOW + 250}") == [200]
    assert await times(site, f"camera=door&place=0,0,1,0.1&after={NOW + 250}") == [300]
    assert await times(site, "camera=door&place=0,0,1,0.1&kind=lost") == []
    newest = (await asked(site, "camera=door&place=0,0,1,0.1&limit=1"))["entries"][0]
    assert newest["picture"] is True
    assert await times(site, f"camera=door&place=0,0,1,0.1&older_than={newest['id']}") == [200]
    assert await times(site, "camera=door") == [300, 200, 100, 0]


async def test_what_began_before_places_were_kept_is_told(site: Site) -> None:
    assert (await asked(site, "camera=door&place=0,0,1,1"))["unplaced_until"] == NOW
    assert (await asked(site, "camera=turned&place=0,0,1,1"))["unplaced_until"] is None
    assert (await asked(site, "camera=door"))["unplaced_until"] is None


async def test_a_rectangle_is_meant_on_the_picture_as_it_is_shown_now(site: Site) -> None:
    """Kept is where that is in the camera's own picture."""
    gate, there_when_upright = "0.1,0.6,0.1,0.2", "0.6,0.8,0.2,0.1"
    assert await times(site, f"camera=turned&place={gate}") == [400]
    assert await times(site, f"camera=turned&place={there_when_upright}") == []
    await site.services.cameras.update("turned", {"rotation": 0})
    assert await times(site, f"camera=turned&place={there_when_upright}") == [400]
    assert await times(site, f"camera=turned&place={gate}") == []


async def test_days_numbers_and_marks_are_of_the_place_too(site: Site) -> None:
    place = "camera=door&place=0,0,1,0.1"
    async with site.http.get(f"/api/v1/history/days?{place}&timezone=UTC") as response:
        assert [day["entries"] for day in (await response.json())["days"]] == [2]
    newest = (await asked(site, "limit=1"))["entries"][0]["id"]
    async with site.http.post(f"/api/v1/history/review?{place}", json={"up_to": newest}) as response:
        assert await response.json() == {"count": 2}
    assert await times(site, f"{place}&reviewed=0") == []
    assert await times(site, "camera=door&reviewed=0") == [100, 0]


@pytest.mark.parametrize(
    "place",
    ["0,0,1", "0,0,1,1,1", "a,0,1,1", "0,0,0,1", "0.5,0,0.6,1", "-0.1,0,1,1", "0,0,2,1", "0,0,1,nan", ""],
)
async def test_what_is_no_rectangle_in_the_picture_is_refused(site: Site, place: str) -> None:
    assert (await asked(site, f"camera=door&place={place}", 400))["error"]["field"] == "place"


async def test_a_place_is_in_the_picture_of_one_camera(site: Site) -> None:
    for cameras in ("", "&camera=door&camera=turned"):
        assert (await asked(site, f"place=0,0,1,1{cameras}", 400))["error"]["field"] == "camera"
    assert await times(site, "camera=nobody&place=0,0,1,1") == []


async def test_who_does_not_see_the_camera_finds_nothing_there(site: Site) -> None:
    await site.access.add("viewer", PASSWORD, Role.VIEWER, frozenset({"turned"}))
    async with site.http.post("/api/v1/session", json={"name": "viewer", "password": PASSWORD}) as response:
        assert response.status == 200
    assert await times(site, "camera=turned&place=0,0,1,1") == [400]
    answer = await asked(site, "camera=door&place=0,0,1,1")
    assert (answer["entries"], answer["unplaced_until"]) == ([], None)


async def test_a_history_of_an_earlier_version_is_searched_from_now_on(tmp_path: Path) -> None:
    shutil.copy(RELEASES / "0.1.0" / "events.db", tmp_path)
    clock = ManualClock()
    history = History(tmp_path, clock, Duties(clock))
    await history.start()
    before = await history.list(Wanted(), 500)
    camera_id = next(kept.entry.camera_id for kept in before if kept.entry.kind == "motion") or ""
    everywhere = Wanted(place=Place(camera_id, meant(Region(0, 0, 1, 1, 100), 0)))
    assert await history.list(everywhere, 500) == []
    last = max(kept.entry.started_at for kept in before if kept.entry.camera_id == camera_id)
    assert await history.unplaced_until(camera_id) == last
    for event in moved(camera_id, "new", NOW, GATE):
        history.publish(event)
    (found,) = await history.list(everywhere, 500)
    assert found.entry.key == "new"
    await history.stop()


def test_places_go_with_their_events(tmp_path: Path) -> None:
    path = make_history(tmp_path, 60)
    store = HistoryStore(path, Most(motions=40))
    store.tidy(NOW - KEEP_S)
    assert rows(path, "entries") == rows(path, "places") == 40
    store.forget(QUIET)
    assert rows(path, "places") == rows(path, "entries") > 0
    store.forget(BUSY)
    assert rows(path, "places") == 0
    store.close()


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def asked_for(tmp_path: Path) -> Iterator[list[tuple[str, Any]]]:
    """What SQLite is asked."""
    statements: list[tuple[str, Any]] = []

    def note(*what: Any) -> None:
        _connection, _cursor, statement, values, *_ = what
        statements.append((statement, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("region", [MIDDLE, CORNER])
@pytest.mark.parametrize(
    "narrowed", [{}, {"reviewed": False}, {"after": NOW - 86_400.0}, {"older_than": 500}]
)
def test_a_place_is_looked_for_among_the_places_of_its_camera_alone(
    tmp_path: Path, asked_for: list[tuple[str, Any]], region: Region, narrowed: dict[str, Any]
) -> None:
    """In their order: nothing is sorted, and no entry is read that is not of the answer."""
    path = make_history(tmp_path, 1000)
    store = HistoryStore(path)
    store.open()
    asked_for.clear()
    store.list(Wanted(frozenset({BUSY}), place=Place(BUSY, meant(region, 0)), **narrowed), 50)
    ((statement, values),) = asked_for
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    store.close()
    assert re.match(r"SEARCH places USING PRIMARY KEY \(camera_id=\?", plan[0]), plan
    assert plan[1:] == ["SEARCH entries USING INTEGER PRIMARY KEY (rowid=?)"]


def test_the_rare_is_found_among_many(tmp_path: Path) -> None:
    store = HistoryStore(make_history(tmp_path, 2000))
    (only,) = store.list(Wanted(place=Place(BUSY, meant(CORNER, 0))), 50)
    assert only.id == 1002
    assert store.list(Wanted(place=Place(QUIET, meant(CORNER, 0))), 50) == []
    assert len(store.list(Wanted(place=Place(BUSY, meant(MIDDLE, 0))), 50)) == 50
    store.close()
