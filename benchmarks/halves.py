"""Whether settings chosen on one half of the clips hold on the other, and how far a figure strays by which
clips there happen to be. Pure.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.scoring import Score, total_of

SPLITS = 500


@dataclass(frozen=True, slots=True)
class Range:
    """Of many values: the middle, and between which nine of ten lie."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Halves:
    """F1 (IoU) on halves that were not used to choose: with the setting that is chosen on the other half, and
    with the usual one on the very same.
    """

    chosen: Range
    usual: Range
    choices: Counter[int]


def split(scores: Mapping[int, Mapping[str, Score]], usual: int, splits: int = SPLITS) -> Halves:
    """`scores`: setting -> clip -> score."""
    rng = np.random.default_rng(1)
    clips = sorted(scores[usual])
    chosen, fixed, choices = [], [], Counter[int]()
    for _ in range(splits):
        order = rng.permutation(len(clips))
        one, other = ([clips[n] for n in part] for part in np.array_split(order, 2))
        best = max(scores, key=lambda setting: (_f1(scores[setting], one), -abs(setting - usual)))
        choices[best] += 1
        chosen.append(_f1(scores[best], other))
        fixed.append(_f1(scores[usual], other))
    return Halves(_range(chosen), _range(fixed), choices)


def _f1(scores: Mapping[str, Score], clips: list[str]) -> float:
    return total_of(scores[clip] for clip in clips).f1_iou


def _range(values: list[float]) -> Range:
    low, high = np.percentile(values, (5, 95)).tolist()
    return Range(statistics.median(values), low, high)
