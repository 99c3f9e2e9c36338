"""Secrets that programs carry: 256 random bits each, of which only a hash is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

_LOCAL = ".local_secret"
LEGIBLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_secret() -> str:
    """43 characters that go into a cookie, a header or an address."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    return secrets.token_hex(8)


def new_setup_code() -> str:
    """40 bits to be read in the log and typed, such as `K7QF-2MXA`: without letters that look alike."""
    letters = [secrets.choice(LEGIBLE) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def hash_of(secret: str) -> str:
    """Needs no salt and no slow hash: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def write_local_secret(data_dir: Path) -> str:
    """A new secret for programs on this machine that may read the data folder; blocking."""
    path, secret = data_dir / _LOCAL, new_secret()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
    return secret


def read_local_secret(data_dir: Path) -> str | None:
    """The running Gcam's, where this user may read it; blocking."""
    with contextlib.suppress(OSError):
        return (data_dir / _LOCAL).read_text() or None
    return None
