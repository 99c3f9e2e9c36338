"""Secrets that programs carry: 256 random bits each, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """43 characters that go into a cookie, a header or an address."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    return secrets.token_hex(8)


def hash_of(secret: str) -> str:
    """Needs no salt and no slow hash: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
