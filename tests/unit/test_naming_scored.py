"""How benchmarks/naming.py holds what events are called against what moves in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.kinds import things_of
from benchmarks.naming import Called, Naming, name_events, name_nothing, show_events, show_naming
from benchmarks.scoring import Labels
from gcam_addon.interfaces import Bgr, Look
from gcam_addon.model import (
    Box,
    Cause,
    Kind,
    Motion,
    MotionEnded,
    MotionStarted,
    Named,
    Region,
    Size,
    Unit,
    jpeg_unit,
)
from gcam_addon.picture.pixels import encoded
from gcam_addon.pipeline.processor import Analysis

SIZE = Size(64, 48)
FPS = 10.0
PERSON, VEHICLE, ANIMAL, UNNAMED = Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL, Kind.UNNAMED
MOVES = Motion(
    moving=True,
    score=25.0,
    threshold=0.2,
    cause=Cause.MOTION,
    reason="moved",
    regions=(Region(0.25, 0.25, 0.25, 0.25, 6.25), Region(0.9, 0.5, 0.02, 0.4, 0.8)),
)
STILL = replace(MOVES, moving=False, regions=())
LABELS = Labels(FPS, (0, 199), ((20, 79),), things=(((20, 79), (PERSON,)), ((60, 70), (VEHICLE,))))


class Sees:
    """interfaces.Classifier. The same at each place."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = kinds

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        return [Named(kind, 80.0, crop) for kind in self._kinds for crop in crops]


class Finds:
    """As a `Processor`: something moves in these spans of pictures, at 10 a second."""

    def __init__(self, *spans: tuple[int, int]) -> None:
        self._spans = spans

    def process(self, unit: Unit, *, is_due: bool = True) -> list[Analysis]:
        index = round(unit.pts_s * FPS)
        moves = any(a <= index <= b for a, b in self._spans)
        begun = any(a == index for a, _ in self._spans)
        ended = any(index == b + 1 for _, b in self._spans)
        events: list[MotionStarted | MotionEnded] = []
        if begun:
            events.append(MotionStarted("c", "e", unit.pts_s, 0.0, 25.0, "came"))
        if ended:
            events.append(MotionEnded("c", "e", unit.pts_s - 1 / FPS, 0.0, 1.0, 25.0, "left", unit.data))
        look = Look(None, unit.pts_s, 0.0, SIZE, lambda: unit.data)
        return [Analysis(look, MOVES if moves else STILL, tuple(events), moves, False, 0.0, 0.0)]

    def finish(self) -> tuple[MotionEnded, ...]:
        return ()


def frames() -> list[tuple[int, Unit]]:
    jpeg = encoded(np.full((SIZE.height, SIZE.width, 3), 90, np.uint8), 90)
    return [(index, jpeg_unit(jpeg, index / FPS, 0.0, SIZE)) for index in range(200)]


def named(sees: Sees, *spans: tuple[int, int], labels: Labels = LABELS) -> Naming:
    processor: Any = Finds(*spans)
    return name_events("clip", labels, iter(frames()), processor, sees)


class TestEvents:
    def test_right_is_the_main_thing(self) -> None:
        (one,) = named(Sees(PERSON), (22, 78)).called
        assert (one.verdict, one.wanted, one.span) == ("right", (PERSON, VEHICLE), (22, 78))
        assert one.height_px == 12  # of the largest thing, not of the tallest

    def test_another_is_something_else_that_passes_there(self) -> None:
        (one,) = named(Sees(VEHICLE), (22, 78)).called
        assert one.verdict == "another"
        (early,) = named(Sees(VEHICLE), (22, 50)).called
        assert early.verdict == "wrong"

    def test_unnamed_is_what_nothing_is_seen_of(self) -> None:
        (one,) = named(Sees(), (22, 78)).called
        assert (one.verdict, one.told) == ("unnamed", (UNNAMED,))

    def test_what_belongs_to_no_label_is_left_out(self) -> None:
        assert named(Sees(PERSON), (100, 120)).called == []
        assert named(Sees(PERSON), (100, 120)).events == 1

    def test_what_is_unclear_for_the_most_part_is_left_out(self) -> None:
        unclear = replace(LABELS, dont_care=((80, 199),))
        assert named(Sees(PERSON), (70, 120), labels=unclear).called == []
        assert len(named(Sees(PERSON), (30, 120), labels=unclear).called) == 1

    def test_what_it_costs_is_counted(self) -> None:
        told = named(Sees(PERSON), (22, 78))
        assert (told.looks, told.crops) == (4, 8)  # at 0, 0.5, 1.5 and 3.5 s, two places each
        assert told.decoding_s > 0


