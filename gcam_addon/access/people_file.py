"""Accounts as JSON, for a backup: with their password hashes, without sessions and tokens. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from gcam_addon.access.model import NAME_MAX, Kind, Person, Standing, name_key
from gcam_addon.access.principal import Role
from gcam_addon.errors import ConfigError

E = TypeVar("E", Kind, Role, Standing)
_KEYS = {"id", "name", "kind", "role", "cameras", "created_at", "password_hash", "home_assistant_id"}
_LATER = {"standing"}
"""Not in backups of 0.1."""
_MOST = 200


def people_to_json(people: Sequence[Person]) -> list[dict[str, Any]]:
    return [
        {
            "id": person.id,
            "name": person.name,
            "kind": person.kind.value,
            "role": person.role.value,
            "cameras": None if person.cameras is None else sorted(person.cameras),
            "created_at": person.created_at,
            "password_hash": person.password_hash,
            "home_assistant_id": person.home_assistant_id,
            "standing": person.standing.value,
        }
        for person in people
    ]


def read_people(data: object, path: str = "people") -> tuple[Person, ...]:
    """Raises `ConfigError`, whose `field` begins with `path`. An owner must be among them."""
    if not isinstance(data, list) or len(data) > _MOST:
        raise _wrong(path, f"a list of at most {_MOST} accounts is wanted")
    people = tuple(_person(entry, f"{path}[{index}]") for index, entry in enumerate(data))
    for name, values in (
        ("id", [p.id for p in people]),
        ("name", [name_key(p.name) for p in people]),
        ("home_assistant_id", [p.home_assistant_id for p in people if p.home_assistant_id is not None]),
    ):
        if len(set(values)) != len(values):
            raise _wrong(path, f"two accounts have the same {name}")
    if not any(person.is_owner for person in people):
        raise _wrong(path, "there is no owner among them")
    return people


def _person(entry: object, path: str) -> Person:
    if not isinstance(entry, Mapping) or set(entry) | _LATER != _KEYS | _LATER:
        raise _wrong(path, f"an object with {', '.join(sorted(_KEYS))} is wanted")
    kind, role = _choice(entry, "kind", Kind, path), _choice(entry, "role", Role, path)
    standing = _choice({"standing": Standing.ACTIVE, **entry}, "standing", Standing, path)
    hashed, user_id = entry["password_hash"], entry["home_assistant_id"]
    if kind is Kind.LOCAL and not (_is_text(hashed, 300) and hashed.startswith("$argon2id$")):
        raise _wrong(f"{path}.password_hash", "an argon2id hash is wanted")
    if kind is Kind.HOME_ASSISTANT and not _is_text(user_id, 100):
        raise _wrong(f"{path}.home_assistant_id", "a text of 1 to 100 characters is wanted")
    for name, most in (("id", 64), ("name", NAME_MAX)):
        if not _is_text(entry[name], most):
            raise _wrong(f"{path}.{name}", f"a text of 1 to {most} characters is wanted")
    created_at, cameras = entry["created_at"], entry["cameras"]
    if isinstance(created_at, bool) or not isinstance(created_at, int | float):
        raise _wrong(f"{path}.created_at", "a number of seconds since 1970 is wanted")
    if cameras is not None and not (
        isinstance(cameras, list) and all(_is_text(item, 48) for item in cameras)
    ):
        raise _wrong(f"{path}.cameras", "a list of camera ids, or null for all, is wanted")
    return Person(
        entry["id"], entry["name"], kind, role, None if cameras is None else frozenset(cameras),
        float(created_at),
        hashed if kind is Kind.LOCAL else None,
        user_id if kind is Kind.HOME_ASSISTANT else None,
        standing,
    )  # fmt: skip


def _choice(entry: Mapping[str, Any], name: str, known: type[E], path: str) -> E:
    try:
        return known(entry[name])
    except ValueError:
        allowed = ", ".join(choice.value for choice in known)
        raise _wrong(f"{path}.{name}", f"one of {allowed} is wanted") from None


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most and value.isprintable()


def _wrong(path: str, what: str) -> ConfigError:
    return ConfigError(f"{path}: {what}", field=path)
