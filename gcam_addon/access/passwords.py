"""Passwords: which are good enough, and their hashes (argon2id, by argon2-cffi)."""

from __future__ import annotations

import gzip
from functools import cached_property
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import Reason, because

LEAST_LENGTH = 10
MOST_LENGTH = 256
"""Hashing costs in proportion to the length; nobody's password is longer."""

_OURS = frozenset(
    """
    homeassistant surveillance raspberrypi esp32cam123 espressif espressif123 esp32-camera gcam gcamgcam
    administrator administrateur admin changeme bienvenue letmein welcome
    """.split()  # noqa: SIM905
)
"""What somebody would try here first; the others are in common_passwords.txt.gz."""
_ADDED = "0123456789!?.*#@$%&-_+ "
"""What people put around a word to make it a password."""


def check_quality(password: str, name: str) -> None:
    """Raises `ConfigError` (field `password`) saying what would be better. Blocking: reads a small file."""
    if len(password) < LEAST_LENGTH:
        raise _refused(because("password_short", given=len(password), least=LEAST_LENGTH))
    if len(password) > MOST_LENGTH:
        raise _refused(because("password_long", most=MOST_LENGTH))
    plain = password.casefold()
    if len(set(plain)) < 5:
        raise _refused(because("password_repeats"))
    if not {plain, plain.strip(_ADDED)}.isdisjoint(_common()):
        raise _refused(because("password_common"))
    if name.casefold() in plain and len(plain) - len(name) < LEAST_LENGTH - 2:
        raise _refused(because("password_is_name"))


def _common() -> frozenset[str]:
    """Read anew each time: it is asked for once in a while, and need not lie in memory for that."""
    packed = files("gcam_addon.access").joinpath("common_passwords.txt.gz").read_bytes()
    return _OURS | frozenset(gzip.decompress(packed).decode().split("\n")) - {""}


_OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Passwords:
    """Hashes and verifies; blocking, tens of milliseconds and 19 MiB each (what OWASP asks of argon2id)."""

    def __init__(self, hasher: PasswordHasher = _OWASP) -> None:
        self._hasher = hasher

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        """None is nobody's hash: the answer is no, after just as much work."""
        nobodys = self._nobodys  # whoever it is: that the first to sign in waits for it tells nothing
        try:
            return self._hasher.verify(hashed or nobodys, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    def outdated(self, hashed: str) -> bool:
        """Made with weaker parameters than today's: hash anew at the next sign-in."""
        return self._hasher.check_needs_rehash(hashed)


def _refused(why: Reason) -> ConfigError:
    return ConfigError(why, field="password")
