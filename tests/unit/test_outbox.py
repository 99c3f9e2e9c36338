"""What is to be told is on disk until it was: once, in order, in bounds; what was left out is summed up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gcam_addon.alerts import outbox as outbox_module
from gcam_addon.alerts.migrations import VERSION_TABLE
from gcam_addon.alerts.outbox import Draft, Due, Outbox
from gcam_addon.alerts.pacing import Part, State
from gcam_addon.alerts.schema import METADATA
from gcam_addon.disk.database import engine_for
from gcam_addon.errors import LaterVersion, RecordingError
from gcam_addon.model.alerts import Importance, Topic

NOW = 1_700_000_000.0


@pytest.fixture
def outbox(tmp_path: Path) -> Any:
    made = Outbox(tmp_path / "outbox.db")
    made.open()
    yield made
    made.close()


def _draft(happening: str = "e1", **changes: Any) -> Draft:
    fields: dict[str, Any] = {
        "destination": "hook",
        "rule": "r",
        "topic": Topic.MOTION,
        "part": Part.FIRST,
        "at": NOW,
        "facts": {"name": "Door", "since": NOW},
        "camera_id": "door",
        "window_s": 60.0,
        "wants_clip": True,
        "picture": b"jpeg",
    }
    return Draft(happening=happening, **(fields | changes))


def _next(outbox: Outbox, now: float = NOW) -> Due:
    due, _ = outbox.next("hook", now)
    assert due is not None
    return due


def _send(outbox: Outbox, due: Due, now: float = NOW, remote: str | None = None) -> None:
    outbox.sent(due.kept, now, remote=remote, said="200", took_s=0.1)


def test_the_schema_is_what_the_migrations_make(outbox: Outbox, tmp_path: Path) -> None:
    engine = engine_for(tmp_path / "outbox.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_what_is_put_in_again_is_in_it_once(outbox: Outbox) -> None:
    outbox.put([_draft(), _draft()], NOW)
    outbox.put([_draft()], NOW)

    assert len(outbox.newest(10)) == 1
    assert outbox.waiting() == {"hook": 1}


def test_it_outlives_its_process(outbox: Outbox, tmp_path: Path) -> None:
    outbox.put([_draft()], NOW)
    again = Outbox(tmp_path / "outbox.db")

    due = _next(again)
    again.close()

    assert (due.kept.draft.picture, due.kept.draft.facts["name"]) == (b"jpeg", "Door")


def test_a_clip_follows_the_picture_that_was_sent(outbox: Outbox) -> None:
    outbox.put([_draft()], NOW)
    _send(outbox, _next(outbox), remote="m7")

    assert outbox.follow(["e1", "e2"], "c1", NOW + 5, NOW + 9) == {"hook"}
    due = _next(outbox, NOW + 10)

    assert (due.kept.draft.part, due.kept.draft.clip_id) == (Part.CLIP, "c1")
    assert due.follows is not None
    assert due.follows.remote == "m7"
    assert due.follows.draft.picture == b""


def test_a_clip_of_what_nobody_was_told_of_is_told_to_nobody(outbox: Outbox) -> None:
    outbox.put([_draft(wants_clip=False)], NOW)

    assert outbox.follow(["e1"], "c1", NOW, NOW) == frozenset()


def test_what_is_swallowed_is_summed_up_by_the_next(outbox: Outbox) -> None:
    outbox.put([_draft("e1")], NOW)
    _send(outbox, _next(outbox))
    outbox.put([_draft("e2"), _draft("e3")], NOW + 1)
    outbox.follow(["e2"], "c2", NOW, NOW + 2)

    assert outbox.next("hook", NOW + 3) == (None, None)
    outbox.put([_draft("e4")], NOW + 61)
    due = _next(outbox, NOW + 61)
    assert (due.kept.draft.happening, due.left_out) == ("e4", 2)
    _send(outbox, due, NOW + 61)
    outbox.put([_draft("e5")], NOW + 200)

    assert _next(outbox, NOW + 200).left_out == 0


def test_one_that_failed_is_tried_again_then_and_no_window_begins(outbox: Outbox) -> None:
    outbox.put([_draft("e1"), _draft("e2", at=NOW + 1)], NOW)
    outbox.failed(_next(outbox).kept, NOW + 5, "no route")

    assert _next(outbox).kept.draft.happening == "e2"
    outbox.failed(_next(outbox).kept, NOW + 9, "no route")
    assert outbox.next("hook", NOW) == (None, NOW + 5)
    due = _next(outbox, NOW + 5)
    assert (due.kept.draft.happening, due.kept.attempts, due.kept.said) == ("e1", 1, "no route")
    outbox.hurry("hook", NOW + 6)

    assert outbox.newest(1)[0].next_at == NOW + 6


def test_a_day_without_a_line_is_one_letter(outbox: Outbox) -> None:
    outbox.put([_draft(f"e{n}", at=NOW + n) for n in range(5)], NOW)

    due = _next(outbox, NOW + 86_400)

    assert due.kept.draft.part is Part.DIGEST
    assert due.kept.draft.facts == {"count": 5, "since": NOW, "until": NOW + 4}
    _send(outbox, due, NOW + 86_400)
    assert outbox.next("hook", NOW + 86_401) == (None, None)


def test_after_such_a_day_the_next_alert_says_how_many_were_left_out(outbox: Outbox) -> None:
    outbox.put([_draft("e1"), _draft("e2")], NOW)
    outbox.put([_draft("e3", at=NOW + 86_400)], NOW + 86_400)

    due = _next(outbox, NOW + 86_400)

    assert (due.kept.draft.happening, due.left_out) == ("e3", 2)


def test_urgent_ones_are_never_pushed_out(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MOST_WAITING", 3)
    outbox.put([_draft("alarm", importance=Importance.URGENT)], NOW)
    outbox.put([_draft(f"e{n}") for n in range(5)], NOW)

    states = {kept.draft.happening: kept.state for kept in outbox.newest(10)}

    assert [name for name, state in states.items() if state is State.WAITING] == ["e4", "e3", "alarm"]
    assert states["e0"] is State.EXPIRED


def test_pictures_that_wait_are_bounded(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MOST_PICTURE_BYTES", 250)
    outbox.put([_draft(f"e{n}", picture=b"x" * 100) for n in range(4)], NOW)

    assert outbox.waiting() == {"hook": 2}


def test_one_that_its_receiver_may_not_see_is_never_sent_nor_counted(outbox: Outbox) -> None:
    outbox.put([_draft("e1")], NOW)
    outbox.refused(_next(outbox).kept, "may not see it")
    outbox.put([_draft("e2")], NOW)

    assert _next(outbox).left_out == 0


def test_one_destination_knows_nothing_of_another(outbox: Outbox) -> None:
    outbox.put([_draft(), _draft(destination="mail")], NOW)
    _send(outbox, _next(outbox))
    outbox.forget("hook")

    due, _ = outbox.next("mail", NOW + 1)

    assert due is not None
    assert [kept.draft.destination for kept in outbox.newest(9)] == ["mail"]


def test_what_is_over_goes_after_a_month(outbox: Outbox) -> None:
    outbox.put([_draft("old"), _draft("waits", destination="mail")], NOW)
    _send(outbox, _next(outbox))

    outbox.tidy(NOW + 29 * 86_400)
    assert len(outbox.newest(9)) == 2
    outbox.tidy(NOW + 31 * 86_400)

    assert [kept.draft.happening for kept in outbox.newest(9)] == ["waits"]


def test_a_file_that_is_corrupt_is_kept_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    broken = tmp_path / "outbox.db"
    broken.write_bytes(b"no database at all" * 100)
    outbox = Outbox(broken)

    outbox.put([_draft()], NOW)
    outbox.close()

    assert (tmp_path / "outbox.db.corrupt").read_bytes().startswith(b"no database")


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "nowhere" / "outbox.db")

    with pytest.raises(RecordingError, match=r"outbox\.db"):
        outbox.open()
    outbox.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    later = Outbox(tmp_path / "later.db")
    later.open()
    engine = engine_for(tmp_path / "later.db")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
    later.close()

    with pytest.raises(LaterVersion):
        Outbox(tmp_path / "later.db").open()


def test_keys_tell_parts_rules_and_destinations_apart() -> None:
    draft = _draft()
    others = [replace(draft, part=Part.CLIP), replace(draft, rule="s"), replace(draft, destination="mail")]

    assert len({one.key for one in [draft, *others]}) == 4


def test_of_who_was_made_to_disarm_receivers_are_told_and_nobody_who_looks_here(outbox: Outbox) -> None:
    outbox.put([_draft("duress:1.000", topic=Topic.ALARM), _draft()], NOW)

    assert [kept.draft.happening for kept in outbox.newest(10)] == ["e1"]
    assert outbox.waiting() == {"hook": 1}
    _send(outbox, due := _next(outbox))
    assert (due.kept.draft.happening, due.kept.draft.is_secret) == ("duress:1.000", True)
    assert [kept.draft.happening for kept in outbox.newest(10)] == ["e1"]
