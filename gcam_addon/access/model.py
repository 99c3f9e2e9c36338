"""People, their sessions, tokens and what is remembered of what they did: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gcam_addon.access.principal import Permission, Principal, Role
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

NAME_MAX = 80


class Kind(StrEnum):
    LOCAL = "local"  # name and password, kept here
    HOME_ASSISTANT = "home_assistant"  # signed in by Home Assistant, comes through ingress


class Standing(StrEnum):
    """Whether somebody is let in at all."""

    ACTIVE = "active"
    ASKING = "asking"  # came through Home Assistant, and waits for an owner's word
    BLOCKED = "blocked"  # an owner said no


@dataclass(frozen=True, slots=True)
class Person:
    """`cameras`: ids of those seen, None for all; an owner sees all. Who is not active may nothing."""

    id: str
    name: str
    kind: Kind
    role: Role
    cameras: frozenset[str] | None
    created_at: float
    password_hash: str | None = field(default=None, repr=False)
    home_assistant_id: str | None = None
    standing: Standing = Standing.ACTIVE

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER and self.standing is Standing.ACTIVE

    @property
    def principal(self) -> Principal:
        if self.standing is not Standing.ACTIVE:
            return Principal(self.id, self.name, frozenset(), frozenset())
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
    proven_at: float = 0.0
    """When they last showed on it that it is they: by password, code or passkey."""


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


class Refusal(StrEnum):
    """Deeds that did not come about; anybody can bring them about."""

    SIGN_IN = "sign_in.refused"
    SET_UP = "setup.refused"
    PROOF = "proof.refused"
    TOKEN = "token.refused"  # noqa: S105
    ACCESS = "access.refused"
    THROTTLED = "throttled"
    MANY = "refusals.many"


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


def checked_name(name: str) -> str:
    """Raises `ConfigError`."""
    name = name.strip()
    if not 0 < len(name) <= NAME_MAX or not name.isprintable():
        raise ConfigError(because("name_length", most=NAME_MAX), field="name")
    return name


def name_key(name: str) -> str:
    """Names that differ in nothing else are the same."""
    return name.strip().casefold()


def free_name(wanted: str, taken: frozenset[str]) -> str:
    """A name that keeps the rules and, by its key, is not among `taken`: cut, cleaned and numbered."""
    shown = (
        "".join(letter for letter in wanted if letter.isprintable()).strip()[:NAME_MAX] or "Home Assistant"
    )
    number = 1
    name = shown
    while name_key(name) in taken:
        number += 1
        suffix = f" ({number})"
        name = shown[: NAME_MAX - len(suffix)].rstrip() + suffix
    return name
