"""How a camera's connection fares: where it stands, since when, what is wrong. Pure; the runner acts."""

from __future__ import annotations

from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.errors import GcamError, Rejected
from gcam_addon.model import Status

STABLE_S: Final = 10.0
"""A run that lasted for this long has ended the outage before it."""
LOST_AFTER_S: Final = 60.0


class Link:
    """One camera's. The first picture after an outage makes it connected. If that run breaks off before it
    was stable, the outage never ended: it goes on, and only a stable run ends it. So a board that sends one
    picture and resets, again and again, is one outage.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.status = Status.CONNECTING
        self.since = clock.wall()
        self.problem: GcamError | None = None
        self.reconnects = 0
        self._alive_s = clock.monotonic()
        self._began_s: float | None = None
        self._away_since: float | None = None
        self._flaps = False
        self._refused: set[int] = set()
        """By which answers, within this outage."""

    @property
    def silent_s(self) -> float:
        """Since the last picture, or the start."""
        return self._clock.monotonic() - self._alive_s

    @property
    def alive_s(self) -> float:
        """When the last picture came."""
        return self._alive_s

    @property
    def is_stable(self) -> bool:
        """Whether the present run, or the one that has just ended, has lasted long enough to be trusted."""
        return self.lasted_s >= STABLE_S

    @property
    def lasted_s(self) -> float:
        """For how long the present run, or the one that has just ended, has brought pictures."""
        return 0.0 if self._began_s is None else self._alive_s - self._began_s

    @property
    def is_up(self) -> bool:
        """Whether the present run has brought a picture."""
        return self._began_s is not None

    @property
    def flaps(self) -> bool:
        """Whether runs break off again and again."""
        return self._flaps

    def attempt(self) -> None:
        """The next run may begin."""
        self._began_s = None

    def picture(self, pts_s: float) -> bool:
        """One came. Whether the camera counts as connected with it, and did not before."""
        self._alive_s = pts_s
        if self._began_s is None:
            self._began_s = pts_s
            self.reconnects += self.problem is not None
        if self.is_stable:
            self._away_since, self._flaps = None, False
            self._refused.clear()
        if self.status is Status.CONNECTED or self._flaps:
            return False
        self.problem = None
        self._move(Status.CONNECTED)
        return True

    def failed(self, error: GcamError) -> bool:
        """The run, or the attempt, is over. Whether that is news: an outage begins, or begins to flap; or the
        camera is there and refuses, which no waiting mends.
        """
        is_new = (self.problem is None and self._away_since is None) | self._refuses(error)
        flapped, broke_off = self._flaps, self._began_s is not None and not self.is_stable
        self.problem = error
        if self.silent_s >= LOST_AFTER_S:
            self._flaps = False
            self._move(Status.LOST)
            return is_new
        self._flaps = flapped or (broke_off and self._away_since is not None)
        self._move(Status.RECONNECTING)
        self._away_since = self.since = self.since if self._away_since is None else self._away_since
        return is_new or self._flaps is not flapped

    def _refuses(self, error: GcamError) -> bool:
        """For the first time."""
        if not isinstance(error, Rejected) or error.status in self._refused:
            return False
        self._refused.add(error.status)
        return True

    def _move(self, status: Status) -> None:
        if status is not self.status:
            self.status, self.since = status, self._clock.wall()
