"""Whose a board with Gcam's firmware is: the token, and the proofs of it (docs/ref/board.md)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import Enum

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PARAMETER = re.compile(r'([a-z]+)=(?:"([^"]*)"|([^\s,"]+))')
_HOLDS_S = 30
_MOST_USED = 32
_HASHES = {"SHA-256": "sha256", "MD5": "md5"}


class Proof(Enum):
    GOOD = "good"
    NONE = "none"
    STALE = "stale"
    """Who asks knows the token, and told it in an old way."""


@dataclass(slots=True)
class Access:
    """Nonces of one start of a board."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    used: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Nonce: until when it holds, and the highest count that was proved with it."""

    def challenges(self, now_s: int, *, stale: bool) -> tuple[str, str]:
        """Both offers, of one nonce; the first of a new kind where no more could be remembered."""
        self._forget(now_s)
        if len(self.used) >= _MOST_USED:
            self.key, self.used = secrets.token_bytes(32), {}
        nonce = self._nonce(now_s.to_bytes(4, "big") + secrets.token_bytes(4))
        old = ", stale=true" if stale else ""
        sha256, md5 = (
            f'Digest realm="gcam", qop="auth", algorithm={name}, nonce="{nonce}"{old}' for name in _HASHES
        )
        return sha256, md5

    def judge(self, authorization: str, token: str, method: str, target: str, now_s: int) -> Proof:
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return Proof.GOOD if hmac.compare_digest(rest.strip(), token) else Proof.NONE
        if scheme.lower() != "digest":
            return Proof.NONE
        said = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        if not _is_proof(said, token, method, target):
            return Proof.NONE
        return self._use(said["nonce"], int(said["nc"], 16), now_s)

    def _use(self, nonce: str, count: int, now_s: int) -> Proof:
        raw = bytes.fromhex(nonce) if re.fullmatch("[0-9a-f]{32}", nonce) else b""
        until_s = int.from_bytes(raw[:4], "big") + _HOLDS_S
        if not hmac.compare_digest(nonce, self._nonce(raw[:8])) or now_s >= until_s:
            return Proof.STALE
        self._forget(now_s)
        _, highest = self.used.get(nonce, (0, 0))
        if count <= highest or (nonce not in self.used and len(self.used) >= _MOST_USED):
            return Proof.STALE
        self.used[nonce] = until_s, count
        return Proof.GOOD

    def _forget(self, now_s: int) -> None:
        self.used = {nonce: one for nonce, one in self.used.items() if one[0] > now_s}

    def _nonce(self, of: bytes) -> str:
        return (of + hmac.digest(self.key, of, "sha256")[:8]).hex()


def _is_proof(said: dict[str, str], token: str, method: str, target: str) -> bool:
    algorithm = said.get("algorithm", "MD5").upper()
    wanted = ("username", "realm", "nonce", "uri", "nc", "cnonce", "response")
    if algorithm not in _HASHES or any(name not in said for name in wanted) or said.get("qop") != "auth":
        return False
    if said["uri"] != target or said["username"] != "gcam" or not re.fullmatch("[0-9a-f]{8}", said["nc"]):
        return False

    def hashed(*parts: str) -> str:
        text = ":".join(parts).encode("latin-1", "replace")
        return hashlib.new(_HASHES[algorithm], text, usedforsecurity=False).hexdigest()

    who, what = hashed("gcam", "gcam", token), hashed(method, target)
    expected = hashed(who, said["nonce"], said["nc"], said["cnonce"], "auth", what)
    return hmac.compare_digest(expected, said["response"].lower())
