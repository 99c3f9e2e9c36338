"""When a fault holds, and what it does to one picture."""

from __future__ import annotations

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.errors import ConfigError
from gcam_addon.simulator.damage import damaged
from gcam_addon.simulator.faults import Fault, Faults, Schedule

_JPEG = b"\xff\xd8" + b"\xff\xda" + bytes(range(1, 200)) * 40 + b"\xff\xd9"


def _faults() -> tuple[Faults, ManualClock]:
    clock = ManualClock()
    return Faults(clock.monotonic), clock


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("tear", Schedule(Fault.TEAR)),
        ("tear/10", Schedule(Fault.TEAR, every=10)),
        ("stall@20", Schedule(Fault.STALL, from_s=20)),
        ("reset/5@10+2.5", Schedule(Fault.RESET, every=5, from_s=10, for_s=2.5)),
    ],
)
def test_how_a_fault_is_written(text: str, schedule: Schedule) -> None:
    assert Schedule.parse(text) == schedule


@pytest.mark.parametrize(
    "text", ["", "tears", "tear/0", "tear/x", "stall@", "stall@5+", "stall@-1", "tear 10"]
)
def test_what_is_no_fault_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Schedule.parse(text)
    assert caught.value.field == "fault"
    assert "\n" not in str(caught.value)


def test_every_name_the_help_shows_can_be_added() -> None:
    faults, _ = _faults()
    for fault in Fault:
        faults.add(fault)
        assert faults.active(fault)


def test_a_fault_happens_to_every_nth_picture() -> None:
    faults, _ = _faults()
    faults.add("tear", every=3)
    assert [faults.active(Fault.TEAR, frame) for frame in range(6)] == [
        False,
        False,
        True,
        False,
        False,
        True,
    ]


def test_a_fault_begins_and_ends_by_itself() -> None:
    faults, clock = _faults()
    clock.advance(100)
    faults.add("stall", from_s=5, for_s=2)
    seen = []
    for _ in range(9):
        seen.append(faults.active(Fault.STALL))
        clock.advance(1)
    assert seen == [False] * 5 + [True] * 2 + [False] * 2


def test_clearing_one_leaves_the_others() -> None:
    faults, _ = _faults()
    faults.add("stall")
    faults.add("tear")
    faults.clear("stall")
    assert not faults.active(Fault.STALL)
    assert faults.active(Fault.TEAR)
    faults.clear()
    assert not faults.active(Fault.TEAR)


def test_an_unknown_fault_is_refused_at_run_time_too() -> None:
    faults, _ = _faults()
    with pytest.raises(ConfigError):
        faults.add("nonsense")


def test_without_a_fault_the_bytes_are_untouched() -> None:
    faults, _ = _faults()
    assert damaged(_JPEG, faults, 0) is _JPEG


def test_damage_is_the_same_every_time() -> None:
    for fault in (Fault.GARBAGE, Fault.MID_SCAN_CORRUPTION, Fault.TEAR):
        faults, _ = _faults()
        faults.add(fault)
        assert damaged(_JPEG, faults, 4) == damaged(_JPEG, faults, 4) != _JPEG


def test_two_kinds_of_damage_come_together() -> None:
    faults, _ = _faults()
    faults.add("missing-eoi")
    faults.add("zeros-after-eoi")
    assert damaged(_JPEG, faults, 0) == _JPEG[:-2] + bytes(512)
