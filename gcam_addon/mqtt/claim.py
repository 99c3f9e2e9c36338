"""Notices two Gcams that share one base topic, whose states would overwrite each other. Pure.

Every Gcam publishes a retained claim when it connects. A claim heard live (not as a retained leftover)
from another run proves that somebody else is there now; it is answered once, so that both sides know.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum, auto

from gcam_addon.mqtt.payloads import encode


@dataclass(frozen=True, slots=True)
class Claim:
    """Who uses the base topic: `instance` lasts, `run` is new at every start."""

    instance: str
    run: str
    host: str

    def encode(self) -> bytes:
        return encode(asdict(self))

    @classmethod
    def decode(cls, payload: bytes) -> Claim | None:
        """None where it is no claim."""
        try:
            fields = json.loads(payload)
            return cls(str(fields["instance"]), str(fields["run"]), str(fields["host"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


class Heard(Enum):
    OURS = auto()
    """The broker passes on what we publish."""
    NOTHING = auto()
    """A leftover, or a rival already known."""
    RIVAL = auto()
    """Another Gcam is using this base topic now: tell the owner, and answer with our claim."""


class ClaimWatch:
    """One connection's view of who claims the base topic."""

    def __init__(self, own: Claim) -> None:
        self.own = own
        self.is_shared = False
        """Another Gcam uses the base topic, or was the last to do so."""
        self._rivals: set[str] = set()

    def hear(self, claim: Claim | None, retained: bool) -> Heard:
        if claim is None:
            return Heard.NOTHING
        self.is_shared |= claim.instance != self.own.instance
        if claim.run == self.own.run:
            return Heard.OURS
        if retained or claim.run in self._rivals:
            return Heard.NOTHING
        self._rivals.add(claim.run)
        return Heard.RIVAL
