from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.wire.credentials import basic, digest

# The example of RFC 7616, 3.9.1.
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def challenge(algorithm: str, qop: str = 'qop="auth, auth-int", ') -> str:
    return (
        f'Digest realm="http-auth@example.org", {qop}algorithm={algorithm}, '
        f'nonce="{NONCE}", opaque="{OPAQUE}"'
    )


def response_in(answer: str | None) -> str:
    assert answer is not None
    found = re.search(r'response="([0-9a-f]+)"', answer)
    assert found is not None
    return found[1]


def answered(offer: str) -> str | None:
    return digest(offer, "Mufasa", "Circle of Life", "/dir/index.html", CNONCE)


def test_basic() -> None:
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_of_the_rfc(algorithm: str, expected: str) -> None:
    answer = answered(challenge(algorithm))
    assert response_in(answer) == expected
    assert answer is not None
    for field in (
        f'opaque="{OPAQUE}"',
        f'cnonce="{CNONCE}"',
        "qop=auth",
        "nc=00000001",
        'uri="/dir/index.html"',
    ):
        assert field in answer


def test_digest_of_the_older_rfc_without_qop() -> None:
    offer = (
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    answer = digest(offer, "Mufasa", "Circle Of Life", "/dir/index.html")
    assert response_in(answer) == "670fd8c2df070c60b045671b8b24ff02"
    assert answer is not None
    assert "qop" not in answer


def test_the_digest_among_several_offers_is_taken() -> None:
    offers = f'Basic realm="x", {challenge("MD5")}'
    assert response_in(answered(offers)) == "8ca523f5e9506fed4657c9700eebdbec"
    unknown_first = f"{challenge('SHA-512-256')}, {challenge('MD5')}"
    assert response_in(answered(unknown_first)) == "8ca523f5e9506fed4657c9700eebdbec"


def test_a_fresh_cnonce_each_time() -> None:
    assert digest(challenge("MD5"), "a", "b", "/") != digest(challenge("MD5"), "a", "b", "/")


@pytest.mark.parametrize(
    "offer", ["", "Basic realm=x", "Digest", 'Digest realm="x"', challenge("SHA-512-256")]
)
def test_no_answer_to_what_is_not_known(offer: str) -> None:
    assert answered(offer) is None


@given(st.text(max_size=200))
def test_whatever_a_camera_asks_there_is_an_answer_or_none(challenge: str) -> None:
    digest(challenge, "admin", "secret", "/stream")
    digest(f"Digest nonce=x, {challenge}", "admin", "secret", "/stream")


def test_a_challenge_made_to_take_long_takes_no_time() -> None:
    assert digest("Digest nonce=x, " + "a" * 1_000_000, "admin", "secret", "/stream")
