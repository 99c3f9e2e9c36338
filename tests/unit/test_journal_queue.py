from __future__ import annotations

from gcam_addon.model import ClipKind, Codec, Size, jpeg_unit
from gcam_addon.recording.commands import Append, Begin, End
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_queue import JournalQueue
from tests.support.films import film
from tests.support.frames import mjpeg

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
