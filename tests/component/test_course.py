"""What one telling of an event leaves to the next: how it began, what is new, what was seen before."""

from datetime import UTC, datetime
from typing import Any

from custom_components.gcam.course import Course
from custom_components.gcam.models import Happening, parse_message

_ENDED_AT = 1_700_000_020.0


def tell(course: Course, kind: str, event_id: str, *what: str, **more: Any) -> dict[str, Any]:
    """What the entity shows of it; without `what` nobody looked."""
    body = {
        "type": kind,
        "camera_id": "garden",
        "event_id": event_id,
        "started_at": 1_700_000_000.0,
        "ended_at": _ENDED_AT,
        "score": 2.5,
        "peak": 4.0,
        "reason": "it moved",
        "zones": ["gate"],
        "what": list(what) or None,
    }
    happening = parse_message(body | more)
    assert isinstance(happening, Happening)
    return course.told(happening)


def test_a_name_comes_with_what_was_told_when_it_began() -> None:
    course = Course()
    began = tell(course, "motion_started", "e1")
    named = tell(course, "motion_named", "e1", "person")
    assert {name: named[name] for name in began} == began
    assert (began["reason"], began["zones"], began["score"]) == ("it moved", ["gate"], 2.5)


def test_each_kind_is_new_once_in_an_event() -> None:
    course = Course()
    tell(course, "motion_started", "e1")
    told = [
        ("motion_named", ["person"]),
        ("motion_named", ["person", "vehicle"]),
        ("motion_named", ["person"]),
    ]
    assert [tell(course, kind, "e1", *what)["new"] for kind, what in told] == [["person"], ["vehicle"], []]
    assert tell(course, "motion_ended", "e1", "person", "animal")["new"] == ["animal"]
    tell(course, "motion_started", "e2")
    assert tell(course, "motion_named", "e2", "person")["new"] == ["person"]


def test_when_such_a_thing_was_seen_before() -> None:
    course = Course()
    tell(course, "motion_started", "e1")
    assert tell(course, "motion_named", "e1", "person")["seen_before"] == {"person": None}
    assert tell(course, "motion_ended", "e1", "person")["seen_before"] == {"person": None}
    tell(course, "motion_started", "e2")
    seen = tell(course, "motion_named", "e2", "person", "animal")["seen_before"]
    assert seen == {"person": datetime.fromtimestamp(_ENDED_AT, UTC), "animal": None}


def test_an_event_whose_beginning_was_missed() -> None:
    """Home Assistant was started meanwhile; or it lost Gcam, and knows another event's beginning."""
    course = Course()
    assert tell(course, "motion_named", "e1", "person")["zones"] == []
    tell(course, "motion_started", "e2")
    tell(course, "motion_named", "e2", "person")
    named = tell(course, "motion_named", "e3", "person")
    assert (named["new"], named["zones"], named["reason"]) == (["person"], [], "")
    assert tell(course, "motion_ended", "e4", "person")["new"] == ["person"]


def test_an_event_that_nobody_looked_at() -> None:
    course = Course()
    ended = tell(course, "motion_ended", "e1")
    assert (ended["what"], ended["new"], ended["seen_before"], ended["unwanted"]) == (None, [], {}, False)
    assert tell(course, "motion_ended", "e2", "animal", unwanted=True)["unwanted"] is True
