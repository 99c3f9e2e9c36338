"""What becomes a line of the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gcam_addon.history.chronicle import (
    UNWANTED,
    Change,
    Chronicle,
    Entry,
    Filmed,
    Forgotten,
    Kind,
    Line,
    Unfilmed,
)
from gcam_addon.model import (
    Box,
    CameraChanged,
    CameraRemoved,
    ClipReady,
    ClipRemoved,
    Event,
    HdState,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    NoRecording,
    RecordingChanged,
    Status,
    Storage,
    StorageChanged,
)
from gcam_addon.model import (
    Kind as What,
)
from tests.support.fakes import make_camera, make_state
from tests.support.web_fakes import make_clip

DOOR = make_camera("door", name="Entrée")
STARTED = MotionStarted("door", "e1", 1.0, 100.0, 2.0, "came", ("porch",), (), b"first")
ENDED = MotionEnded("door", "e1", 5.0, 100.0, 104.0, 9.0, "came and went", ("path",), b"strongest")


def told(chronicle: Chronicle, *events: Event, now: float = 100.0) -> list[Change]:
    return [change for event in events for change in chronicle.take(event, now)]


def test_motion_is_a_line_that_is_completed() -> None:
    chronicle = Chronicle()
    state = make_state(DOOR, no_recording_code=NoRecording.RECORDING_OFF)
    begun, over = told(chronicle, CameraChanged(state), STARTED, ENDED)
    assert isinstance(begun, Line)
    assert isinstance(over, Line)
    assert (begun.entry.camera_name, begun.entry.ended_at, begun.jpeg) == ("Entrée", None, b"first")
    assert begun.entry.code == "recording_off"
    assert over.entry.key == begun.entry.key
    assert (over.entry.ended_at, over.entry.score, over.entry.reason) == (104.0, 9.0, "came and went")
    assert (over.entry.zones, over.jpeg) == (("porch", "path"), b"strongest")


CAT = Named(What.ANIMAL, 80.0, Box(0.0, 0.5, 0.25, 0.25), pictured=True)


def test_motion_has_its_name_as_soon_as_it_is_known() -> None:
    over = replace(ENDED, named=(CAT, Named(What.PERSON, 61.0, CAT.box)))
    begun, named, ended = told(
        Chronicle(), STARTED, MotionNamed("door", "e1", 2.0, 100.0, (CAT,), b"cat"), over
    )
    assert isinstance(begun, Line)
    assert isinstance(ended, Line)
    assert begun.entry.named == ()
    assert named == Line(replace(begun.entry, named=(CAT,)), b"cat")
    assert ended.entry.named == over.named
    assert ended.entry.code is None


def test_motion_that_is_not_wanted_says_so() -> None:
    over = replace(ENDED, named=(CAT,), unwanted=True)
    *_, ended = told(Chronicle(), STARTED, over)
    assert isinstance(ended, Line)
    assert (ended.entry.code, ended.entry.named) == (UNWANTED, (CAT,))
    off = CameraChanged(make_state(DOOR, no_recording_code=NoRecording.RECORDING_OFF))
    *_, ended = told(Chronicle(), off, STARTED, over)
    assert isinstance(ended, Line)
    assert ended.entry.code == NoRecording.RECORDING_OFF  # there is none to be in the trash


def test_a_name_for_what_nobody_saw_begin_is_nothing() -> None:
    assert told(Chronicle(), MotionNamed("door", "e1", 2.0, 100.0, (CAT,))) == []


def test_where_it_moved_is_told_at_once_and_again_when_all_of_it_is_known() -> None:
    begun, over = told(Chronicle(), replace(STARTED, cells=1), replace(ENDED, cells=3))
    assert isinstance(begun, Line)
    assert isinstance(over, Line)
    assert (begun.cells, over.cells) == (1, 3)


def test_the_end_of_motion_that_nobody_saw_begin_is_nothing() -> None:
    assert told(Chronicle(), ENDED) == []


def test_clips_come_and_go() -> None:
    clip = make_clip("c1", DOOR)
    assert told(Chronicle(), ClipReady(clip), ClipRemoved("c1", "door", "too old")) == [
        Filmed(clip.event_ids, "c1"),
        Unfilmed("c1", "too old"),
    ]


def test_a_loss_lasts_until_the_camera_is_back() -> None:
    chronicle = Chronicle()
    away = make_state(
        DOOR, status=Status.RECONNECTING, since=50.0, problem="no route", problem_code="unreachable"
    )
    lost = make_state(DOOR, status=Status.LOST, since=80.0, problem="no route", problem_code="unreachable")
    trying = make_state(DOOR, status=Status.CONNECTING, since=85.0)
    back = make_state(DOOR, status=Status.CONNECTED, since=90.0)
    begun, over = told(chronicle, *(CameraChanged(state) for state in (away, away, lost, trying, back, back)))
    assert isinstance(begun, Line)
    assert isinstance(over, Line)
    assert (begun.entry.kind, begun.entry.started_at, begun.entry.code) == (Kind.LOST, 50.0, "unreachable")
    assert (over.entry.key, over.entry.ended_at) == (begun.entry.key, 90.0)


def _outage(lost_at: float, back_at: float) -> tuple[Event, Event]:
    away = make_state(DOOR, status=Status.RECONNECTING, since=lost_at, problem="no route")
    return CameraChanged(away), CameraChanged(make_state(DOOR, status=Status.CONNECTED, since=back_at))


def _told_lines(chronicle: Chronicle, *events: Event) -> dict[str, Entry]:
    """As they read in the end."""
    lines = (change for change in told(chronicle, *events) if isinstance(change, Line))
    return {line.entry.key: line.entry for line in lines}


def _with_hd(hd: Status | None, hd_since: float, why: str | None = None, **changes: Any) -> Event:
    told = None if hd is None else HdState(hd, hd_since, why, why and "stalled", recorded=why is None)
    return CameraChanged(make_state(DOOR, **({"status": Status.CONNECTED, "since": 5.0} | changes), hd=told))


def test_a_second_address_that_is_away_is_a_line_of_its_own_until_it_is_back() -> None:
    begun, other, over = told(
        Chronicle(),
        _with_hd(Status.CONNECTING, 10.0),
        _with_hd(Status.CONNECTED, 11.0),
        _with_hd(Status.RECONNECTING, 50.0, "silent"),
        _with_hd(Status.LOST, 110.0, "silent"),
        _with_hd(Status.RECONNECTING, 110.0, "refused"),
        _with_hd(Status.CONNECTING, 115.0),
        _with_hd(Status.CONNECTED, 120.0),
        _with_hd(Status.CONNECTED, 120.0),
    )
    assert isinstance(begun, Line)
    assert isinstance(other, Line)
    assert isinstance(over, Line)
    assert (begun.entry.kind, begun.entry.started_at) == (Kind.LOST, 50.0)
    assert (begun.entry.code, begun.entry.camera_name) == ("hd_stalled", "Entrée")
    assert begun.entry.reason == "the HD stream is not there: silent"
    assert (other.entry.key, other.entry.reason) == (begun.entry.key, "the HD stream is not there: refused")
    assert (over.entry.key, over.entry.ended_at) == (begun.entry.key, 120.0)


@pytest.mark.parametrize("status", [Status.CONNECTED, Status.DISABLED, Status.PRIVACY])
def test_a_second_address_that_there_is_no_more_is_missed_no_longer(status: Status) -> None:
    chronicle = Chronicle()
    told(chronicle, _with_hd(Status.RECONNECTING, 50.0, "silent"))
    (over,) = told(chronicle, _with_hd(None, 0.0, status=status), now=90.0)
    assert isinstance(over, Line)
    assert over.entry.ended_at == 90.0


def test_a_camera_and_its_second_address_are_lost_and_back_each_by_itself() -> None:
    entries = _told_lines(
        Chronicle(),
        _with_hd(Status.RECONNECTING, 50.0, "silent"),
        _with_hd(Status.RECONNECTING, 50.0, "silent", status=Status.RECONNECTING, since=60.0, problem="gone"),
        _with_hd(Status.CONNECTED, 70.0, status=Status.RECONNECTING, since=60.0, problem="gone"),
        _with_hd(Status.CONNECTED, 70.0, since=80.0),
    ).values()
    assert [(entry.started_at, entry.ended_at) for entry in entries] == [(50.0, 70.0), (60.0, 80.0)]


def test_a_camera_that_flaps_is_one_line_an_hour() -> None:
    flaps = [event for number in range(8000) for event in _outage(number * 0.9, number * 0.9 + 0.45)]
    first, second = _told_lines(Chronicle(), *flaps).values()
    assert first.started_at == 0
    assert 3600 <= (first.ended_at or 0) <= 3601
    assert first.times == 4001
    assert second.times == 3999


def test_a_loss_long_after_the_last_is_a_line_of_its_own() -> None:
    entries = _told_lines(Chronicle(), *_outage(0, 10), *_outage(310, 320), *_outage(621, 630)).values()
    assert [(entry.started_at, entry.ended_at, entry.times) for entry in entries] == [
        (0, 320, 2),
        (621, 630, 1),
    ]


def test_a_loss_after_the_camera_was_removed_is_a_line_of_its_own() -> None:
    entries = _told_lines(Chronicle(), *_outage(0, 10), CameraRemoved("door"), *_outage(20, 30))
    assert [entry.times for entry in entries.values()] == [1, 1]


def test_a_camera_that_connects_for_the_first_time_was_not_lost() -> None:
    states = [
        make_state(DOOR, status=status) for status in (Status.CONNECTING, Status.CONNECTED, Status.DISABLED)
    ]
    assert told(Chronicle(), *map(CameraChanged, states)) == []


def test_problems_of_recording_and_disk_begin_change_and_end() -> None:
    chronicle = Chronicle()
    full = Storage(2, 1, 1, 1, problem="the disk is full")
    changes = told(
        chronicle,
        RecordingChanged("door", False, "the disk is full", "storage_full"),
        RecordingChanged("door", False, "the disk is full", "storage_full"),
        RecordingChanged("door", False, "the disk is gone", "recording"),
        StorageChanged(full),
        RecordingChanged("door", True),
        StorageChanged(Storage(2, 1, 1, 1)),
    )
    entries = [change.entry for change in changes if isinstance(change, Line)]
    assert [(entry.kind, entry.code, entry.ended_at) for entry in entries] == [
        (Kind.NOT_RECORDING, "storage_full", None),
        (Kind.NOT_RECORDING, "recording", None),
        (Kind.STORAGE, "storage", None),
        (Kind.NOT_RECORDING, "recording", 100.0),
        (Kind.STORAGE, "storage", 100.0),
    ]
    assert entries[3].key == entries[0].key


def test_a_removed_camera_lasts_no_longer() -> None:
    chronicle = Chronicle()
    assert told(chronicle, STARTED, CameraRemoved("door"), now=120.0)[-1] == Forgotten("door", 120.0)
    assert told(chronicle, ENDED) == []
