from __future__ import annotations

from gcam_addon.model import ClipKind, Size, jpeg_unit
from gcam_addon.recording.commands import Append, Begin
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_queue import JournalQueue
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
