"""Which passwords are good enough."""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import Literal

import pytest
from argon2 import PasswordHasher

from gcam_addon.access.passwords import LEAST_LENGTH, Passwords, check_quality
from gcam_addon.errors import ConfigError


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 10"),
        ("aaaaaaaaaaaa", "repeats"),
        ("Password123", "first that anybody tries"),
        ("azertyuiop", "first that anybody tries"),
        ("Motdepasse2024!", "first that anybody tries"),
        ("1qaz2wsx3edc", "first that anybody tries"),
        ("3RJS1LA7QE", "first that anybody tries"),
        ("Marseille-1998", "first that anybody tries"),
        ("ESP32CAM123", "first that anybody tries"),
        ("marie@home.be1", "little more than the name"),
        ("x" * 300, "longer than"),
    ],
)
def test_weak_ones_are_refused_with_a_reason(password: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as refused:
        check_quality(password, "marie@home.be")
    assert refused.value.field == "password"
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["three plain words", "Été à la mer", "correct-horse-9"])
def test_good_ones_pass(password: str) -> None:
    check_quality(password, "marie@home.be")


def test_more_than_three_thousand_common_ones_are_known_that_would_be_long_enough() -> None:
    packed = files("gcam_addon.access").joinpath("common_passwords.txt.gz").read_bytes()
    listed = gzip.decompress(packed).decode().splitlines()
    assert len([password for password in listed if len(password) >= LEAST_LENGTH]) >= 3000
    assert listed == sorted(set(listed))


def test_hashes_are_argon2id_and_verify() -> None:
    passwords = Passwords()
    hashed = passwords.hash("three plain words")
    assert hashed.startswith("$argon2id$")
    assert passwords.matches(hashed, "three plain words")
    assert not passwords.matches(hashed, "three plain word")
    assert not passwords.matches(None, "three plain words")
    assert not passwords.matches("broken", "three plain words")
    assert not passwords.outdated(hashed)
    assert passwords.outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + "A" * 43)


class _Counting(PasswordHasher):
    work = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.work += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.work += 1
        return super().verify(hash, password)


def test_the_first_sign_in_is_as_much_work_whoever_it_is() -> None:
    """Else it would tell whether there is such a name."""
    work = []
    for is_known in (True, False):
        hasher = _Counting(time_cost=1, memory_cost=8, parallelism=1)
        passwords = Passwords(hasher)
        hashed = passwords.hash("three plain words") if is_known else None
        hasher.work = 0
        assert passwords.matches(hashed, "three plain words") is is_known
        work.append(hasher.work)
    assert work[0] == work[1]
