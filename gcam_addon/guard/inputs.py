"""What the guard is told: frozen values without behaviour. `step` is given the moment."""

from __future__ import annotations

from dataclasses import dataclass

from gcam_addon.model import Kind
from gcam_addon.model.guard import Doer, GuardMode, Tamper


@dataclass(frozen=True, slots=True)
class Arm:
    """`skip_delay`: at once. `force`: although cameras are away, which are then bypassed."""

    mode: GuardMode
    doer: Doer
    skip_delay: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Arm in `in_s` seconds, then at once and whatever is away: nobody is there to answer."""

    mode: GuardMode
    doer: Doer
    in_s: float


@dataclass(frozen=True, slots=True)
class SkipDelay:
    """Nobody is left who has to leave."""

    doer: Doer


@dataclass(frozen=True, slots=True)
class Disarm:
    """Also what is planned is not to be. `duress`: somebody is made to do it."""

    doer: Doer
    duress: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """An alarm by hand, armed or not."""

    doer: Doer


@dataclass(frozen=True, slots=True)
class Silence:
    doer: Doer


@dataclass(frozen=True, slots=True)
class Acknowledge:
    doer: Doer


@dataclass(frozen=True, slots=True)
class Moved:
    """An event began, is known better, or (`is_over`) ended. `is_named`: somebody looks at what moves in this
    camera's picture, so that `what` may still come.
    """

    camera_id: str
    event_id: str
    zones: tuple[str, ...] = ()
    what: tuple[Kind, ...] | None = None
    is_over: bool = False
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Fares:
    """How a camera fares now; None: it sees what it should."""

    camera_id: str
    tamper: Tamper | None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time goes on."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """Gcam was away, nobody knows for how long: the first that a guard which was kept is told."""


@dataclass(frozen=True, slots=True)
class Shifted:
    """The clock was set forward by so much; what was to last a while still lasts as long."""

    by_s: float


Wish = Arm | Plan | SkipDelay | Disarm | Trigger | Silence | Acknowledge
"""What somebody wants of the guard."""

Input = Wish | Moved | Fares | Tick | Restarted | Shifted
