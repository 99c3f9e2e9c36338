from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.model.board_health import BoardDay, BoardHealth, health_in, restarts, troubles

SAID: dict[str, Any] = {
    "uptime_s": 81,
    "boots": 12,
    "reset": "power_on",
    "rssi_dbm": -61,
    "heap_free": 96512,
    "heap_largest": 45056,
    "psram_free": None,
    "frames": {"taken": 2041, "sent": 3977, "skipped": 12},
}
HEALTH = BoardHealth(1.0, 81, 12, "power_on", 96512, 45056, -61, None, 2041, 3977, 12)


@pytest.mark.parametrize(
    ("ids", "by_turns"),
    [
        ("aaa", False),
        ("aab", False),
        ("aabbc", False),
        ("aba", True),
        ("aabbba", True),
        ("-a-b-", False),
        ("a-b-a", True),
    ],
)
def test_two_boards_that_dial_in_by_turns_are_told(ids: str, by_turns: bool) -> None:
    """`-`: it did not say. One that took another's place is no trouble."""
    samples = [
        replace(HEALTH, at=HEALTH.at + 60 * number, uptime_s=60 * number, id=None if one == "-" else one)
        for number, one in enumerate(ids)
    ]
    assert ("board_turns" in [trouble.what.code for trouble in troubles(samples)]) is by_turns


def test_boots_of_two_boards_are_no_restarts_and_their_times_no_wrong_clock() -> None:
    first = [replace(HEALTH, at=1e9 + 120 * n, uptime_s=120 * n, boots=3, id="a") for n in range(4)]
    other = [replace(HEALTH, at=1e9 + 120 * n + 60, uptime_s=9 * n, boots=400, id="b") for n in range(4)]
    both = sorted((*first, *other), key=lambda one: one.at)
    assert restarts(both) == {}
    assert "board_clock" not in [trouble.what.code for trouble in troubles(both)]


def test_a_boards_status_is_understood() -> None:
    assert health_in(SAID, 1.0) == HEALTH


@pytest.mark.parametrize(
    "lie",
    [
        {"boots": "12"},
        {"uptime_s": -1},
        {"frames": 7},
        {"frames": {"taken": 1}},
        {"heap_free": 2**70},
    ],
)
def test_what_is_no_status_is_none(lie: dict[str, Any]) -> None:
    assert health_in(SAID | lie, 1.0) is None


ANYTHING = st.one_of(st.none(), st.integers(), st.text(), st.floats())


@given(st.dictionaries(st.sampled_from(sorted(SAID)), ANYTHING))
def test_whatever_a_board_says_is_taken_or_left(lies: dict[str, Any]) -> None:
    health = health_in(SAID | lies, 1.0)
    assert health is None or health.told()["at"] == 1.0


def day(*changes: dict[str, Any]) -> list[BoardHealth]:
    return [
        replace(HEALTH, at=60.0 * minute, **({"uptime_s": 60 * minute} | change))
        for minute, change in enumerate(changes)
    ]


def test_restarts_are_counted_by_what_the_board_says_why() -> None:
    once, more = {"boots": 2, "reset": "brownout"}, {"boots": 5, "reset": "panic"}
    samples = day({"boots": 1}, once, {"boots": 2}, more)
    assert restarts(samples) == {"brownout": 1, "panic": 1, "unknown": 2}
    assert restarts(day({"boots": 9}, {"boots": 1})) == {}  # flashed anew
    assert restarts([]) == {}


def told(*changes: dict[str, Any]) -> list[str]:
    return [trouble.what.code for trouble in troubles(day(*changes))]


def test_what_an_owner_should_mend_is_said() -> None:
    assert told() == []
    assert told({}, {}) == []
    assert told({"rssi_dbm": -80}, {"rssi_dbm": -82}, {"rssi_dbm": -60}) == ["board_weak"]
    assert told({"boots": 1}, {"boots": 2, "reset": "brownout"}) == ["board_brownout"]
    assert told({"reset": "brownout"}) == ["board_brownout_last"]
    assert told(*({"boots": boots} for boots in range(6))) == ["board_restarts"]
    assert told({"rssi_dbm": None}) == []
    assert told({"heap_largest": 9000}, {"heap_largest": 12_000}, {"heap_largest": 90_000}) == [
        "board_memory"
    ]
    assert told({"heap_largest": 9000}, {"heap_largest": 45_000}, {"heap_largest": 45_000}) == []


def uptimes(*seconds: int, **more: Any) -> list[dict[str, Any]]:
    return [{"uptime_s": each, **more} for each in seconds]


def test_a_clock_is_wrong_that_counts_another_time_again_and_again() -> None:
    assert told(*uptimes(0, 60, 121, 180, 240)) == []
    assert told(*uptimes(0, 30, 60, 90, 120)) == ["board_clock"]
    assert told(*uptimes(900, 600, 300, 0)) == ["board_clock"]
    assert told(*uptimes(0, 60, 3600, 3660, 3720)) == []  # one step: of the machine's own clock, as it seems
    restarted = [{"uptime_s": 9, "boots": boots} for boots in range(4)]
    assert told(*restarted) == []


def test_a_day_comes_to_its_newest_look_its_restarts_and_what_is_to_be_mended() -> None:
    samples = day({"boots": 1}, {"boots": 2, "reset": "brownout"})
    of_it = BoardDay.of(samples)
    assert of_it.newest is samples[-1]
    assert of_it.restarts == {"brownout": 1}
    assert [(str(what), str(remedy)) for what, remedy in of_it.troubles] == [
        ("its supply broke down 1 times within a day", "give it 5 V and 2 A by a short cable")
    ]
