from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gcam_addon.model import ClipKind, Codec, Size, jpeg_unit
from gcam_addon.recording.commands import Append, Begin, End
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_queue import JournalQueue
from tests.support.films import film
from tests.support.frames import mjpeg
from tests.support.waiting import PATIENCE_S, wait_until

SIZE = Size(16, 16)
ROOM = 10_000


def begun(*cameras: str) -> JournalQueue:
    """A queue that nobody takes from, with a clip of each."""
    queue = JournalQueue(ROOM)
    for camera in cameras:
        queue.put(Begin(ClipFacts(camera, camera, camera, ClipKind.MOTION, 0.0), mjpeg(SIZE)))
    return queue


def send(queue: JournalQueue, camera: str, frames: int, size_bytes: int = 100) -> None:
    for _ in range(frames):
        queue.put(Append(camera, jpeg_unit(bytes(size_bytes), 0.0, 0.0, SIZE)))


def test_a_camera_that_sends_without_end_takes_no_room_from_the_others() -> None:
    queue = begun("flood", "door", "yard")
    send(queue, "flood", 1000)
    send(queue, "door", 20)
    send(queue, "flood", 1000)
    send(queue, "yard", 20)
    assert (queue.queued("door"), queue.dropped("door")) == (20, 0)
    assert (queue.queued("yard"), queue.dropped("yard")) == (20, 0)
    assert (queue.queued("flood"), queue.dropped("flood")) == (100, 1900)


def test_all_that_waits_is_twice_the_room_at_most() -> None:
    cameras = [f"camera-{number}" for number in range(8)]
    queue = begun("flood", *cameras)
    for camera in ("flood", *cameras):
        send(queue, camera, 1000)
    assert sum(queue.queued(camera) for camera in ("flood", *cameras)) * 100 <= 2 * ROOM


def test_one_alone_has_all_the_room_and_no_more() -> None:
    queue = begun("door")
    send(queue, "door", 1000)
    assert queue.queued("door") == ROOM // 100


def taken(queue: JournalQueue) -> list[bytes]:
    """The pictures that wait, as if they were written."""
    found = []
    while (order := queue.take(0)) is not None:
        if isinstance(order, Append):
            queue.done("door", len(order.unit.data), kept=True)
            found += [] if order.unit.is_sound else [order.unit.data]
    return found


def test_what_builds_on_a_dropped_picture_goes_with_it_up_to_the_next_key() -> None:
    units = film(Codec.H264, 45, gop=15, sound=True)
    pictures = [unit for unit in units if not unit.is_sound]
    first = units.index(pictures[10])
    queue = JournalQueue(sum(len(unit.data) for unit in units[:first]))
    queue.put(Begin(ClipFacts("door", "door", "Door", ClipKind.MOTION, 0.0), units[0].tracks))
    for unit in units[: first + 1]:
        queue.put(Append("door", unit))
    kept = taken(queue)
    rest = units[first + 1 :]
    for unit in rest:
        queue.put(Append("door", unit))
        kept += taken(queue)
    assert kept == [unit.data for unit in [*pictures[:10], *pictures[15:]]]
    assert queue.dropped("door") == 5
    queue.put(End("door"))
    assert queue.queued("door") == 0


def test_of_a_boards_pictures_none_goes_with_another() -> None:
    queue = begun("door")
    send(queue, "door", 101)
    assert len(taken(queue)) == 100
    send(queue, "door", 5)
    assert (len(taken(queue)), queue.dropped("door")) == (5, 1)


class Bell(threading.Condition):
    """One that tells whether somebody waits, and how often it rang."""

    def __init__(self) -> None:
        super().__init__()
        self.waits, self.rang = 0, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        return super().wait(timeout)

    def notify(self, n: int = 1) -> None:
        self.rang += 1
        super().notify(n)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[JournalQueue, Bell]:
    """One of which what may wait does so for longer than any test."""
    monkeypatch.setattr("gcam_addon.recording.journal_queue.GATHERED_S", 10 * PATIENCE_S)
    queue, bell = begun("door", "yard"), Bell()
    taken(queue)
    monkeypatch.setattr(queue, "_wake", bell)
    return queue, bell


@pytest.mark.parametrize("others", ["a JPEG", "the end"])
def test_pictures_that_build_on_one_another_wait_for_more_and_others_for_nothing(
    watched: tuple[JournalQueue, Bell], others: str
) -> None:
    queue, bell = watched
    last = End("yard") if others == "the end" else Append("yard", jpeg_unit(b"1", 0.0, 0.0, SIZE))
    with ThreadPoolExecutor(1) as threads:
        taking = threads.submit(queue.take, 10 * PATIENCE_S)
        wait_until(lambda: bell.waits)
        rang = bell.rang
        units = [Append("door", unit) for unit in film(Codec.H264, 5)]
        for unit in units:
            queue.put(unit)
        assert bell.rang == rang, "nobody was woken"
        queue.put(last)
        assert [taking.result(PATIENCE_S), *iter(lambda: queue.take(0), None)] == [*units, last]


def test_who_waits_for_ever_is_told_of_all(watched: tuple[JournalQueue, Bell]) -> None:
    queue, bell = watched
    with ThreadPoolExecutor(1) as threads:
        taking = threads.submit(queue.take, None)
        wait_until(lambda: bell.waits)
        unit = Append("door", film(Codec.H264, 1)[0])
        queue.put(unit)
        assert taking.result(PATIENCE_S) == unit
