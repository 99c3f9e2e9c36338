"""Recording goes on where something moved and detection is blind for a while."""

from __future__ import annotations

import pytest

from gcam_addon.pipeline.carry import Carry

BLIND_S = 4.0


def test_the_run_after_motion_is_kept_until_detection_sees() -> None:
    carry = Carry()
    carry.broke(100.0, BLIND_S, moving=True)
    carry.began(105.0)
    assert carry.lasts(105.0)
    assert carry.lasts(108.9)
    assert not carry.lasts(109.0)


def test_attempts_in_between_change_nothing() -> None:
    carry = Carry()
    carry.broke(100.0, BLIND_S, moving=True)
    for _ in range(5):
        carry.broke(100.0, BLIND_S, moving=False)
    carry.began(110.0)
    assert carry.lasts(110.0)


def test_a_run_that_breaks_while_it_is_kept_is_carried_on_but_not_for_ever() -> None:
    carry = Carry()
    carry.broke(100.0, BLIND_S, moving=True)
    kept = []
    for start_s in range(101, 200, 3):
        carry.began(float(start_s))
        kept += [start_s] if carry.lasts(float(start_s)) else []
        carry.broke(start_s + 1.0, BLIND_S, moving=False)
    assert kept == [start_s for start_s in range(101, 200, 3) if start_s <= 160]


@pytest.mark.parametrize("moving", [True, False])
def test_nothing_is_carried_on_when_nothing_moved_or_long_after(moving: bool) -> None:
    carry = Carry()
    carry.broke(100.0, BLIND_S, moving=moving)
    carry.began(161.0 if moving else 101.0)
    assert not carry.lasts(161.0 if moving else 101.0)


def test_in_the_midst_of_a_run() -> None:
    carry = Carry()
    carry.on(100.0, BLIND_S)
    assert carry.lasts(103.9)
    assert not carry.lasts(104.0)
