"""Devices on which somebody signed in before. Pure.

Known: wrong guesses by strangers slow strangers down, not the owner's own phone, which has attempts of its
own (OWASP's device cookies). Trusted: its owner wants no second factor asked there for a month.

Each is a cookie with a nonce and its HMAC under the person's password hash: nothing is stored, it holds for
this person only, and a new password makes every device unknown. Other second factors end the trust.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

from gcam_addon.access.model import Person
from gcam_addon.access.secret import new_id

TRUST_S = 30 * 24 * 3600.0


def device_cookie(person: Person) -> str:
    """For the device on which `person` has just signed in; empty for one without a password."""
    nonce = new_id()
    return f"{nonce}.{_proof(person, f'device {person.id} {nonce}')}" if person.password_hash else ""


def device_of(cookie: str, person: Person | None) -> str | None:
    """The device's nonce, where `person` signed in on it since they have this password."""
    nonce, _, proof = cookie.partition(".")
    if person is None or not person.password_hash or not nonce or not proof.isascii():
        return None
    return nonce if hmac.compare_digest(proof, _proof(person, f"device {person.id} {nonce}")) else None


def trust_cookie(person: Person, factors: Collection[str], now: float) -> str:
    """For the device of `person`, who has just shown one of `factors` (ids) on it."""
    nonce, until = new_id(), round(now + TRUST_S)
    return f"{nonce}.{until}.{_proof(person, _trust(person, factors, nonce, until))}"


def is_trusted(cookie: str, person: Person, factors: Collection[str], now: float) -> bool:
    """Whether `cookie` is such a one, for the same second factors."""
    nonce, _, rest = cookie.partition(".")
    until, _, proof = rest.partition(".")
    if not (person.password_hash and until.isascii() and until.isdigit() and len(until) < 12):
        return False
    if not proof.isascii() or not now <= int(until) <= now + TRUST_S + 1:
        return False
    return hmac.compare_digest(proof, _proof(person, _trust(person, factors, nonce, int(until))))


def _trust(person: Person, factors: Collection[str], nonce: str, until: int) -> str:
    return f"trust {person.id} {nonce} {until} {' '.join(sorted(factors))}"


def _proof(person: Person, what: str) -> str:
    assert person.password_hash is not None
    return hmac.new(person.password_hash.encode(), f"gcam {what}".encode(), hashlib.sha256).hexdigest()
