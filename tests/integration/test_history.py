"""The history on disk and over HTTP."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gcam_addon.access.principal import Role
from gcam_addon.clock import ManualClock
from gcam_addon.disk.database import engine_for
from gcam_addon.duties import Duties
from gcam_addon.errors import LaterVersion, NotFound
from gcam_addon.history.chronicle import Change, Entry, Kind, Line
from gcam_addon.history.migrations import VERSION_TABLE
from gcam_addon.history.schema import METADATA
from gcam_addon.history.service import PICTURE_WIDTH_PX, History
from gcam_addon.history.store import KEEP_S, HistoryStore, Most, Wanted
from gcam_addon.model import (
    Box,
    CameraChanged,
    ClipReady,
    ClipRemoved,
    DutyStatus,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Status,
)
from gcam_addon.model import Kind as What
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import patience
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

DOOR, GARDEN = make_camera("door", name="Entrée"), make_camera("garden")
NOW = STARTED_AT
MOST_MOTIONS, MOST_OTHERS = 200, 50
PASSWORD = "four other plain words"


def picture() -> bytes:
    done, jpeg = cv2.imencode(".jpg", np.full((480, 640, 3), 90, np.uint8))
    assert done
    return jpeg.tobytes()


def motion(camera_id: str, event_id: str, at: float) -> tuple[MotionStarted, MotionEnded]:
    jpeg = picture()
    return (
        MotionStarted(camera_id, event_id, 0.0, at, 2.0, "came", (), (), jpeg),
        MotionEnded(camera_id, event_id, 4.0, at, at + 4, 9.0, "left", (), jpeg),
    )


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[DOOR, GARDEN]) as site:
        for camera in (DOOR, GARDEN):
            site.engine.publish(CameraChanged(make_state(camera)))
        for event in (*motion("door", "e1", NOW + 100), *motion("garden", "e2", NOW + 200)):
            site.engine.publish(event)
        yield site


async def entries(site: Site, query: str = "") -> list[dict[str, object]]:
    async with site.http.get(f"/api/v1/history?{query}") as response:
        assert response.status == 200, await response.text()
        return list((await response.json())["entries"])


async def test_what_happened_is_there_at_once_newest_first(site: Site) -> None:
    newest, oldest = await entries(site)
    assert (newest["camera_id"], newest["score"], newest["ended_at"]) == ("garden", 9.0, NOW + 204)
    assert (oldest["camera_name"], oldest["reason"], oldest["picture"]) == ("Entrée", "left", True)
    async with site.http.get(f"/api/v1/history/{oldest['id']}/picture.jpg") as response:
        jpeg = await response.read()
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape[1] == PICTURE_WIDTH_PX
    assert len(jpeg) < 20_000


async def test_filters_and_pages(site: Site) -> None:
    assert [entry["camera_id"] for entry in await entries(site, "camera=door")] == ["door"]
    assert await entries(site, "kind=lost") == []
    assert [entry["camera_id"] for entry in await entries(site, f"before={NOW + 150}")] == ["door"]
    (newest,) = await entries(site, "limit=1")
    assert [entry["camera_id"] for entry in await entries(site, f"older_than={newest['id']}")] == ["door"]
    for wrong in ("kind=odd", "limit=0", "older_than=x", "colour=red"):
        async with site.http.get(f"/api/v1/history?{wrong}") as response:
            assert response.status == 400


async def test_days_end_at_midnight_wherever_that_is(site: Site) -> None:
    in_kathmandu = datetime(2026, 11, 27, tzinfo=ZoneInfo("Asia/Kathmandu")).timestamp()  # 18:15 UTC
    for number, at in enumerate((in_kathmandu - 0.5, in_kathmandu, in_kathmandu + 1)):
        site.engine.publish(motion("door", f"midnight {number}", at)[0])
    days = f"/api/v1/history/days?after={in_kathmandu - 60}&before={in_kathmandu + 60}"
    for timezone, told in (
        ("Asia/Kathmandu", {"2026-11-26": 1, "2026-11-27": 2}),
        ("UTC", {"2026-11-26": 3}),
        ("Australia/Eucla", {"2026-11-27": 3}),
    ):
        async with site.http.get(f"{days}&timezone={timezone}") as response:
            assert {day["day"]: day["entries"] for day in (await response.json())["days"]} == told


async def test_motion_is_found_by_what_moved(site: Site) -> None:
    cat = Named(What.ANIMAL, 70.5, Box(0.0, 0.5, 0.25, 0.25), pictured=True)
    begun, over = motion("door", "e3", NOW + 300)
    site.engine.publish(begun)
    site.engine.publish(MotionNamed("door", "e3", 1.0, NOW + 300, (cat,)))
    (found,) = await entries(site, "what=animal&what=person")
    assert (found["what"], found["ended_at"]) == (["animal"], None)
    site.engine.publish(replace(over, named=(cat, replace(cat, kind=What.VEHICLE)), unwanted=True))
    (found,) = await entries(site, "what=vehicle")
    assert (found["what"], found["code"]) == (["animal", "vehicle"], "unwanted")
    assert found["named"][0] == {  # type: ignore[index]
        "kind": "animal",
        "score": 70.5,
        "box": {"x": 0.0, "y": 0.5, "width": 0.25, "height": 0.25},
        "pictured": True,
    }
    assert await entries(site, "what=person") == []
    assert [entry["what"] for entry in await entries(site)][1:] == [None, None]
    async with site.http.get("/api/v1/history?what=drone") as response:
        assert response.status == 400


async def test_motion_knows_its_clip_and_why_it_has_none(site: Site) -> None:
    clip = make_clip("c1", DOOR, event_ids=("e1",))
    site.engine.publish(ClipReady(clip))
    (entry,) = await entries(site, "camera=door")
    assert entry["clip_id"] == "c1"
    site.engine.publish(ClipRemoved("c1", "door", "older than 30 days"))
    (entry,) = await entries(site, "camera=door")
    assert (entry["clip_id"], entry["code"], entry["reason"]) == (None, "clip_removed", "older than 30 days")


async def test_each_reader_has_the_reasons_in_their_language(site: Site) -> None:
    """Also after a restart: what they are made of is kept. What came as a text stays one."""
    moved = because("motion_seen", score=4.2, place="")
    begun = MotionStarted("door", "e3", 0.0, NOW + 300, 4.2, moved, (), (), picture())
    site.engine.publish(begun)
    for language, said in (("fr-BE,en;q=0.5", "fr"), ("nl", "en"), ("", "en")):
        async with site.http.get("/api/v1/history", headers={"Accept-Language": language}) as response:
            newest, *others = (await response.json())["entries"]
        assert newest["reason"] == moved.in_language(said)
        assert newest["reason_said"] == moved.as_json()
        assert {(entry["reason"], entry["reason_said"]) for entry in others} == {("left", None)}


async def test_a_viewer_of_one_camera_learns_nothing_of_the_other(site: Site) -> None:
    garden = next(entry for entry in await entries(site) if entry["camera_id"] == "garden")
    await site.access.add("viewer", PASSWORD, Role.VIEWER, frozenset({"door"}))
    login = {"name": "viewer", "password": PASSWORD}
    async with site.http.post("/api/v1/session", json=login) as response:
        assert response.status == 200
    assert [entry["camera_id"] for entry in await entries(site)] == ["door"]
    assert await entries(site, "camera=garden") == []
    async with site.http.get(f"/api/v1/history/{garden['id']}/picture.jpg") as response:
        assert response.status == 404


async def test_a_crash_leaves_nothing_open(tmp_path: Path) -> None:
    clock = ManualClock()
    history = History(tmp_path, clock, Duties(clock))
    await history.start()
    started, _ = motion("door", "e1", NOW + 100)
    history.publish(started)
    history.publish(CameraChanged(make_state(GARDEN, status=Status.LOST, since=NOW + 50, problem="gone")))
    await history.flush()  # and then the power goes
    again = History(tmp_path, clock, Duties(clock))
    await again.start()
    left = [kept.entry for kept in await again.list(Wanted(), 10)]
    assert [(entry.kind, entry.ended_at, entry.code) for entry in left] == [
        (Kind.LOST, NOW + 50, None),
        (Kind.MOTION, NOW + 100, "interrupted"),
    ]
    await again.stop()
    await history.stop()


async def test_a_forgotten_camera_leaves_no_trace(site: Site, tmp_path: Path) -> None:
    await entries(site)
    async with site.http.delete("/api/v1/cameras/door?footage=delete") as response:
        assert response.status == 204
    assert [entry["camera_id"] for entry in await entries(site)] == ["garden"]
    with engine_for(tmp_path / "events.db").connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM pictures")) == 1


def lines(kind: Kind, camera_id: str, count: int, first: int = 0) -> list[Change]:
    return [
        Line(
            Entry(f"{kind}{camera_id}{n}", kind, camera_id, camera_id, float(n)), b"x" * (kind is Kind.MOTION)
        )
        for n in range(first, first + count)
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HistoryStore]:
    store = HistoryStore(tmp_path / "events.db", Most(MOST_MOTIONS, MOST_OTHERS))
    yield store
    store.close()


def test_old_entries_go_and_there_are_never_too_many(store: HistoryStore) -> None:
    store.write(lines(Kind.MOTION, "door", MOST_MOTIONS + 50))
    store.tidy(0.0)
    kept = store.list(Wanted(), MOST_MOTIONS * 2)
    assert len(kept) == MOST_MOTIONS
    assert kept[-1].entry.started_at == 50
    store.tidy(MOST_MOTIONS + 40.0)
    assert [kept.entry.started_at for kept in store.list(Wanted(), 100)][-1] == MOST_MOTIONS + 40.0
    with pytest.raises(NotFound):
        store.picture("motiondoor50")
    assert store.picture(f"motiondoor{MOST_MOTIONS + 40}") == b"x"
    assert KEEP_S == 90 * 86_400


def test_a_camera_that_comes_and_goes_takes_nothing_from_the_rest(store: HistoryStore) -> None:
    store.write(lines(Kind.MOTION, "garden", 20) + lines(Kind.LOST, "garden", 20))
    store.write(
        lines(Kind.LOST, "door", MOST_OTHERS + MOST_MOTIONS) + lines(Kind.MOTION, "door", MOST_MOTIONS)
    )
    store.tidy(0.0)

    def count(camera_id: str, kind: Kind) -> int:
        return len(store.list(Wanted(frozenset({camera_id}), frozenset({kind})), MOST_MOTIONS * 2))

    assert count("garden", Kind.MOTION) == count("garden", Kind.LOST) == 20
    assert count("door", Kind.MOTION) == MOST_MOTIONS - 20
    assert count("door", Kind.LOST) == MOST_OTHERS - 20


def test_a_picture_that_is_not_there_is_not_claimed(store: HistoryStore) -> None:
    entry = Entry("k", Kind.MOTION, "door", "Door", 1.0, picture=True)
    store.write([Line(entry)])
    assert not store.list(Wanted(), 1)[0].entry.picture
    store.write([Line(entry, b"x"), Line(entry)])
    assert store.list(Wanted(), 1)[0].entry.picture
    assert store.picture("k") == b"x"


@asynccontextmanager
async def running(folder: Path, duties: Duties | None = None) -> AsyncIterator[History]:
    clock = ManualClock(wall_offset_s=NOW)
    history = History(folder, clock, duties or Duties(clock))
    await history.start()
    try:
        yield history
    finally:
        await history.stop()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """By another program, which lets nobody else write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def until(met: Callable[[], bool]) -> None:
    async with patience():
        while not met():
            await asyncio.sleep(0.01)


