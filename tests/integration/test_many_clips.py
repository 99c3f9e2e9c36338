"""However many clips there are: what is asked often costs the same, and nothing reads or sorts them all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import RecordingSettings, RetentionSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import ANY_CLIP, ClipFilter, ClipKind
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.keeper import Keeper
from gcam_addon.recording.library import Library
from gcam_addon.recording.silence import Silence
from tests.support.made_index import CAMERAS, DAY_S, NOW, RARE_ZONE, make_index

FEW, MANY = 1_000, 8_000
SOME = frozenset(CAMERAS[1:4])
Ask = Callable[[Library], object]


class Watched:
    """A library, what it asked SQLite, and how much work that was: instructions of its machine, in tens."""

    def __init__(self, folder: Path, clips: int) -> None:
        self.work = 0
        self.asked: list[tuple[str, Any]] = []
        make_index(folder, clips)
        sa.event.listen(sa.Engine, "connect", self._connected)
        sa.event.listen(sa.Engine, "before_cursor_execute", self._asking)
        self.library = Library(folder / "gcam.db", lambda: NOW)
        self.library.open()

    def close(self) -> None:
        self.library.close()
        sa.event.remove(sa.Engine, "connect", self._connected)
        sa.event.remove(sa.Engine, "before_cursor_execute", self._asking)

    def cost(self, ask: Ask) -> int:
        self.work, self.asked = 0, []
        ask(self.library)
        return self.work

    def plans(self, folder: Path) -> Iterator[str]:
        """How SQLite finds each answer."""
        connection = sqlite3.connect(folder / "gcam.db")
        for statement, values in self.asked:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            yield " / ".join(row[3] for row in rows)
        connection.close()

    def _connected(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.set_progress_handler(self._worked, 10)

    def _worked(self) -> int:
        self.work += 1
        return 0

    def _asking(self, *what: Any) -> None:
        _connection, _cursor, statement, values, *_ = what
        self.asked.append((statement, values))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    watched = Watched(tmp_path_factory.mktemp("few"), FEW)
    yield watched
    watched.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="module")
def many(folder: Path) -> Iterator[Watched]:
    watched = Watched(folder, MANY)
    yield watched
    watched.close()


def listed(limit: int = 20, **wanted: Any) -> Ask:
    return lambda library: library.list(ClipFilter(**wanted), limit=limit)


STEADY: dict[str, Ask] = {
    "newest": listed(),
    "of a camera": listed(camera_ids=frozenset({CAMERAS[1]})),
    "of several cameras": listed(camera_ids=SOME),
    "next page": listed(older_than=(NOW - 300 * DAY_S, "x")),
    "in a zone": listed(zone="Path"),
    "by score": listed(min_score=20.0),
    "totals": lambda library: library.totals(),
    "sums": lambda library: library.holdings(),
    "stored per camera": lambda library: library.stored(),
    "trash seen": lambda library: (library.trash.newest(None, 50), library.trash.totals()),
    "trash too old": lambda library: library.trash.claim_aged(NOW, {CAMERAS[0]: NOW}, 50),
    "trash": lambda library: library.trash.claim_oldest(NOW, 50),
    "missing": lambda library: library.missing(),
    "oldest": lambda library: [next(library.oldest(camera_id)) for camera_id in CAMERAS],
}


@pytest.mark.parametrize("name", STEADY)
def test_what_is_asked_often_costs_the_same_with_eight_times_as_many_clips(
    few: Watched, many: Watched, name: str
) -> None:
    ask = STEADY[name]
    assert many.cost(ask) <= 1.3 * few.cost(ask) + 20


def test_a_look_costs_the_same_with_eight_times_as_many_clips(
    few: Watched, many: Watched, tmp_path: Path
) -> None:
    def look(library: Library) -> None:
        settings = StorageSettings(tmp_path, tmp_path, RetentionSettings(36_500, 10**15, 0))
        clock = ManualClock(wall_offset_s=NOW)
        finisher = Finisher(settings, library, lambda _clip: None, clock=clock, duties=Duties(clock))
        keeper = Keeper(tmp_path, settings.retention, library, finisher, clock, silence=Silence(clock))
        own = {camera_id: RecordingSettings(keep_days=400, max_bytes=10**15) for camera_id in CAMERAS}
        keeper.empty_trash(own, blocked=False)
        assert keeper.look(own, blocked=False).removed == ()

    assert many.cost(look) <= 1.3 * few.cost(look) + 20


RARE: dict[str, Ask] = {
    "kind": listed(kinds=frozenset({ClipKind.TIMELAPSE})),
    "zone": listed(zone=RARE_ZONE),
    "zone of a camera": listed(zone=RARE_ZONE, camera_ids=frozenset({CAMERAS[1]})),
    "protected": listed(protected=True, limit=1000),
    "length": listed(min_length_s=1000.0, max_length_s=2000.0),
    "score": listed(min_score=101.0),
    "unknown cameras": listed(camera_ids=frozenset({"x", "y"})),
    "days": lambda library: library.days(ANY_CLIP),
    "days of a month": lambda library: library.days(ClipFilter(after=NOW - 30 * DAY_S)),
    "days of some": lambda library: library.days(ClipFilter(SOME, zone="Path")),
    "cameras": lambda library: library.cameras(ANY_CLIP),
    "some cameras": lambda library: library.cameras(ClipFilter(SOME, min_score=5.0)),
    "usage": lambda library: library.usage(NOW - 7 * DAY_S),
    "overlapping": lambda library: library.overlapping(CAMERAS[1], NOW - DAY_S, NOW),
}


@pytest.mark.parametrize("name", [*STEADY, *RARE])
def test_every_answer_is_found_along_an_index_and_nothing_is_sorted(
    many: Watched, folder: Path, name: str
) -> None:
    many.cost((STEADY | RARE)[name])
    assert many.asked
    for plan in many.plans(folder):
        assert not re.search(r"SCAN clips(?! USING (COVERING )?INDEX clips_)", plan), plan
        assert "TEMP B-TREE" not in plan, plan
