"""The messages by which a camera that dials in sends its pictures, and the proofs of who is who: see
docs/ref/push.md. Bytes in, bytes out.
"""

from __future__ import annotations

import hmac
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Self
from urllib.parse import urlencode

from gcam_addon.errors import ProtocolError
from gcam_addon.words.reason import because

PORT: Final = 8485
VERSION: Final = 1
NONCE_BYTES: Final = 32
PROOF_BYTES: Final = 32
WINDOW: Final = 4
"""Pictures that may be under way."""
MOST_HELLO_BYTES: Final = 512
MOST_PICTURE_BYTES: Final = 4 * 1024 * 1024
MOST_SET_BYTES: Final = 512
MOST_STATUS_BYTES: Final = 4096
PING_S: Final = 5.0
SILENCE_S: Final = 10.0

_MAGIC: Final = b"GCP"
_HEAD = struct.Struct(">BIQ")
_TAKEN = struct.Struct(">I")
HEAD_BYTES: Final = _HEAD.size
GREETING_BYTES: Final = len(_MAGIC) + 1 + NONCE_BYTES
_MOST_ID_BYTES = 48
_MOST_WHO_CHARACTERS = 80


class Kind(IntEnum):
    HELLO = 1
    WELCOME = 2
    JPEG = 3
    H264 = 4
    TAKEN = 5
    PING = 6
    BYE = 7
    H265 = 8
    SET = 9
    STATUS = 10


class Parting(IntEnum):
    """Why Gcam ends it."""

    UNKNOWN = 1
    RESTING = 2
    REPLACED = 3
    NO_MESSAGE = 4
    CROWDED = 5
    GOING = 6
    OTHER_VERSION = 7


class OtherVersion(ProtocolError):  # noqa: N818
    """Of this protocol is spoken there; to others as `ProtocolError`."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a payload."""

    kind: int
    length: int
    time_us: int

    @classmethod
    def unpack(cls, head: bytes) -> Self:
        return cls(*_HEAD.unpack(head))

    @property
    def is_picture(self) -> bool:
        return self.kind in (Kind.JPEG, Kind.H264, Kind.H265)

    @property
    def most_bytes(self) -> int:
        """Of its payload, from a camera."""
        return MOST_STATUS_BYTES if self.kind == Kind.STATUS else MOST_PICTURE_BYTES


@dataclass(frozen=True, slots=True)
class Hello:
    version: int
    nonce: bytes
    proof: bytes = field(repr=False)
    camera_id: str
    who: str
    """For people; printable."""

    def pack(self) -> bytes:
        name = self.camera_id.encode()
        return (
            bytes((self.version,)) + self.nonce + self.proof + bytes((len(name),)) + name + self.who.encode()
        )

    @classmethod
    def unpack(cls, payload: bytes) -> Self:
        """Raises ProtocolError."""
        rest = memoryview(payload)
        fixed = 1 + NONCE_BYTES + PROOF_BYTES + 1
        if len(rest) < fixed or len(rest) < fixed + rest[fixed - 1] or rest[fixed - 1] > _MOST_ID_BYTES:
            raise ProtocolError(because("push_hello_torn", length=len(rest)))
        nonce, proof = bytes(rest[1 : 1 + NONCE_BYTES]), bytes(rest[1 + NONCE_BYTES : fixed - 1])
        end = fixed + rest[fixed - 1]
        who = bytes(rest[end:]).decode(errors="replace")
        shown = "".join(letter if letter.isprintable() else "?" for letter in who[:_MOST_WHO_CHARACTERS])
        return cls(rest[0], nonce, proof, bytes(rest[fixed:end]).decode(errors="replace"), shown)


def message(kind: Kind, payload: bytes = b"", time_us: int = 0) -> bytes:
    return _HEAD.pack(kind, len(payload), time_us) + payload


def greeting(nonce: bytes) -> bytes:
    return _MAGIC + str(VERSION).encode() + nonce


def nonce_of(said: bytes) -> bytes:
    """Gcam's, out of its greeting. Raises ProtocolError for another program, or another version."""
    if not said.startswith(_MAGIC):
        raise ProtocolError(because("push_no_gcam"))
    theirs = said[len(_MAGIC) : len(_MAGIC) + 1].decode(errors="replace")
    if theirs != str(VERSION):
        raise OtherVersion(because("push_other_version", theirs=theirs, ours=VERSION))
    return said[-NONCE_BYTES:]


def camera_proof(key: str, theirs: bytes, own: bytes, camera_id: str) -> bytes:
    """Of the camera that holds `key`: `theirs` is Gcam's nonce, `own` the camera's."""
    return _proof(key, b"gcam-push-1 camera", theirs, own, camera_id)


def gcam_proof(key: str, own: bytes, theirs: bytes, camera_id: str) -> bytes:
    """Of Gcam: `own` is its nonce, `theirs` the camera's."""
    return _proof(key, b"gcam-push-1 gcam", own, theirs, camera_id)


def _proof(key: str, role: bytes, gcams: bytes, cameras: bytes, camera_id: str) -> bytes:
    return hmac.digest(key.encode(), role + gcams + cameras + camera_id.encode(), "sha256")


def is_proof(given: bytes, right: bytes) -> bool:
    """In the same time, whatever differs."""
    return hmac.compare_digest(given, right)


def welcome(proof: bytes) -> bytes:
    return message(Kind.WELCOME, proof + bytes((WINDOW,)))


def taken(count: int) -> bytes:
    return message(Kind.TAKEN, _TAKEN.pack(count & 0xFFFFFFFF))


def count_of(payload: bytes) -> int:
    """Of TAKEN. Raises ProtocolError."""
    if len(payload) != _TAKEN.size:
        raise ProtocolError(because("push_taken_torn", length=len(payload)))
    count: int = _TAKEN.unpack(payload)[0]
    return count


def bye(why: Parting, sentence: str) -> bytes:
    return message(Kind.BYE, bytes((why,)) + sentence.encode()[:200])


def setting(form: Mapping[str, str]) -> bytes:
    """SET. Raises ProtocolError for more than a board reads."""
    payload = urlencode(form).encode()
    if len(payload) > MOST_SET_BYTES:
        raise ProtocolError(because("push_set_long", length=len(payload), most=MOST_SET_BYTES))
    return message(Kind.SET, payload)


def status_in(payload: bytes) -> Mapping[str, Any] | None:
    """Of STATUS: the JSON object that it is, if it is one."""
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def looks_pickled(head: bytes) -> bool:
    """Whether it is how the first client of this kind began: a length, then a Python object. Nothing of it is
    ever read as one.
    """
    return any(head[at : at + 1] == b"\x80" and 2 <= head[at + 1] <= 5 for at in (4, 8))
