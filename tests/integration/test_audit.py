"""The audit log, where its file can't be written for a while."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from gcam_addon.access.audit import MOST_WAITING, Audit
from gcam_addon.access.principal import ANYBODY
from gcam_addon.access.store import AccessStore
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.model import DutyStatus
from tests.support.waiting import until


class File:
    """The accounts' database, which refuses deeds on demand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def refuses(self) -> None:
        self._run("CREATE TRIGGER refused BEFORE INSERT ON deeds BEGIN SELECT RAISE(ABORT, 'refused'); END")

    def takes_again(self) -> None:
        self._run("DROP TRIGGER refused")

    def deeds(self) -> list[str]:
        return [row[0] for row in self._run("SELECT action FROM deeds ORDER BY id")]

    def _run(self, statement: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            return connection.execute(statement).fetchall()


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "access.db")


@pytest.fixture
def duties() -> Duties:
    return Duties(ManualClock())


@pytest.fixture
async def audit(tmp_path: Path, duties: Duties) -> AsyncIterator[Audit]:
    store = AccessStore(tmp_path / "access.db")
    store.open()
    audit = Audit(store, ManualClock(wall_offset_s=1_700_000_000.0).wall, duties=duties, retry_s=0.05)
    yield audit
    await audit.stop()
    store.close()


async def test_deeds_that_can_t_be_written_wait_until_they_can(
    audit: Audit, file: File, duties: Duties, caplog: pytest.LogCaptureFixture
) -> None:
    file.refuses()
    audit.note(ANYBODY, "::1", "first")
    await until(lambda: "refused" in str(duties.states()))
    (state,) = duties.states()
    assert (state.name, state.status, state.failures) == ("audit", DutyStatus.WAITING, 1)
    audit.note(ANYBODY, "::1", "second")
    await audit.flush()
    assert file.deeds() == []
    file.takes_again()
    await until(lambda: len(file.deeds()) == 2)
    assert file.deeds() == ["first", "second"]
    await until(lambda: duties.states()[0].status is DutyStatus.ENDED)
    assert duties.states()[0].failures == 1
    assert audit.lost == 0


async def test_no_more_deeds_wait_than_there_is_room_for_and_the_lost_ones_are_counted(
    audit: Audit, file: File, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    file.refuses()
    for number in range(MOST_WAITING + 7):
        audit.note(ANYBODY, "::1", f"deed {number}")
    await audit.flush()
    audit.note(ANYBODY, "::1", "one more")
    await audit.flush()
    assert audit.lost == 8
    file.takes_again()
    await audit.flush()
    assert len(file.deeds()) == MOST_WAITING
    assert "8 deeds are not in it" in caplog.text


async def test_what_waits_is_written_by_a_stop(audit: Audit, file: File) -> None:
    file.refuses()
    audit.note(ANYBODY, "::1", "first")
    await audit.flush()
    file.takes_again()
    await audit.stop()
    assert file.deeds() == ["first"]
