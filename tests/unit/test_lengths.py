"""Whether a JPEG is as long as ever: `gcam_addon.pipeline.lengths`."""

from __future__ import annotations

import random

import pytest

from gcam_addon.pipeline.lengths import Lengths

_ENOUGH = 100


def settled(lengths: Lengths, middle: int = 27_000, noise: float = 40.0) -> random.Random:
    """After some pictures whose length varies as a sensor's noise makes it."""
    rng = random.Random(1)
    for _ in range(_ENOUGH):
        lengths.is_usual(round(rng.gauss(middle, noise)))
    return rng


def test_noise_is_usual() -> None:
    lengths = Lengths()
    rng = settled(lengths)
    usual = [lengths.is_usual(round(rng.gauss(27_000, 40.0))) for _ in range(1000)]
    assert 0.93 < sum(usual) / 1000 < 1.0


@pytest.mark.parametrize("change", [-400, 400])
def test_what_comes_into_view_is_not(change: int) -> None:
    lengths = Lengths()
    settled(lengths)
    assert not lengths.is_usual(27_000 + change)


def test_what_stays_becomes_usual() -> None:
    lengths = Lengths()
    rng = settled(lengths)
    usual = [lengths.is_usual(round(rng.gauss(27_400, 40.0))) for _ in range(1000)]
    assert not any(usual[:3])
    assert sum(usual[500:]) > 450


def test_nothing_is_known_at_first() -> None:
    lengths = Lengths()
    assert not any(lengths.is_usual(27_000) for _ in range(10))
    settled(lengths, noise=0.0)
    assert lengths.is_usual(27_000)


def test_where_pictures_never_differ_one_byte_does() -> None:
    lengths = Lengths()
    for _ in range(_ENOUGH):
        lengths.is_usual(27_000)
    assert lengths.is_usual(27_000)
    assert not lengths.is_usual(27_001)
