"""What somebody shows besides their password: frozen values, and the rules of codes. Pure.

A code is that of the present half minute, of the one before or of the one after: clocks differ, people type.
Each is taken once. Recovery codes are 120 random bits, so a plain hash of each is enough.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

import pyotp

from gcam_addon.access.secret import LEGIBLE, hash_of

RECOVERY_CODES = 8
_STEP_S = 30
_GROUPS, _GROUP = 6, 4


class FactorKind(StrEnum):
    TOTP = "totp"  # an authenticator app
    PASSKEY = "passkey"  # what a device or a key in the pocket signs with
    RECOVERY = "recovery"  # a code on paper, for the day when the others are lost


@dataclass(frozen=True, slots=True)
class Factor:
    """`secret`: of an app what both sides know, of a passkey its public key, of a recovery code its hash.
    `count`: of an app the half minute whose code was taken last, of a passkey how often it says it signed.
    """

    id: str
    person_id: str
    kind: FactorKind
    name: str
    secret: str = field(repr=False)
    credential: str | None
    """A passkey's own name, by which a device finds it."""
    count: int
    created_at: float
    last_used_at: float | None


def new_totp_secret() -> str:
    """160 random bits, as apps take them."""
    return pyotp.random_base32()


def totp_address(secret: str, name: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Gcam")


def totp_step(secret: str, code: str, *, at: float, after: int) -> int | None:
    """The half minute that `code` belongs to, if it may still be used: later than `after`."""
    given, now = "".join(code.split()).encode(), int(at // _STEP_S)
    app = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(app.at(step * _STEP_S).encode(), given):
            return step
    return None


def new_recovery_code() -> str:
    """To be printed: `K7QF-2MXA-…`, without letters that look alike."""
    letters = "".join(secrets.choice(LEGIBLE) for _ in range(_GROUPS * _GROUP))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def recovery_hash(code: str) -> str:
    """However it was typed."""
    return hash_of("".join(letter for letter in code.upper() if letter.isalnum()))