async def test_what_a_locked_file_can_t_take_waits_is_told_and_comes_in_later(tmp_path: Path) -> None:
    duties = Duties(ManualClock())
    async with running(tmp_path, duties) as history:
        with locked(tmp_path / "events.db"):
            for event in motion("door", "e1", NOW):
                history.publish(event)
            await history.flush()
            assert "locked" in str(history.problem)
            (duty,) = duties.states()
            assert (duty.name, duty.status, duty.failures) == ("history", DutyStatus.WAITING, 1)
        (kept,) = await history.list(Wanted(), 10)
        assert (kept.entry.score, kept.entry.picture) == (9.0, True)
        assert history.problem is None
        assert duties.states()[0].status is DutyStatus.RUNNING
        assert history.lost == 0


async def test_a_history_that_hangs_holds_up_nobody_else(tmp_path: Path) -> None:
    async with running(tmp_path) as history:
        with locked(tmp_path / "events.db"):
            asked = [asyncio.ensure_future(history.review(Wanted(), "ada")) for _ in range(50)]
            await asyncio.sleep(0)  # they begin first
            async with patience():
                assert await asyncio.to_thread(int) == 0
            assert not any(one.done() for one in asked)
        await asyncio.gather(*asked)


async def test_gcam_starts_while_the_file_is_locked(tmp_path: Path) -> None:
    async with running(tmp_path):
        pass
    with locked(tmp_path / "events.db"):
        async with running(tmp_path) as history:
            await until(lambda: history.problem is not None)
    async with running(tmp_path) as history:
        history.publish(motion("door", "e1", NOW)[0])
        assert len(await history.list(Wanted(), 10)) == 1


async def test_a_file_that_becomes_corrupt_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    async with running(tmp_path) as history:
        for event in motion("door", "e1", NOW):
            history.publish(event)
        await history.flush()
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
        for event in motion("garden", "e2", NOW + 10):
            history.publish(event)
        assert [kept.entry.camera_id for kept in await history.list(Wanted(), 10)] == ["garden"]
        assert history.problem is None
    assert path.with_name("events.db.corrupt").exists()


async def test_a_later_version_s_file_is_left_alone(tmp_path: Path) -> None:
    async with running(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "events.db")) as other, other:
        other.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(LaterVersion):
        async with running(tmp_path):
            pass


def test_a_corrupt_file_is_set_aside(tmp_path: Path, store: HistoryStore) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(b"no database at all" * 100)
    store.open()
    assert store.list(Wanted(), 10) == []
    assert (tmp_path / "events.db.corrupt").exists()


def test_the_migrations_make_the_schema_that_the_code_uses(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "events.db")
    store.open()
    engine = engine_for(tmp_path / "events.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
    store.close()
