"""The audit log, where its file can't be written for a while."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from gcam_addon.access.audit import MOST_WAITING, Audit
from gcam_addon.access.model import Deed
from gcam_addon.access.principal import ANYBODY
from gcam_addon.access.store import AccessStore
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.model import DutyStatus
from tests.support.loop_time import LoopTime
from tests.support.waiting import PATIENCE_S, patience, until


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


class Disk(AccessStore):
    """Refuses every deed until it does not; says so when it may."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.refuses, self.tries = True, 0
        self.written: list[str] = []
        self.answers = threading.Event()
        self.answers.set()

    def add_deeds(self, deeds: Sequence[Deed], *, forget_before: float) -> None:
        self.tries += 1
        assert self.answers.wait(PATIENCE_S)
        if self.refuses:
            raise ConfigError("refused")
        self.written += [deed.action for deed in deeds]


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


async def test_what_a_reader_fails_to_write_is_tried_again(
    duties: Duties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the reader tries, nothing waits: whoever writes must not take that for the end."""
    disk, loop_time = Disk(tmp_path / "none.db"), LoopTime(monkeypatch)
    audit = Audit(disk, ManualClock(wall_offset_s=1_700_000_000.0).wall, duties=duties, retry_s=10.0)
    audit.note(ANYBODY, "::1", "first")
    await _turned(lambda: [state.status for state in duties.states()] == [DutyStatus.WAITING])
    disk.answers.clear()
    reader = asyncio.create_task(audit.flush())
    await _turned(lambda: disk.tries == 2)
    loop_time.advance(10.0)
    await _turns(10)
    disk.answers.set()
    await reader
    disk.refuses = False
    loop_time.advance(10.0)
    await _turned(lambda: disk.written)
    assert disk.written == ["first"]
    monkeypatch.undo()
    await audit.stop()


async def _turned(holds: Callable[[], object]) -> None:
    """As `until`, where the loop's clock stands still."""
    async with patience():
        while not holds():
            await asyncio.sleep(0)


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


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
