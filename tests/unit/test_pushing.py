"""Messages of the push protocol, and who can prove what."""

from __future__ import annotations

import random

import pytest

from gcam_addon.bitstream.nal import annex_b, is_key, length_prefixed, parameter_sets, sets_in
from gcam_addon.bitstream.tracks import video_of_key
from gcam_addon.errors import ProtocolError
from gcam_addon.model import Codec
from gcam_addon.wire.pushing import (
    HEAD_BYTES,
    NONCE_BYTES,
    PROOF_BYTES,
    VERSION,
    Head,
    Hello,
    Kind,
    camera_proof,
    count_of,
    gcam_proof,
    greeting,
    is_proof,
    looks_pickled,
    message,
    nonce_of,
    taken,
)
from tests.support.films import film

OWN, THEIRS = b"o" * NONCE_BYTES, b"t" * NONCE_BYTES


def test_a_hello_is_read_as_it_was_written() -> None:
    hello = Hello(VERSION, OWN, b"p" * PROOF_BYTES, "front_door", "gcam push on shed")
    assert Hello.unpack(hello.pack()) == hello


def test_what_somebody_says_of_himself_can_not_spoil_a_log() -> None:
    hello = Hello(VERSION, OWN, b"p" * PROOF_BYTES, "door", "a\nERROR b\x1b[2J" + "x" * 500)
    who = Hello.unpack(hello.pack()).who
    assert who.isprintable()
    assert len(who) <= 80


@pytest.mark.parametrize("length", [0, 1, 64, 65, 66, 70])
def test_a_torn_hello_is_refused(length: int) -> None:
    whole = Hello(VERSION, OWN, b"p" * PROOF_BYTES, "front_door", "").pack()
    with pytest.raises(ProtocolError):
        Hello.unpack(whole[:length])


def test_no_bytes_are_read_as_anything_but_a_hello_or_a_refusal() -> None:
    rng = random.Random(7)
    for _ in range(20_000):
        payload = rng.randbytes(rng.randrange(0, 200))
        try:
            hello = Hello.unpack(payload)
        except ProtocolError:
            continue
        assert len(hello.nonce) == NONCE_BYTES
        assert len(hello.proof) == PROOF_BYTES


def test_a_message_has_kind_length_and_time() -> None:
    sent = message(Kind.JPEG, b"picture", 1_234_567_890_123)
    assert Head.unpack(sent[:HEAD_BYTES]) == Head(Kind.JPEG, 7, 1_234_567_890_123)
    assert sent[HEAD_BYTES:] == b"picture"


def test_a_proof_holds_for_one_camera_one_connection_and_one_side() -> None:
    proof = camera_proof("secret", THEIRS, OWN, "door")
    assert is_proof(proof, camera_proof("secret", THEIRS, OWN, "door"))
    others = [
        camera_proof("other", THEIRS, OWN, "door"),
        camera_proof("secret", b"u" * NONCE_BYTES, OWN, "door"),
        camera_proof("secret", THEIRS, b"u" * NONCE_BYTES, "door"),
        camera_proof("secret", THEIRS, OWN, "yard"),
        gcam_proof("secret", THEIRS, OWN, "door"),
    ]
    assert not any(is_proof(proof, other) for other in others)


def test_gcams_nonce_is_in_its_greeting_and_other_programs_have_none() -> None:
    assert nonce_of(greeting(THEIRS)) == THEIRS
    with pytest.raises(ProtocolError, match="no Gcam answers"):
        nonce_of(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"[:36])
    with pytest.raises(ProtocolError, match="version 2"):
        nonce_of(b"GCP2" + THEIRS)


def test_how_many_were_taken_goes_round() -> None:
    assert count_of(taken(2**32 + 3)[HEAD_BYTES:]) == 3
    with pytest.raises(ProtocolError):
        count_of(b"\0\0")


@pytest.mark.parametrize("first", [b"\0\0\x10\0\x80\x04\x95", b"\0\0\x10\0\0\0\0\0\x80\x05\x95"])
def test_python_objects_are_told_apart(first: bytes) -> None:
    assert looks_pickled(first.ljust(HEAD_BYTES, b"\0"))
    assert not looks_pickled(message(Kind.HELLO, b"x" * 120)[:HEAD_BYTES])


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_units_become_annex_b_and_come_back(codec: Codec) -> None:
    units = [unit for unit in film(codec) if not unit.is_sound][:20]
    video = units[0].tracks.video
    sets = tuple(sets_in(video.setup, codec))
    key = annex_b(units[0].data, sets)
    assert parameter_sets(key, codec)[: len(sets)] == sets
    assert video_of_key(codec, key).size == video.size
    for unit in units:
        assert length_prefixed(annex_b(unit.data), codec) == unit.data
        assert is_key(annex_b(unit.data), codec) is unit.is_key
