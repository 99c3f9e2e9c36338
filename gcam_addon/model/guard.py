"""The guard: what it watches, where it stands, and what it tells. What follows from what: `guard.core`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gcam_addon.model.naming import Kind
from gcam_addon.words.reason import Reason, because


class GuardPhase(StrEnum):
    DISARMED = "disarmed"
    ARMING = "arming"  # people leave: nothing that moves counts yet
    ARMED = "armed"
    ENTRY = "entry"  # somebody came in by an entrance, and has some seconds to disarm
    ALARM = "alarm"


class Via(StrEnum):
    """By which way somebody spoke to the guard."""

    PAGE = "page"
    HOME_ASSISTANT = "home_assistant"
    MQTT = "mqtt"
    API = "api"
    SCHEDULE = "schedule"
    GUARD = "guard"  # itself: a delay is over, Gcam started again


class Tamper(StrEnum):
    """Why a camera does not see what it should."""

    LOST = "lost"  # not connected
    COVERED = "covered"  # something is before the lens
    TURNED = "turned"  # it looks elsewhere
    BLINDED = "blinded"  # a light shines into it
    SWITCHED_OFF = "switched_off"  # by its settings: off, privacy mode, without detection, removed …


_SAID: Final[Mapping[Tamper, Callable[[], Reason]]] = {
    Tamper.LOST: lambda: because("tamper_lost"),
    Tamper.COVERED: lambda: because("tamper_covered"),
    Tamper.TURNED: lambda: because("tamper_turned"),
    Tamper.BLINDED: lambda: because("tamper_blinded"),
    Tamper.SWITCHED_OFF: lambda: because("tamper_switched_off"),
}


def tamper_words(tamper: Tamper) -> Reason:
    """Said of a camera that was named before."""
    return _SAID[tamper]()


class AlarmKind(StrEnum):
    MOTION = "motion"
    TAMPER = "tamper"
    HAND = "hand"  # somebody wanted it


@dataclass(frozen=True, slots=True)
class Watch:
    """A camera that is watched, or (`zone`) one zone of it."""

    camera_id: str
    zone: str | None = None
    entry_s: float = 0.0
    """An entrance: how long there is to disarm after somebody came in here. 0: an alarm at once."""


@dataclass(frozen=True, slots=True)
class GuardMode:
    """One way of being armed. `id` is a slug and never changes."""

    id: str
    name: str
    watches: tuple[Watch, ...]
    kinds: tuple[Kind, ...] = tuple(Kind)
    """What counts of what moves. Where nobody looks at what moves, everything does."""
    exit_s: float = 60.0
    alarm_s: float | None = 180.0
    """How long an alarm lasts after what came last; then the guard is armed again. None: until disarmed."""
    loss_s: float = 60.0
    """How long a camera may be away before that is an alarm; two that go together have no time at all."""
    needs_code: bool = False
    """To arm; to disarm a code is always needed."""
    lamps: bool = False
    """Whether the lamps of the watched cameras' boards shine while an alarm is to be heard."""

    @property
    def cameras(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(watch.camera_id for watch in self.watches))


@dataclass(frozen=True, slots=True)
class AlarmCause:
    """One thing of which an alarm is made."""

    kind: AlarmKind
    at: float
    camera_id: str | None = None
    event_id: str | None = None
    """Of the motion."""
    what: tuple[Kind, ...] | None = None
    """As far as it was known then."""
    tamper: Tamper | None = None


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm: the newest one stays here until somebody has acknowledged it."""

    id: str
    began_at: float
    causes: tuple[AlarmCause, ...]
    """What began it, and the newest of what came then."""
    count: int = 1
    """Of all that came."""
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who spoke to the guard, and how."""

    name: str
    via: Via
    id: str = ""


ITSELF = Doer("", Via.GUARD)


@dataclass(frozen=True, slots=True)
class PlannedArming:
    """The guard will be armed, in a while."""

    at: float
    asked_at: float
    mode: GuardMode
    doer: Doer


_WATCHFUL = frozenset({GuardPhase.ARMED, GuardPhase.ENTRY, GuardPhase.ALARM})


@dataclass(frozen=True, slots=True)
class GuardState:
    """Where the guard stands, for everybody. Times are Unix times."""

    phase: GuardPhase
    since: float
    doer: Doer
    """Who brought it there."""
    mode: GuardMode | None = None
    """None while disarmed."""
    until: float | None = None
    """When `arming`, `entry` or `alarm` is over by itself."""
    entered: AlarmCause | None = None
    """Of `entry`: who came in."""
    alarm: AlarmRecord | None = None
    """The newest that nobody has acknowledged."""
    silenced: bool = False
    """Somebody wanted the sirens quiet; the next thing that happens sounds them again."""
    bypassed: tuple[str, ...] = ()
    """Cameras that were away as it was armed: watched as soon as they are back."""
    planned: PlannedArming | None = None

    @property
    def is_watchful(self) -> bool:
        """Whether what happens there counts."""
        return self.phase in _WATCHFUL and self.mode is not None

    @property
    def sounds(self) -> bool:
        """Whether sirens are to be heard."""
        return self.phase is GuardPhase.ALARM and not self.silenced


class GuardEvent:
    """What the guard tells."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class GuardChanged(GuardEvent):
    """What is told here is on the disk already. Also told where it may be armed or disarmed otherwise than
    before: other modes, other codes.
    """

    state: GuardState


@dataclass(frozen=True, slots=True)
class Alarm(GuardEvent):
    """An alarm began, or (not `is_new`) one more thing came to it. `again`: it began before Gcam stopped, and
    goes on.
    """

    alarm_id: str
    cause: AlarmCause
    is_new: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class TamperChanged(GuardEvent):
    """A camera's pictures do not show what they should any more (covered, turned, blinded), or (None) do
    again; armed or not. That it is lost or switched off its `CameraChanged` tells.
    """

    camera_id: str
    tamper: Tamper | None
    at: float


@dataclass(frozen=True, slots=True)
class ArmingFailed(GuardEvent):
    """The guard was to be armed and is not. `troubles`: the cameras that are why, with what is wrong."""

    mode_id: str
    at: float
    doer: Doer
    troubles: tuple[tuple[str, Tamper], ...]


@dataclass(frozen=True, slots=True)
class CodeRefused(GuardEvent):
    """Somebody gave a code that is none. `count`: how often since one was right."""

    at: float
    via: Via
    count: int


@dataclass(frozen=True, slots=True)
class UnderDuress(GuardEvent):
    """Somebody disarmed with the code that says: I am made to. Only for alerts: nothing that whoever makes
    them may see tells of it.
    """

    at: float
    doer: Doer
