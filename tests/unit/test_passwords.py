"""Which passwords are good enough."""

from __future__ import annotations

import gzip
from importlib.resources import files

import pytest

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
