"""People, their sessions, tokens and what is remembered of what they did: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gcam_addon.access.principal import Permission, Principal, Role


class Kind(StrEnum):
    LOCAL = "local"  # name and password, kept here
    HOME_ASSISTANT = "home_assistant"  # signed in by Home Assistant, comes through ingress


@dataclass(frozen=True, slots=True)
class Person:
    """`cameras`: ids of those seen, None for all; an owner sees all."""

    id: str
    name: str
    kind: Kind
    role: Role
    cameras: frozenset[str] | None
    created_at: float
    password_hash: str | None = field(default=None, repr=False)
    home_assistant_id: str | None = None

    @property
    def principal(self) -> Principal:
        cameras = None if self.role is Role.OWNER else self.cameras
        return Principal(self.id, self.name, self.role.permissions, cameras)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on one device. `secret_hash` finds it; the secret is in the device's cookie only."""

    id: str
    secret_hash: str = field(repr=False)
    person_id: str
    created_at: float
    last_seen_at: float
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows instead of signing in. `prefix` is its beginning, to tell tokens apart."""

    id: str
    secret_hash: str = field(repr=False)
    prefix: str
    name: str
    scopes: frozenset[Permission]
    cameras: frozenset[str] | None
    created_at: float
    expires_at: float | None
    last_used_at: float | None
    created_by: str

    @property
    def principal(self) -> Principal:
        return Principal(f"token:{self.id}", self.name, self.scopes, self.cameras)


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit log. `action` is a stable code such as `sign_in`, `clip.view`."""

    id: int
    at: float
    who_id: str
    who: str
    address: str
    action: str
    subject: str
