"""What is told of what moved."""

from __future__ import annotations

import json

import pytest

from gcam_addon.model import Box, Kind, Named, kinds_of, named_again, together

BOX = Box(0.25, 0.5, 0.125, 0.25)


def named(kind: Kind, score: float = 80.0, *, pictured: bool = False) -> Named:
    return Named(kind, score, BOX, pictured)


def test_the_first_is_what_it_was_and_nobody_looked_is_nothing() -> None:
    assert kinds_of([named(Kind.VEHICLE), named(Kind.PERSON)]) == (Kind.VEHICLE, Kind.PERSON)
    assert kinds_of([named(Kind.UNNAMED, 0.0)]) == (Kind.UNNAMED,)
    assert kinds_of([]) is None


def test_of_two_events_each_kind_is_known_by_its_best() -> None:
    first = [named(Kind.PERSON, 70, pictured=True), named(Kind.ANIMAL, 61)]
    more = [
        named(Kind.PERSON, 90, pictured=True),
        named(Kind.ANIMAL, 62),
        named(Kind.VEHICLE, 63, pictured=True),
    ]
    assert together(first, more) == (
        named(Kind.PERSON, 70, pictured=True),  # the picture shows that one
        named(Kind.ANIMAL, 62),
        named(Kind.VEHICLE, 63),
    )


@pytest.mark.parametrize("first_is_it", [True, False])
def test_what_is_unnamed_goes_where_something_has_a_name(first_is_it: bool) -> None:
    both = [[named(Kind.UNNAMED, 0, pictured=True)], [named(Kind.PERSON)]]
    assert together(*both if first_is_it else both[::-1]) == (named(Kind.PERSON),)
    assert together(both[0], both[0]) == (named(Kind.UNNAMED, 0, pictured=True),)


def test_it_is_the_same_again() -> None:
    told = [named(Kind.PERSON, 80.5, pictured=True), named(Kind.UNNAMED, 0)]
    assert named_again(json.loads(json.dumps([one.told() for one in told]))) == tuple(told)
    assert named_again(None) == ()


def test_a_kind_of_a_later_version_is_left_out() -> None:
    told = [named(Kind.PERSON).told(), {"kind": "drone", "more": 1}]
    assert named_again(told) == (named(Kind.PERSON),)
