"""Two Gcams on one base topic notice each other, and only when both are really there."""

from __future__ import annotations

import pytest

from gcam_addon.mqtt.claim import Claim, ClaimWatch, Heard

OURS = Claim("ab12", "run1", "pi")
OTHER = Claim("cd34", "run2", "nas")


def test_our_own_echo() -> None:
    assert ClaimWatch(OURS).hear(OURS, retained=False) is Heard.OURS


def test_a_leftover_is_no_rival() -> None:
    assert ClaimWatch(OURS).hear(OTHER, retained=True) is Heard.NOTHING


def test_a_rival_is_named_once() -> None:
    watch = ClaimWatch(OURS)
    assert watch.hear(OTHER, retained=False) is Heard.RIVAL
    assert watch.hear(OTHER, retained=False) is Heard.NOTHING


def test_a_copied_data_folder_is_a_rival_too() -> None:
    assert ClaimWatch(OURS).hear(Claim("ab12", "run9", "copy"), retained=False) is Heard.RIVAL


def test_two_claims_answer_each_other_once_and_fall_silent() -> None:
    first, second = ClaimWatch(OURS), ClaimWatch(OTHER)
    wire, said = [OTHER], 0
    while wire:
        said += 1
        claim = wire.pop(0)
        heard = [(watch, watch.hear(claim, retained=False)) for watch in (first, second)]
        wire += [watch.own for watch, what in heard if what is Heard.RIVAL]
    assert said == 3


def test_it_survives_the_wire() -> None:
    assert Claim.decode(OURS.encode()) == OURS


@pytest.mark.parametrize("payload", [b"", b"x", b"[]", b"1", b"null", b'{"instance":"a"}', b"\xff"])
def test_nonsense_is_no_claim(payload: bytes) -> None:
    assert Claim.decode(payload) is None
    assert ClaimWatch(OURS).hear(None, retained=False) is Heard.NOTHING
