"""Where a camera stands: an outage is over when pictures have come for a while."""

from __future__ import annotations

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.errors import ProtocolError, Rejected, Stalled
from gcam_addon.model import Status
from gcam_addon.pipeline.link import LOST_AFTER_S, STABLE_S, Link


class Camera:
    """Moves its own clock, and remembers every status told with when it began."""

    def __init__(self) -> None:
        self.clock = ManualClock(start_s=100.0)
        self.link = Link(self.clock)
        self.told = [(self.link.status, self.link.since)]
        self.news = 0

    def sends(self, seconds: float, fps: float = 5.0) -> Camera:
        self.link.attempt()
        for _ in range(max(1, round(seconds * fps))):
            self.link.picture(self.clock.monotonic())
            self._look()
            self.clock.advance(1.0 / fps)
        return self

    def fails(self, after_s: float = 0.5) -> Camera:
        self.clock.advance(after_s)
        self.news += self.link.failed(Stalled("silent"))
        self._look()
        return self

    def is_gone(self, attempts: int, each_s: float) -> Camera:
        for _ in range(attempts):
            self.link.attempt()
            self.fails(each_s)
        return self

    def _look(self) -> None:
        if self.told[-1] != (self.link.status, self.link.since):
            self.told.append((self.link.status, self.link.since))

    @property
    def statuses(self) -> list[Status]:
        return [status for status, _ in self.told]


def test_the_first_picture_connects_at_once() -> None:
    camera = Camera().sends(0.2)
    assert camera.statuses == [Status.CONNECTING, Status.CONNECTED]
    assert camera.link.problem is None
    assert camera.link.reconnects == 0


def test_a_board_that_reboots_is_back_with_its_first_picture() -> None:
    camera = Camera().sends(30).fails().is_gone(3, 1.0).sends(0.2)
    assert camera.link.status is Status.CONNECTED
    assert (camera.link.problem, camera.link.reconnects, camera.news) == (None, 1, 1)


@pytest.mark.parametrize("run_s", [0.2, 2.0, STABLE_S - 1])
def test_a_board_that_breaks_off_again_and_again_is_one_outage(run_s: float) -> None:
    camera = Camera().sends(30).fails()
    away_since = camera.link.since
    for _ in range(40):
        camera.sends(run_s).fails()
    statuses = camera.statuses[2:]
    assert statuses[:3] == [Status.RECONNECTING, Status.CONNECTED, Status.RECONNECTING]
    assert len(statuses) == 3, "whatever comes after that"
    assert camera.link.since == away_since
    assert camera.link.flaps
    assert camera.link.reconnects == 40
    assert camera.news == 2, "that it is gone, and that it is so again and again"


def test_and_it_is_over_when_pictures_came_for_a_while() -> None:
    camera = Camera().sends(30).fails().sends(1).fails().sends(1).fails().sends(STABLE_S + 1)
    assert camera.link.status is Status.CONNECTED
    assert not camera.link.flaps
    assert camera.link.is_stable
    camera.fails().sends(1)
    assert camera.link.status is Status.CONNECTED, "this is another outage"
    assert camera.news == 3


def test_an_attempt_without_a_picture_is_not_stable_whatever_was_before() -> None:
    camera = Camera().sends(30)
    assert camera.link.is_stable
    camera.fails()
    assert camera.link.is_stable, "the run that has just ended was"
    camera.is_gone(1, 1.0)
    assert not camera.link.is_stable


def test_who_is_away_for_long_is_lost_and_connected_with_the_first_picture() -> None:
    camera = Camera().sends(1).fails().sends(1).fails().is_gone(5, LOST_AFTER_S / 4)
    assert camera.link.status is Status.LOST
    assert camera.link.silent_s >= LOST_AFTER_S
    camera.sends(0.2)
    assert camera.link.status is Status.CONNECTED


def test_the_newest_problem_is_told() -> None:
    camera = Camera().is_gone(2, 1.0)
    camera.link.failed(ProtocolError("no pictures"))
    assert str(camera.link.problem) == "no pictures"
    assert camera.news == 1


def test_a_camera_that_is_there_again_and_refuses_is_news_once_in_an_outage() -> None:
    camera = Camera().sends(30).fails()
    assert camera.news == 1
    refusal = Rejected("it is nobody's any more", status=403)
    news = [camera.link.failed(refusal), camera.link.failed(Stalled("silent")), camera.link.failed(refusal)]
    assert news == [True, False, False]
    assert camera.link.failed(Rejected("its token is another one", status=401))
    camera.sends(30)
    assert camera.link.failed(refusal)
