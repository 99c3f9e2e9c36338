"""What happens reaches every sink, whatever another one does."""

from __future__ import annotations

import logging

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.engines.bus import Bus
from gcam_addon.model import CameraAdded, DutyChanged, Event


class Hearing:
    def __init__(self) -> None:
        self.heard: list[Event] = []

    def publish(self, event: Event) -> None:
        self.heard.append(event)


class Raising:
    def publish(self, event: Event) -> None:
        raise KeyError("defect")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def duties(clock: ManualClock) -> Duties:
    return Duties(clock)


def test_a_sink_that_raises_is_told_and_the_others_hear(
    clock: ManualClock, duties: Duties, caplog: pytest.LogCaptureFixture
) -> None:
    bus, before, after = Bus(duties, clock), Hearing(), Hearing()
    for sink in (before, Raising(), after):
        bus.subscribe(sink)
    with caplog.at_level(logging.ERROR, "gcam_addon"):
        bus.publish(CameraAdded("door"))
    assert before.heard == after.heard == [CameraAdded("door")]
    (state,) = duties.states()
    assert (state.name, state.failures, state.problem) == ("sink Raising", 1, "KeyError: 'defect'")
    assert caplog.records[0].exc_info


def test_who_fails_on_everything_is_counted_and_told_now_and_then(clock: ManualClock, duties: Duties) -> None:
    bus, other = Bus(duties, clock), Hearing()
    bus.subscribe(Raising())
    bus.subscribe(other)
    duties.hear = lambda state: bus.publish(DutyChanged(state))
    for _ in range(100):
        bus.publish(CameraAdded("door"))
        clock.advance(1.0)
    told = [event.state.failures for event in other.heard if isinstance(event, DutyChanged)]
    assert told == [1, 62], "at first, and after a minute with all since; what told of it failed too"
    assert other.heard.count(CameraAdded("door")) == 100
