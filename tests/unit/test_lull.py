"""How long nothing has stirred: `gcam_addon.pipeline.lull`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gcam_addon.interfaces import Look
from gcam_addon.model import Cause, Motion, Region, Size, Track
from gcam_addon.pipeline.lull import LONG_S, Lull
from gcam_addon.pipeline.processor import Analysis

QUIET = Motion(moving=False, score=0.0, threshold=0.2, cause=Cause.QUIET, reason="")
LEAF = Track(1, Region(0.1, 0.1, 0.01, 0.01, 0.01), 0.0, sure=False)


def analysis(pts_s: float, motion: Motion = QUIET, *, active: bool = False) -> Analysis:
    look = Look(None, pts_s, pts_s, Size(160, 120), bytes)
    return Analysis(look, motion, (), active, keys_suffice=True, decode_s=0.0, detect_s=0.0)


def test_it_counts_from_the_first_look() -> None:
    lull = Lull()
    assert not lull.is_long(1000.0)
    lull.see([analysis(1000.0)])
    lull.see([analysis(1005.0)])
    assert not lull.is_long(1000.0 + LONG_S - 0.1)
    assert lull.is_long(1000.0 + LONG_S)


@pytest.mark.parametrize(
    "stirs",
    [
        analysis(20.0, replace(QUIET, cause=Cause.MOTION, moving=True)),
        analysis(20.0, replace(QUIET, cause=Cause.TOO_SMALL)),
        analysis(20.0, replace(QUIET, cause=Cause.ILLUMINATION)),
        analysis(20.0, replace(QUIET, cause=Cause.UNDECODABLE)),
        analysis(20.0, replace(QUIET, cause=Cause.SETTLING)),
        analysis(20.0, replace(QUIET, tracks=(LEAF,))),
        analysis(20.0, active=True),
    ],
)
def test_whatever_stirs_ends_it(stirs: Analysis) -> None:
    lull = Lull()
    lull.see([analysis(0.0)])
    assert lull.is_long(20.0)
    lull.see([stirs])
    assert not lull.is_long(20.2)
    assert lull.is_long(20.0 + LONG_S)


def test_usual_stirring_does_not() -> None:
    lull = Lull()
    lull.see([analysis(0.0)])
    lull.see([analysis(20.0, replace(QUIET, cause=Cause.REPETITIVE))])
    assert lull.is_long(20.2)


def test_pictures_that_had_to_be_looked_at_after_all_do() -> None:
    lull = Lull()
    lull.see([analysis(0.0)])
    lull.see([analysis(20.0), analysis(20.2)])
    assert not lull.is_long(20.4)


def test_another_run_begins_anew() -> None:
    lull = Lull()
    lull.see([analysis(0.0)])
    lull.forget()
    assert not lull.is_long(20.0)
