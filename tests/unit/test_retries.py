"""When a journal that could not be made a clip of is tried again, and when no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.errors import DiskError, RecordingError, StorageFull
from gcam_addon.recording.retries import Retries

JOURNAL = Path("journal/clip.mkv")


def minutes_between(error: RecordingError, attempts: int) -> list[int]:
    """With a look each minute."""
    clock = ManualClock()
    retries = Retries(clock)
    waits = []
    for _ in range(attempts):
        retries.failed(JOURNAL, error)
        waited = 0
        while retries.due() != [JOURNAL]:
            clock.advance(60.0)
            waited += 1
        waits.append(waited)
    return waits


@pytest.mark.parametrize("error", [DiskError("no"), RecordingError("no")])
def test_pauses_grow_to_ten_minutes(error: RecordingError) -> None:
    assert minutes_between(error, 8) == [0, 1, 2, 4, 8, 10, 10, 10]


def test_want_of_room_is_looked_at_each_time() -> None:
    assert minutes_between(StorageFull("no"), 4) == [0, 0, 0, 0]


def test_only_what_is_not_the_disk_s_fault_is_given_up() -> None:
    retries = Retries(ManualClock())
    for _ in range(50):
        retries.failed(JOURNAL, DiskError("no"))
        retries.failed(JOURNAL, StorageFull("no"))
    assert not retries.is_hopeless(JOURNAL)
    counts = [retries.failed(JOURNAL, RecordingError("no")) for _ in range(5)]
    assert counts == [101, 102, 103, 104, 105]
    assert retries.is_hopeless(JOURNAL)
    retries.forget(JOURNAL)
    assert not retries.is_hopeless(JOURNAL)
    assert retries.due() == []
