"""What a passkey is asked to sign: once, and within minutes. Pure, wall times."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct

CHALLENGE_S = 5 * 60
_NONCE, _PROOF = 16, 32


class Challenges:
    """Strangers get as many as they like, and nothing is kept for them: a challenge carries its own time and
    proof, and only one that was signed is remembered.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._used: dict[bytes, float] = {}

    def new(self, purpose: str, now: float) -> bytes:
        """`purpose`: what the answer is good for, and for nothing else."""
        head = secrets.token_bytes(_NONCE) + struct.pack(">d", now)
        return head + self._proof(head, purpose)

    def holds(self, challenge: bytes, purpose: str, now: float) -> bool:
        head, proof = challenge[:-_PROOF], challenge[-_PROOF:]
        if len(head) != _NONCE + 8 or not hmac.compare_digest(proof, self._proof(head, purpose)):
            return False
        (made,) = struct.unpack(">d", head[_NONCE:])
        return challenge not in self._used and 0 <= now - made <= CHALLENGE_S

    def spend(self, challenge: bytes, now: float) -> bool:
        """It was signed, and is not to be shown again; False where it was."""
        self._used = {known: at for known, at in self._used.items() if now - at <= CHALLENGE_S}
        if challenge in self._used:
            return False
        self._used[challenge] = now
        return True

    def _proof(self, head: bytes, purpose: str) -> bytes:
        return hmac.new(self._key, head + purpose.encode(), hashlib.sha256).digest()
