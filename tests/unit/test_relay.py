from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from gcam_addon.live.relay import Relay
from gcam_addon.model import EncodedFrame
from tests.support.web_fakes import make_frame


def next_of(frames: AsyncGenerator[EncodedFrame, None]) -> asyncio.Task[EncodedFrame]:
    async def step() -> EncodedFrame:
        return await anext(frames)

    return asyncio.create_task(step())


async def settle() -> None:
    """Let every task that can run do so: two rounds of the loop, no time passes."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_viewer_gets_the_very_frame_published_in_the_next_round_of_the_loop() -> None:
    relay, frame = Relay(), make_frame(1)
    viewer = next_of(relay.watch())
    await settle()
    relay.publish(frame)
    await settle()
    assert viewer.done()
    assert viewer.result() is frame  # shared, not copied


async def test_a_slow_viewer_skips_to_the_newest_and_what_it_missed_is_counted() -> None:
    relay = Relay()
    slow = relay.watch()
    first = next_of(slow)
    await settle()
    for number in range(5):
        relay.publish(make_frame(number))
    assert (await first).pts_s == 4
    for number in range(5, 8):
        relay.publish(make_frame(number))
    assert (await anext(slow)).pts_s == 7
    assert relay.skipped == 4 + 2
    await slow.aclose()


async def test_one_slow_viewer_costs_another_nothing() -> None:
    relay, seen = Relay(), []
    slow, fast = relay.watch(), relay.watch()
    stuck = next_of(slow)
    await settle()
    for number in range(10):
        waiting = next_of(fast)
        await settle()
        relay.publish(make_frame(number))
        seen.append((await waiting).pts_s)
    assert seen == list(range(10))
    await stuck
    assert (await anext(slow)).pts_s == 9
    await slow.aclose()
    await fast.aclose()


async def test_watching_begins_with_the_next_frame_and_latest_keeps_the_last() -> None:
    relay = Relay()
    assert relay.latest is None
    relay.publish(make_frame(1))
    viewer = next_of(relay.watch())
    await settle()
    assert not viewer.done()
    relay.publish(make_frame(2))
    assert (await viewer).pts_s == 2
    assert relay.latest is not None
    assert relay.latest.pts_s == 2


async def test_viewers_are_counted_while_they_watch() -> None:
    relay = Relay()
    frames = relay.watch()
    waiting = next_of(frames)
    await settle()
    assert relay.viewers == 1
    relay.publish(make_frame())
    await waiting
    await frames.aclose()
    assert relay.viewers == 0


async def test_a_viewer_cancelled_while_waiting_is_gone() -> None:
    relay = Relay()
    waiting = next_of(relay.watch())
    await settle()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert relay.viewers == 0
    relay.publish(make_frame())
    assert relay.skipped == 0


async def test_closing_ends_every_viewer_after_the_frame_it_has() -> None:
    relay = Relay()

    async def collect() -> list[float]:
        return [frame.pts_s async for frame in relay.watch()]

    waiting, reading = asyncio.create_task(collect()), asyncio.create_task(collect())
    await settle()
    relay.publish(make_frame(3))
    relay.close()
    assert await waiting == [3]
    assert await reading == [3]
    assert await collect() == []
    assert relay.viewers == 0


async def test_what_is_forgotten_reaches_nobody_any_more() -> None:
    relay: Relay[EncodedFrame] = Relay()
    watching = relay.watch()
    first = next_of(watching)
    await settle()
    relay.publish(make_frame(1))
    await settle()
    relay.publish(make_frame(2))  # waits for a viewer that is busy
    relay.forget()
    assert relay.latest is None
    second = next_of(watching)
    await settle()
    assert first.done()
    assert not second.done()
    relay.publish(make_frame(3))
    assert (await second).pts_s == 3
