"""Accounts as JSON, for a backup: with their password hashes, without sessions and tokens. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from gcam_addon.access.model import NAME_MAX, Kind, Person, Standing, name_key
from gcam_addon.access.principal import Role
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import Reason, because

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
        raise _wrong(path, because("accounts_wanted", most=_MOST))
    people = tuple(_person(entry, f"{path}[{index}]") for index, entry in enumerate(data))
    for name, values in (
        ("id", [p.id for p in people]),
        ("name", [name_key(p.name) for p in people]),
        ("home_assistant_id", [p.home_assistant_id for p in people if p.home_assistant_id is not None]),
    ):
        if len(set(values)) != len(values):
            raise _wrong(path, because("accounts_same", name=name))
    if not any(person.is_owner for person in people):
        raise _wrong(path, because("accounts_no_owner"))
    return people


def _person(entry: object, path: str) -> Person:
    if not isinstance(entry, Mapping) or set(entry) | _LATER != _KEYS | _LATER:
        raise _wrong(path, because("object_wanted", keys=tuple(sorted(_KEYS))))
    kind, role = _choice(entry, "kind", Kind, path), _choice(entry, "role", Role, path)
    standing = _choice({"standing": Standing.ACTIVE, **entry}, "standing", Standing, path)
    hashed, user_id = entry["password_hash"], entry["home_assistant_id"]
    if kind is Kind.LOCAL and not (_is_text(hashed, 300) and hashed.startswith("$argon2id$")):
        raise _wrong(f"{path}.password_hash", because("hash_wanted"))
    if kind is Kind.HOME_ASSISTANT and not _is_text(user_id, 100):
        raise _wrong(f"{path}.home_assistant_id", because("text_wanted", most=100))
    for name, most in (("id", 64), ("name", NAME_MAX)):
        if not _is_text(entry[name], most):
            raise _wrong(f"{path}.{name}", because("text_wanted", most=most))
    created_at, cameras = entry["created_at"], entry["cameras"]
    if isinstance(created_at, bool) or not isinstance(created_at, int | float):
        raise _wrong(f"{path}.created_at", because("seconds_wanted"))
    if cameras is not None and not (
        isinstance(cameras, list) and all(_is_text(item, 48) for item in cameras)
    ):
        raise _wrong(f"{path}.cameras", because("cameras_wanted"))
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
        allowed = tuple(choice.value for choice in known)
        raise _wrong(f"{path}.{name}", because("choice_wanted", choices=allowed)) from None


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most and value.isprintable()


def _wrong(path: str, why: Reason) -> ConfigError:
    return ConfigError(because("at_place", place=path, why=why), field=path)
