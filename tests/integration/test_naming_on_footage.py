"""How well what moves is named on labelled footage, if there is any."""

from __future__ import annotations

import pytest

from benchmarks.accuracy import classifier, footage_dir, named_in, read_labels, thinned
from benchmarks.naming import Naming, name_nothing
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


@pytest.mark.parametrize(
    ("clip", "kind", "events"), [("promenade", Kind.PERSON, 3), ("grey_street", Kind.VEHICLE, 2)]
)
def test_who_is_near_is_named(clip: str, kind: Kind, events: int) -> None:
    named = of(clip, quiet=True)
    assert [one.told for one in named.called] == [(kind,)] * events
    assert named.empty_named == 0