class TestVerdicts:
    @pytest.mark.parametrize(
        ("told", "verdict", "adds_wrong"),
        [
            ((PERSON,), "right", False),
            ((PERSON, ANIMAL), "right", True),
            ((VEHICLE, PERSON), "right", False),
            ((VEHICLE,), "another", False),
            ((ANIMAL, PERSON), "wrong", False),
            ((UNNAMED,), "unnamed", False),
            ((), "unnamed", False),
        ],
    )
    def test_by_what_is_told(self, told: tuple[Kind, ...], verdict: str, *, adds_wrong: bool) -> None:
        one = Called("clip", (0, 9), (PERSON, VEHICLE), told, 30.0)
        assert (one.verdict, one.adds_wrong) == (verdict, adds_wrong)

    @pytest.mark.parametrize(
        ("px", "size"), [(23.9, "under 24 px"), (24, "24 px and more"), (90, "48 px and more")]
    )
    def test_by_size(self, px: float, size: str) -> None:
        assert Called("clip", (0, 9), (PERSON,), (), px).size == size

    def test_the_table_tells_each_kind_size_and_place(self, capsys: pytest.CaptureFixture[str]) -> None:
        called = [
            Called("yard", (5, 9), (PERSON,), (VEHICLE,), 30),
            Called("yard", (20, 29), (PERSON,), (PERSON,), 60),
        ]
        show_naming("Named", Naming(called, empty=50, empty_named=1, looks=6, crops=12, events=2))
        show_events(called)
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["person", "2", "1", "0", "1", "0", "0"] in rows
        assert ["48", "px", "and", "more", "1", "1", "0", "0", "0", "0"] in rows
        assert any("1 of 50 named (2.0 %)" in " ".join(row) for row in rows)
        assert any("3.0 looks, 6.0 runs" in " ".join(row) for row in rows)
        assert rows[-1][:5] == ["wrong", "yard", "5", "to", "9"]


class TestNothing:
    def test_places_in_pictures_in_which_nothing_moves(self) -> None:
        told = name_nothing(LABELS, frames(), Sees())
        # From 9.5 s on, a look each 0.6 s: 18 of them make three rows of eight, half of each shared.
        assert (told.empty, told.empty_named) == (6, 0)
        # Where a place is small enough, what is seen there stands while the place strays.
        assert name_nothing(LABELS, frames(), Sees(ANIMAL)).empty_named >= 4

    def test_none_where_something_moves_all_the_time(self) -> None:
        busy = replace(LABELS, dont_care=((0, 199),))
        assert name_nothing(busy, frames(), Sees()).empty == 0


class TestWhatMoves:
    def test_labels_tell_it(self) -> None:
        item = {"events": [[0, 9], [20, 29]], "what": ["person", "animal"], "what_all": ["person", "vehicle"]}
        assert things_of("new", item) == (((0, 9), (PERSON, VEHICLE)), ((20, 29), (ANIMAL, PERSON, VEHICLE)))

    def test_else_the_table_does(self) -> None:
        assert things_of("highway", {"events": [[0, 9]]}) == (((0, 9), (VEHICLE,)),)
        assert things_of("unheard of", {"events": [[0, 9]]}) == ()

    def test_what_passes_beside(self) -> None:
        item = {"events": [[0, 62], [106, 378]], "what": ["person", "person"]}
        assert things_of("parking_fisheye_a", item)[-1] == ((319, 350), (VEHICLE,))
