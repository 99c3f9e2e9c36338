"""Units between a thread and the loop: bounded, and begun again with a key."""

from __future__ import annotations

from gcam_addon.model import Unit
from gcam_addon.sources.handover import Handover
from tests.support.films import film


def taken(handover: Handover) -> list[Unit]:
    units = []
    while (unit := handover.take()) is not None:
        units.append(unit)
    return units


def test_where_nobody_takes_all_is_dropped_up_to_the_next_key() -> None:
    units = film(n=45)
    handover = Handover(20)
    for unit in units[:25]:
        handover.put(unit)
    assert taken(handover) == units[:20]
    for unit in units[25:]:
        handover.put(unit)
    assert taken(handover) == units[30:]
    assert handover.dropped == 10


def test_who_takes_is_told_once() -> None:
    handover = Handover()
    assert [handover.put(unit) for unit in film(n=3)] == [True, False, False]
