"""Floors under how well what moves is named on labelled footage, if there is any, and under what that costs.

Of two short clips every test run sees it; all of them take minutes of one core.
"""

from __future__ import annotations

import pytest

from benchmarks.accuracy import classifier, footage_dir, named_in, read_labels, thinned
from benchmarks.naming import SIZES, Called, Naming, name_nothing
from gcam_addon.classifiers.ssd import is_there
from gcam_addon.model import Kind

LOOKS = 6.0
pytestmark = [
    pytest.mark.footage,
    pytest.mark.skipif(
        not (footage_dir() / "labels.json").is_file(), reason=f"no labelled footage in {footage_dir()}"
    ),
    pytest.mark.skipif(not is_there(), reason="the model could not be had when the package was set up"),
]


def of(clip: str, *, quiet: bool) -> Naming:
    path, labels = read_labels(footage_dir())[clip]
    frames = list(thinned(path, labels.fps, LOOKS))
    named = named_in(clip, labels, iter(frames))
    if quiet:
        named.add(name_nothing(labels, frames, classifier()))
    return named


def share(called: list[Called], *verdicts: str) -> float:
    return sum(one.verdict in verdicts for one in called) / len(called)


@pytest.mark.parametrize(
    ("clip", "kind", "events"), [("promenade", Kind.PERSON, 3), ("grey_street", Kind.VEHICLE, 2)]
)
def test_who_is_near_is_named(clip: str, kind: Kind, events: int) -> None:
    named = of(clip, quiet=True)
    assert [one.told for one in named.called] == [(kind,)] * events
    assert named.empty_named == 0


@pytest.mark.thorough
def test_floors_on_all_clips() -> None:
    total = Naming()
    for clip in read_labels(footage_dir()):
        total.add(of(clip, quiet=True))
    people = total.of(Kind.PERSON)
    assert share(people, "right") >= 0.7
    assert share([one for one in people if one.height_px >= SIZES[-1]], "right") >= 0.85
    assert share(total.of(Kind.VEHICLE), "right") >= 0.5
    assert share(total.called, "wrong") <= 0.03
    assert not any(one.adds_wrong for one in total.called)
    assert total.empty_named / total.empty <= 0.02
    assert total.looks <= 6 * total.events
    assert total.crops <= 2 * total.looks
