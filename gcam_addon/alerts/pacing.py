"""When what waits is sent, and what is left out of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.model.alerts import Importance, Topic


class Part(StrEnum):
    FIRST = "first"  # with the picture
    CLIP = "clip"
    OVER = "over"  # it is well again
    DIGEST = "digest"  # what could not be told in time


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    SWALLOWED = "swallowed"  # too soon after another of the same rule and camera
    EXPIRED = "expired"  # it would help nobody any more
    REFUSED = "refused"  # its receiver may not see it, or the rest of it was not sent either


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that waits, as far as its turn is concerned."""

    id: int
    rule: str
    camera_id: str | None
    topic: Topic
    happening: str
    part: Part
    at: float
    importance: Importance
    window_s: float
    next_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class Turn:
    """`chosen` is to be sent now (None: nothing is); these others get another state. `wake_at`: when to look
    again, None where nothing waits.
    """

    chosen: Waiting | None
    settled: Mapping[int, State]
    wake_at: float | None


First = tuple[str, Topic, str]
"""What the first part of something is known by: rule, topic and happening."""


def _first(one: Waiting) -> First:
    return one.rule, one.topic, one.happening


_RANKS = {Importance.URGENT: 0, Importance.NORMAL: 1, Importance.QUIET: 1}


def turn(
    waiting: Sequence[Waiting],
    now: float,
    *,
    sent_last: Mapping[tuple[str, str | None], float],
    first_states: Mapping[First, State],
) -> Turn:
    """Of what waits for one destination. `sent_last`: when a first part was last sent, by rule and camera;
    `first_states`: what became of the first part.
    """
    settled: dict[int, State] = {}
    wake: list[float] = []
    states = dict(first_states)
    for one in sorted(waiting, key=_order):
        state = _settled(one, now, sent_last, states)
        if state is not None:
            settled[one.id] = state
            if one.part is Part.FIRST:
                states[_first(one)] = state
        elif one.next_at > now:
            wake.append(min(one.next_at, one.expires_at))
        elif one.part in {Part.CLIP, Part.OVER} and states.get(_first(one)) is State.WAITING:
            wake.append(one.expires_at)  # its first part is tried again before it
        else:
            return Turn(one, settled, None)
    return Turn(None, settled, min(wake, default=None))


def _settled(
    one: Waiting,
    now: float,
    sent_last: Mapping[tuple[str, str | None], float],
    first_states: Mapping[First, State],
) -> State | None:
    """None: it is still to be sent."""
    if one.expires_at <= now:
        return State.EXPIRED
    if one.part is Part.FIRST:
        last = sent_last.get((one.rule, one.camera_id))
        is_soon = last is not None and last <= now < last + one.window_s
        is_limited = one.topic is Topic.MOTION and one.importance is not Importance.URGENT
        return State.SWALLOWED if is_limited and is_soon else None
    first = first_states.get(_first(one))
    gone = one.part in {Part.CLIP, Part.OVER} and first in {State.SWALLOWED, State.EXPIRED, State.REFUSED}
    return first if gone else None


def _order(one: Waiting) -> tuple[int, bool, float, int]:
    """Urgent ones first; pictures before clips; else as it happened."""
    return _RANKS[one.importance], one.part is Part.CLIP, one.at, one.id


_PAUSES_S = (5.0, 15.0, 60.0, 300.0, 900.0)
_REFUSED_PAUSE_S = 900.0
"""Only somebody can mend it; who mends it is not made to wait, see `Outbox.hurry`."""
_LONGEST_S = 3600.0
_LIVES_S = {Topic.MOTION: 2 * 3600.0}
_URGENT_LIVES_S = 24 * 3600.0


def pause_s(attempts: int, *, refused: bool, retry_after_s: float | None, jitter: float) -> float:
    """Before the next attempt, after so many that failed; `jitter` from -1 to 1."""
    if retry_after_s is not None:
        return min(max(1.0, retry_after_s), _LONGEST_S)
    if refused:
        return _REFUSED_PAUSE_S
    return _PAUSES_S[min(attempts, len(_PAUSES_S)) - 1] * (1 + 0.2 * jitter)


def lives_s(topic: Topic, importance: Importance) -> float:
    """For how long it helps to be told."""
    return _URGENT_LIVES_S if importance is Importance.URGENT else _LIVES_S.get(topic, _URGENT_LIVES_S)
