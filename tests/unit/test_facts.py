"""What a journal or a video says of itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gcam_addon.errors import RecordingError
from gcam_addon.model import Box, ClipKind, Kind, Named
from gcam_addon.recording.facts import FORMAT, ClipFacts, from_json, to_json
from gcam_addon.words.reason import because, said_in

FACTS = ClipFacts(
    "c1", "door", "Door", ClipKind.TIMELAPSE, 1_700_000_000.0, reason=because("clip_timelapse", seconds=2.5)
)


def test_a_reason_is_one_again() -> None:
    read = from_json(to_json(FACTS))
    assert read == FACTS
    assert said_in("fr", read.reason) == "une image toutes les 2,5 s"


def test_what_moved_is_kept_and_what_is_no_name_is_refused() -> None:
    facts = replace(FACTS, named=(Named(Kind.ANIMAL, 80.5, Box(0.0, 0.25, 0.5, 0.5), pictured=True),))
    assert from_json(to_json(facts)) == facts
    told = json.loads(to_json(facts))
    assert from_json(json.dumps(told | {"gcam": 2, "named": None})).named == ()
    for wrong in (
        7,
        [7],
        [{}],
        [{"kind": "person"}],
        [told["named"][0] | {"box": [0, 0, 1, 1]}],
        [{"kind": []}],
    ):
        with pytest.raises(RecordingError):
            from_json(json.dumps(told | {"named": wrong}))


def test_one_of_an_earlier_version_keeps_its_text() -> None:
    told = json.loads(to_json(FACTS)) | {"gcam": 1}
    del told["said"]
    read = from_json(json.dumps(told))
    assert read.reason == said_in("fr", read.reason) == "one picture every 2.5 s"


@pytest.mark.parametrize("said", [{"code": "of a later version", "params": {}}, ["no"], "no", 7])
def test_what_it_is_made_of_may_be_anything(said: object) -> None:
    told = json.loads(to_json(FACTS)) | {"said": said}
    assert from_json(json.dumps(told)).reason == FACTS.reason


def test_what_has_no_bottom_and_what_is_later_is_refused() -> None:
    later = json.loads(to_json(FACTS)) | {"gcam": FORMAT + 1}
    for text in (json.dumps(later), to_json(FACTS)[:-1] + ',"more":' + 100_000 * "["):
        with pytest.raises(RecordingError):
            from_json(text)
