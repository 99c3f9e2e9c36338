"""Where is looked, when, and what of that is believed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import pytest

from gcam_addon.config.model import NamingSettings
from gcam_addon.model import Box, Cause, Kind, Motion, Named, Region, Size
from gcam_addon.pipeline.naming import Candidate, EventNames, Place, Seen, Sighting, looked, places, sighting

VGA = Size(640, 480)
MOVED = Box(0.4, 0.4, 0.1, 0.3)
RIDER = Named(Kind.PERSON, 95.0, MOVED)
PLACE = Place(MOVED, (Box(0.2, 0.2, 0.5, 0.7),))


def motion(*boxes: tuple[float, float, float, float]) -> Motion:
    regions = tuple(Region(*box, share=100 * box[2] * box[3]) for box in boxes)
    return Motion(True, 1.0, 0.2, Cause.MOTION, "moved", regions)


def at(x: float) -> Place:
    """Something that moved there."""
    return Place(Box(x, 0.4, 0.1, 0.3), PLACE.crops)


def there(
    kind: Kind, score: float, place: Place = PLACE, box: Box | None = None, fit: float = 0.8
) -> Sighting:
    return Sighting(place, (Candidate(Named(kind, score, box or place.moved), fit, place),))


def seen(at_s: float, *found: tuple[Kind, float], fit: float = 0.8) -> Seen:
    sightings = tuple(there(kind, score, fit=fit) for kind, score in found)
    return Seen(at_s, sightings or (Sighting(PLACE, ()),), b"%.1f" % at_s)


def names(*looks: Seen, **settings: object) -> EventNames:
    names = EventNames(NamingSettings(**settings))  # type: ignore[arg-type]
    for look in looks:
        names.add(look)
    return names


class TestWhere:
    def test_what_moves_alone_with_what_is_around_it_and_from_near(self) -> None:
        (place,) = places(motion((0.4, 0.4, 0.1, 0.4)), VGA)
        assert [crop.height * 480 for crop in place.crops] == pytest.approx([1.8 * 192, 1.3 * 192])
        for crop in place.crops:
            assert crop.width * 640 == pytest.approx(crop.height * 480)  # a square of pixels
            assert (crop.x + crop.width / 2, crop.y + crop.height / 2) == pytest.approx((0.45, 0.6))

    def test_of_what_is_small_at_least_a_part_of_the_height(self) -> None:
        (place,) = places(motion((0.5, 0.5, 0.01, 0.01)), VGA)
        assert [crop.height for crop in place.crops] == pytest.approx([0.3, 0.07])

    def test_each_of_two_things_once(self) -> None:
        found = places(motion((0.5, 0.5, 0.1, 0.2), (0.1, 0.1, 0.01, 0.01)), VGA)
        assert [[crop.height for crop in place.crops] for place in found] == [[pytest.approx(0.3)], [0.1]]

    @pytest.mark.parametrize("box", [(0.0, 0.0, 0.1, 0.2), (0.9, 0.8, 0.1, 0.2), (0.0, 0.0, 1.0, 1.0)])
    def test_never_beyond_the_picture(self, box: tuple[float, float, float, float]) -> None:
        (place,) = places(motion(box), VGA)
        for crop in place.crops:
            assert crop.x >= 0
            assert crop.y >= 0
            assert crop.x + crop.width <= 1 + 1e-9
            assert crop.y + crop.height <= 1 + 1e-9

    def test_the_two_largest_and_nowhere_where_nothing_moves(self) -> None:
        found = places(motion((0.1, 0.1, 0.1, 0.1), (0.5, 0.5, 0.3, 0.3), (0.3, 0.3, 0.2, 0.2)), VGA)
        assert [place.moved.width for place in found] == [0.3, 0.2]
        assert places(motion(), VGA) == ()


class TestWhatItIs:
    def test_what_lies_where_it_moved_and_not_what_is_seen_best(self) -> None:
        walker, parked = Named(Kind.PERSON, 62.0, MOVED), Named(Kind.VEHICLE, 98.0, Box(0.2, 0.2, 0.5, 0.7))
        found = sighting(PLACE, [parked, walker]).candidates
        assert max(found, key=lambda one: one.weight).named == walker
        assert [one.fit for one in found] == pytest.approx([0.03 / 0.35, 1.0][-len(found) :])

    def test_what_has_little_in_common_with_it_is_something_else(self) -> None:
        beside = Named(Kind.VEHICLE, 98.0, Box(0.48, 0.4, 0.3, 0.3))
        assert sighting(PLACE, [beside]).candidates == ()
        assert sighting(PLACE, []).candidates == ()


class TestLooked:
    def test_for_people_each_kind_once_and_the_wider_crop(self) -> None:
        (place,) = places(motion((0.4, 0.4, 0.1, 0.3)), VGA)
        near = replace(RIDER, score=70.0)
        bicycle = Named(Kind.VEHICLE, 96.0, Box(0.4, 0.55, 0.1, 0.15))
        (told,) = looked(Seen(1.0, (sighting(place, [bicycle, near, RIDER]),), b""), 1001.0)
        assert (told.at, told.crop, told.seen) == (1001.0, place.crops[0], (RIDER, bicycle))


class TestWhen:
    @staticmethod
    def taken(sees_at: float, score: float = 80) -> list[float]:
        looks, taken = names(), []
        for step in range(1000):
            if looks.is_due(100.0 + step / 10):
                taken.append(step / 10)
                found = [(Kind.PERSON, score)] if step / 10 >= sees_at else []
                looks.add(seen(100.0 + step / 10, *found))
        return taken

    def test_more_and_more_rarely_and_eight_times(self) -> None:
        assert self.taken(math.inf) == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0]

    def test_at_once_again_where_something_was_seen(self) -> None:
        assert self.taken(3.0) == [0.0, 0.5, 1.0, 2.0, 4.0, 4.5, 5.5, 7.5]

    def test_less_often_where_one_look_was_enough(self) -> None:
        assert self.taken(0.0, score=90) == [0.0, 1.0, 3.0, 7.0, 15.0, 23.0, 31.0, 39.0]


class TestBelieved:
    def test_two_looks_that_agree(self) -> None:
        once = names(seen(0, (Kind.PERSON, 80)), seen(1, (Kind.VEHICLE, 80)), seen(2))
        (only,), picture = once.named()
        assert (only.kind, only.score, only.box) == (Kind.UNNAMED, 0.0, MOVED)
        assert picture == b"0.0"
        once.add(seen(3, (Kind.PERSON, 65)))
        (only,), picture = once.named()
        assert only == Named(Kind.PERSON, 80, MOVED, pictured=True)
        assert picture == b"0.0"

    @pytest.mark.parametrize(
        ("scores", "believed"),
        [
            ([85], True),
            ([84.9], False),
            ([60, 60], True),
            ([60, 59.9], False),
            ([45] * 5, True),
            ([45] * 4, False),
            ([35] * 8, False),
            ([20, 85], True),
        ],
    )
    def test_one_sure_look_two_or_several_that_are_less_sure(
        self, scores: list[float], *, believed: bool
    ) -> None:
        looks = [seen(n, (Kind.PERSON, score)) for n, score in enumerate(scores)]
        assert (names(*looks).named()[0][0].kind is Kind.PERSON) is believed

    def test_two_things_in_one_picture_are_one_look(self) -> None:
        (only,), _ = names(seen(0, (Kind.PERSON, 80), (Kind.PERSON, 80)), seen(1)).named()
        assert only.kind is Kind.UNNAMED

    def test_one_thing_seen_in_two_crops_is_one_look(self) -> None:
        crops = tuple(Candidate(Named(Kind.PERSON, score, MOVED), 0.8, PLACE) for score in (80, 70))
        (only,), _ = names(Seen(0, (Sighting(PLACE, crops),), b"")).named()
        assert only.kind is Kind.UNNAMED

    def test_a_higher_score_may_be_asked_for_or_a_lower_one(self) -> None:
        looks = [seen(n, (Kind.PERSON, 59)) for n in range(2)]
        assert names(*looks).named()[0][0].kind is Kind.UNNAMED
        assert names(*looks, min_score=59).named()[0][0].kind is Kind.PERSON
        sure = [seen(n, (Kind.PERSON, 99)) for n in range(2)]
        assert names(*sure[:1], min_score=75).named()[0][0].kind is Kind.UNNAMED
        assert names(*sure, min_score=99).named()[0][0].kind is Kind.PERSON
        assert names(*sure, min_score=100).named()[0][0].kind is Kind.UNNAMED

    def test_what_is_too_small_has_no_name(self) -> None:
        looks = [seen(n, (Kind.PERSON, 90)) for n in range(2)]
        assert names(*looks, min_size=31.0).named()[0][0].kind is Kind.UNNAMED
        assert names(*looks, min_size=29.0).named()[0][0].kind is Kind.PERSON

    def test_the_main_thing_is_what_fits_best(self) -> None:
        both = (there(Kind.VEHICLE, 95, at(0.1), fit=0.2), there(Kind.PERSON, 70, at(0.6)))
        named, _ = names(*(Seen(at_s, both, b"") for at_s in range(2))).named()
        assert [(one.kind, one.pictured) for one in named] == [(Kind.PERSON, True), (Kind.VEHICLE, True)]

    def test_who_rides_is_a_person(self) -> None:
        def rides(n: int) -> Seen:
            both = (Candidate(Named(Kind.VEHICLE, 96, MOVED), 0.4, PLACE), Candidate(RIDER, 0.3, PLACE))
            return Seen(n, (Sighting(PLACE, both),), b"")

        assert [one.kind for one in names(rides(0), rides(1)).named()[0]] == [Kind.PERSON]

    def test_of_what_was_never_there_at_once_only_one_is_true(self) -> None:
        looks = [seen(0, (Kind.PERSON, 90)), seen(1, (Kind.VEHICLE, 80)), seen(2, (Kind.PERSON, 90))]
        named, _ = names(*looks, seen(3, (Kind.VEHICLE, 80))).named()
        assert [one.kind for one in named] == [Kind.PERSON]

    def test_what_stands_while_something_moves_on_is_not_what_moves(self) -> None:
        parked = Box(0.3, 0.3, 0.3, 0.4)
        past = [Seen(n, (there(Kind.VEHICLE, 97, at(0.1 + n / 5), parked, 0.4),), b"") for n in range(4)]
        assert names(*past).named()[0][0].kind is Kind.UNNAMED
        coming = [Seen(n, (there(Kind.VEHICLE, 97, at(0.1 + n / 5)),), b"") for n in range(4)]
        assert names(*coming).named()[0][0].kind is Kind.VEHICLE

    def test_nobody_looked(self) -> None:
        assert names().named() == ((), b"")


PEOPLE: Final = {"kinds": (Kind.PERSON,)}


class TestUnwanted:
    def test_what_was_named_and_is_not_asked_for(self) -> None:
        cats = [seen(n, (Kind.ANIMAL, 90)) for n in range(2)]
        assert names(*cats, **PEOPLE).unwanted(2.5)
        assert not names(*cats).unwanted(2.5)

    def test_where_somebody_wanted_was_there_too(self) -> None:
        pair = (there(Kind.ANIMAL, 90, at(0.1)), there(Kind.PERSON, 80, at(0.6)))
        both = [Seen(at_s, pair, b"") for at_s in range(2)]
        assert not names(*both, **PEOPLE).unwanted(2.5)

    def test_not_after_one_look_or_none(self) -> None:
        assert not names(**PEOPLE).unwanted(2.5)
        assert not names(seen(0), **PEOPLE).unwanted(2.5)
        assert names(seen(0), seen(1), **PEOPLE).unwanted(2.5)

    def test_not_where_it_went_on_for_long_after_the_last_look(self) -> None:
        cats = [seen(n, (Kind.ANIMAL, 90)) for n in range(8)]
        assert names(*cats, **PEOPLE).unwanted(15.0)
        assert not names(*cats, **PEOPLE).unwanted(15.1)
