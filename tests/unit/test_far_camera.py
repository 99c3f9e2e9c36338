"""A camera that another process runs, as the desk has it: who watches gets what comes, once, and no more than
that; what went on in a process that ended is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from gcam_addon.model import EncodedFrame, MotionNamed, MotionStarted, Named, Size
from gcam_addon.model.naming import Kind
from gcam_addon.nodes.far import Asking, FarCamera, Feed
from gcam_addon.nodes.messages import Picture, Seen
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import patience


class _Node:
    """What it was asked for, in order, and what goes on."""

    def __init__(self) -> None:
        camera = make_camera("door")
        self.asked: list[tuple[str, Seen]] = []
        self.feeds: list[Feed] = []
        self.far = FarCamera(camera, make_state(camera), Asking(self._begin, self._end))

    def _begin(self, feed: Feed) -> None:
        self.asked.append(("begin", feed.thing.what))
        self.feeds.append(feed)

    def _end(self, feed: Feed) -> None:
        self.asked.append(("end", feed.thing.what))
        self.feeds.remove(feed)

    def send(self, pts_s: float) -> None:
        for feed in self.feeds:
            feed.put(Picture(1, EncodedFrame(b"\xff\xd8", pts_s, pts_s, Size(2, 2))))

    def has_no_more(self) -> None:
        """As when privacy begins."""
        for feed in self.feeds:
            feed.over()
        self.feeds.clear()


async def _next(watched: AsyncGenerator[EncodedFrame, None]) -> float | None:
    async with patience():
        picture = await anext(watched, None)
    return None if picture is None else picture.pts_s


async def _begun(watched: AsyncGenerator[EncodedFrame, None]) -> asyncio.Task[float | None]:
    waits = asyncio.create_task(_next(watched))
    await asyncio.sleep(0)
    return waits


async def test_what_is_watched_comes_once_for_all_and_no_longer_than_somebody_watches() -> None:
    node = _Node()
    one, other = (node.far.pictures(hd=False).watch() for _ in range(2))
    waiting = [await _begun(one), await _begun(other)]
    node.send(1.0)
    assert [await waits for waits in waiting] == [1.0, 1.0]
    await one.aclose()
    assert node.asked == [("begin", Seen.PICTURES)]
    await other.aclose()
    assert node.asked == [("begin", Seen.PICTURES), ("end", Seen.PICTURES)]


async def test_who_comes_while_those_before_still_leave_gets_pictures() -> None:
    node = _Node()
    former, later = (node.far.pictures(hd=False).watch() for _ in range(2))
    leaving = await _begun(former)
    node.has_no_more()
    coming = await _begun(later)
    node.send(2.0)
    assert await leaving is None
    assert await coming == 2.0
    await later.aclose()
    assert [what for what, _ in node.asked] == ["begin", "begin", "end"]


async def test_switched_off_it_ends_who_watches_and_keeps_nothing() -> None:
    node = _Node()
    watched = node.far.pictures(hd=False).watch()
    waits = await _begun(watched)
    epoch = node.far.epoch
    node.far.dismiss()
    assert await waits is None
    assert node.far.epoch > epoch
    assert node.far.pictures(hd=False).latest is None


def test_an_event_whose_process_ended_ends_with_what_is_known_of_it() -> None:
    far = _Node().far
    assert far.cut_off(1.0, 1.0) is None
    named = (Named(Kind.PERSON, 90.0, (0.1, 0.1, 0.2, 0.4)),)
    far.hear(MotionStarted("door", "door-1", 5.0, 100.0, score=0.5, reason="it moves", zones=("path",)))
    far.hear(MotionNamed("door", "door-1", 6.0, 100.0, named))
    over = far.cut_off(9.0, 99.0)
    assert over is not None
    assert (over.event_id, over.started_at, over.ended_at) == ("door-1", 100.0, 100.0), "clocks step back"
    assert (over.named, over.zones, over.peak) == (named, ("path",), 0.5)
    assert far.cut_off(9.0, 99.0) is None


def test_by_hand_it_is_recorded_for_as_long_as_is_left() -> None:
    camera = make_camera("door")
    asking = Asking(lambda _: None, lambda _: None)
    assert FarCamera(camera, make_state(camera), asking).by_hand_s(100.0) == 0
    far = FarCamera(camera, make_state(camera, manual_until=160.0), asking)
    assert far.by_hand_s(100.0) == 60
    assert far.by_hand_s(200.0) == 0
