"""What is told to people who are not looking: what goes out by a channel, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Topic(StrEnum):
    """What somebody can be told of."""

    MOTION = "motion"
    LOST = "lost"  # a camera that should be there is not, for longer than a rule allows; and that it is back
    NOT_RECORDING = "not_recording"  # something moved, or could, and can't be kept
    STORAGE = "storage"  # the disk's own problem
    SYSTEM = "system"  # a duty of Gcam's failed for good
    ALARM = "alarm"  # the guard's; always urgent
    TAMPER = "tamper"  # a camera does not see what it should: lost while armed, covered, turned away …
    GUARD = "guard"  # it could not be armed, or somebody tries codes
    CHANNEL = "channel"  # alerts themselves do not get through to somebody
    SIGN_IN = "sign_in"  # on a device, or from an address, on or from which that person never did


DURESS = "duress:"
"""Begins the name of what is told of who was made to disarm, and shown nowhere in Gcam: whoever made them
stands beside them.
"""


class Importance(StrEnum):
    QUIET = "quiet"  # read when there is time: no sound
    NORMAL = "normal"
    URGENT = "urgent"  # passes every limit, and what holds other alerts back


@dataclass(frozen=True, slots=True)
class Followed:
    """An earlier letter of the same happening. `remote`: how the channel's server calls it, if it told."""

    key: str
    remote: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell to one receiver. `key` is the same however often it is sent: receivers tell doubles
    by it.
    """

    key: str
    at: float
    """When it happened."""
    title: str
    text: str
    importance: Importance = Importance.NORMAL
    language: str = "en"
    picture: bytes = field(default=b"", repr=False)
    """A JPEG; empty for none."""
    clip: Path | None = None
    """An MP4."""
    link: str | None = None
    follows: Followed | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The same for programs, as plain values: topic, camera, event, what moved."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel's server has taken the letter. `said`: its answer, as it came. `remote`: how it calls it.
    `left_out`: what it would not take and the letter went without.
    """

    said: str
    remote: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Somebody signed in where they never did before: on a device that is new, from an address, or both."""

    id: str
    who: str
    at: float
    address: str
    is_device_new: bool
    is_address_new: bool
