"""Devices on which somebody signed in before. Wrong guesses by strangers slow strangers down, not the owner's
own phone: a known device has attempts of its own (OWASP's device cookies). Pure.

The cookie is a nonce and its HMAC under the person's password hash: nothing is stored, it holds for this
person only, and a new password makes every device unknown.
"""

from __future__ import annotations

import hashlib
import hmac

from gcam_addon.access.model import Person
from gcam_addon.access.secret import new_id


def device_cookie(person: Person) -> str:
    """For the device on which `person` has just signed in; empty for one without a password."""
    nonce = new_id()
    return f"{nonce}.{_proof(person, nonce)}" if person.password_hash else ""


def device_of(cookie: str, person: Person | None) -> str | None:
    """The device's nonce, where `person` signed in on it since they have this password."""
    nonce, _, proof = cookie.partition(".")
    if person is None or not person.password_hash or not nonce or not proof.isascii():
        return None
    return nonce if hmac.compare_digest(proof, _proof(person, nonce)) else None


def _proof(person: Person, nonce: str) -> str:
    assert person.password_hash is not None
    message = f"gcam device {person.id} {nonce}".encode()
    return hmac.new(person.password_hash.encode(), message, hashlib.sha256).hexdigest()
