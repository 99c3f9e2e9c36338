"""How a user name and a password are told to a camera that asks: by Digest (RFC 7616), else by Basic."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from typing import NamedTuple

_HASHES = {"MD5": "md5", "MD5-SESS": "md5", "SHA-256": "sha256", "SHA-256-SESS": "sha256"}
_PARAMETER = re.compile(r'(?<![a-z-])([a-z-]++)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', re.IGNORECASE)

_BASIC = re.compile(r"(?:\A|,\s*)Basic(?:\s|,|\Z)", re.IGNORECASE)
_STALE = re.compile(r'\bstale\s*=\s*"?true\b', re.IGNORECASE)
BOARD_USER = "gcam"
"""Of boards with Gcam's firmware: their tokens are told by Digest or not at all."""
_BOARD_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def answer(
    challenge: str, username: str, password: str, target: str, *, count: int = 1, method: str = "GET"
) -> str | None:
    """What to tell a camera that refused: Digest where it offers one we know; None where it asks for nothing
    that may be told. Sloppy boards refuse without saying what they want: they mean Basic.
    """
    told = digest(challenge, username, password, target, count=count, method=method)
    if told is not None:
        return told
    is_token = is_board_token(username, password)
    is_basic = not challenge.strip() or _BASIC.search(challenge) is not None
    return basic(username, password) if is_basic and not is_token else None


def is_board_token(username: str | None, password: str | None) -> bool:
    """Made by Gcam: whoever asks for it learns nothing of it."""
    return username == BOARD_USER and password is not None and _BOARD_TOKEN.fullmatch(password) is not None


def is_stale(challenge: str) -> bool:
    """Only the challenge that was answered is too old; the password is right."""
    return _STALE.search(challenge) is not None


def basic(username: str, password: str) -> str:
    """Value of the Authorization header."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")


def digest(
    challenge: str,
    username: str,
    password: str,
    target: str,
    cnonce: str | None = None,
    *,
    count: int = 1,
    method: str = "GET",
) -> str | None:
    """Answer to a WWW-Authenticate header for a `method` of `target`; None where it offers no Digest we know.
    `count`: the how manyth to this one.
    """
    for offer in re.split(r"(?:\A|,\s*)Digest\s+", challenge, flags=re.IGNORECASE)[1:]:
        asked = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(offer)}
        algorithm = asked.get("algorithm", "MD5").upper()
        if "nonce" in asked and algorithm in _HASHES:
            sender = (username, password)
            once = _Once(cnonce or secrets.token_hex(8), f"{count:08x}")
            return _answer(asked, algorithm, sender, (method, target), once)
    return None


class _Once(NamedTuple):
    """What no two answers have in common."""

    cnonce: str
    nc: str


def _answer(
    asked: dict[str, str], algorithm: str, sender: tuple[str, str], request: tuple[str, str], once: _Once
) -> str:
    (username, password), (method, target), (cnonce, nc) = sender, request, once

    def hashed(*values: str) -> str:
        return hashlib.new(_HASHES[algorithm], ":".join(values).encode(), usedforsecurity=False).hexdigest()

    realm, nonce = asked.get("realm", ""), asked["nonce"]
    secret = hashed(username, realm, password)
    if algorithm.endswith("-SESS"):
        secret = hashed(secret, nonce, cnonce)
    asked_for = hashed(method, target)
    fields = {"username": username, "realm": realm, "nonce": nonce, "uri": target}
    quality = ""
    if "auth" in re.split(r"[\s,]+", asked.get("qop", "")):
        fields["response"] = hashed(secret, nonce, nc, cnonce, "auth", asked_for)
        fields["cnonce"] = cnonce
        quality = f", qop=auth, nc={nc}"
    else:
        fields["response"] = hashed(secret, nonce, asked_for)
    if "opaque" in asked:
        fields["opaque"] = asked["opaque"]
    listed = ", ".join(f'{name}="{value}"' for name, value in fields.items())
    named = f", algorithm={asked['algorithm']}" if "algorithm" in asked else ""
    return f"Digest {listed}{named}{quality}"
