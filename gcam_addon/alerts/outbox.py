"""outbox.db: what is to be told, on disk before anybody is told, until it was. Synchronous."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from gcam_addon.alerts.pacing import Part, State, Turn, Waiting, lives_s, turn
from gcam_addon.alerts.schema import LETTERS
from gcam_addon.disk.database import LaterSchema
from gcam_addon.disk.disposable import DisposableDatabase
from gcam_addon.errors import LaterVersion, RecordingError
from gcam_addon.model.alerts import DURESS, Importance, Topic
from gcam_addon.words.reason import because

KEEP_S = 30 * 86_400.0
MOST_WAITING = 5000
MOST_PICTURE_BYTES = 64 * 1024 * 1024
MOST_KEPT = 5000
_PATIENCE_S = 2.0
_DIGEST_LIVES_S = 7 * 86_400.0
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)
_ROW = LETTERS.c
_OPEN = sa.not_(_ROW.happening.startswith(DURESS))


@dataclass(frozen=True, slots=True)
class Draft:
    """What one rule wants told to one destination."""

    destination: str
    rule: str
    topic: Topic
    happening: str
    part: Part
    at: float
    facts: Mapping[str, Any]
    """Plain values, of which it is worded when it is sent."""
    importance: Importance = Importance.NORMAL
    camera_id: str | None = None
    window_s: float = 0.0
    wants_clip: bool = False
    clip_id: str | None = None
    picture: bytes = field(default=b"", repr=False)

    @property
    def key(self) -> str:
        return f"{self.topic}/{self.happening}/{self.rule}/{self.destination}/{self.part}"

    @property
    def is_secret(self) -> bool:
        """Shown nowhere in Gcam."""
        return self.happening.startswith(DURESS)


@dataclass(frozen=True, slots=True)
class Kept:
    """One as it lies in the outbox."""

    id: int
    draft: Draft
    state: State
    attempts: int
    next_at: float
    expires_at: float
    sent_at: float | None
    remote: str | None
    said: str | None
    took_s: float | None


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be sent now: after which letter, and how many were left out since the last one was sent."""

    kept: Kept
    follows: Kept | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Missed:
    """What a destination was not told in time."""

    count: int
    since: float
    until: float


class Outbox:
    """Every method but `close` may raise `RecordingError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = DisposableDatabase(path, "gcam_addon.alerts", _PATIENCE_S)

    def open(self) -> None:
        """Raises `LaterVersion` for a file that is to be left alone."""
        with self._translated():
            self._database.open()

    def close(self) -> None:
        self._database.close()

    def put(self, drafts: Sequence[Draft], now: float) -> None:
        """All or none. What lies in it already is not put into it again; what is too much goes, the oldest of
        what is not urgent first, and is summed up.
        """
        rows = [_row(draft, now) for draft in drafts]
        insert = sa.insert(LETTERS).prefix_with("OR IGNORE")

        def put(connection: sa.Connection) -> None:
            connection.execute(insert, rows)
            _make_room(connection)

        if rows:
            self._do(put)

    def follow(self, happenings: Sequence[str], clip_id: str, at: float, now: float) -> frozenset[str]:
        """There is a clip of these: who was told of them and wants it is told. Returns the destinations."""
        query = sa.select(LETTERS).where(
            _ROW.happening.in_(happenings), _ROW.part == Part.FIRST, _ROW.wants_clip
        )

        def follow(connection: sa.Connection) -> frozenset[str]:
            firsts = [_kept(row).draft for row in connection.execute(query)]
            drafts = [_clip_of(first, clip_id, at) for first in firsts]
            if drafts:
                rows = [_row(draft, now) for draft in drafts]
                connection.execute(sa.insert(LETTERS).prefix_with("OR IGNORE"), rows)
            return frozenset(draft.destination for draft in drafts)

        return self._do(follow)

    def next(self, destination: str, now: float) -> tuple[Due | None, float | None]:
        """What is to be sent there now; where nothing is, when to ask again (None: when there is more)."""

        def choose(connection: sa.Connection) -> tuple[Due | None, float | None]:
            found = _turn(connection, destination, now)
            for letter_id, state in found.settled.items():
                _settle(connection, letter_id, state)
            if found.chosen is None:
                if found.wake_at is None and _digest(connection, destination, now):
                    return choose(connection)
                return None, found.wake_at
            return _due(connection, found.chosen), None

        return self._do(choose)

    def sent(self, letter: Kept, now: float, *, remote: str | None, said: str, took_s: float) -> None:
        draft = letter.draft
        values = {"state": State.SENT, "sent_at": now, "remote": remote, "said": said, "took_s": took_s}
        values |= {"attempts": letter.attempts + 1, "picture": None, "picture_bytes": 0}
        told = sa.update(LETTERS).where(_ROW.id == letter.id)
        left_out = _left_out_of(draft).values(summed_up=True)

        def note(connection: sa.Connection) -> None:
            connection.execute(told.values(**values))
            if draft.part is Part.FIRST:
                connection.execute(left_out)

        self._do(note)

    def failed(self, letter: Kept, next_at: float, said: str) -> None:
        """It is tried again then."""
        values = {"attempts": letter.attempts + 1, "next_at": next_at, "said": said}
        self._do(lambda connection: connection.execute(_of(letter.id).values(**values)))

    def refused(self, letter: Kept, said: str) -> None:
        """It will never be sent."""

        def note(connection: sa.Connection) -> None:
            _settle(connection, letter.id, State.REFUSED)
            connection.execute(_of(letter.id).values(said=said, summed_up=True))

        self._do(note)

    def hurry(self, destination: str, now: float) -> None:
        """Somebody mended it, or it works again: nothing waits for its next attempt any longer."""
        wait = sa.and_(_ROW.destination == destination, _ROW.state == State.WAITING)
        query = sa.update(LETTERS).where(wait, _ROW.next_at > now).values(next_at=now)
        self._do(lambda connection: connection.execute(query))

    def forget(self, destination: str) -> None:
        """Everything for it."""
        query = sa.delete(LETTERS).where(_ROW.destination == destination)
        self._do(lambda connection: connection.execute(query))

    def newest(self, limit: int) -> Sequence[Kept]:
        """Newest first; nothing of who was made to disarm."""
        query = sa.select(LETTERS).where(_OPEN).order_by(_ROW.id.desc()).limit(limit)
        return self._do(lambda connection: [_kept(row) for row in connection.execute(query)])

    def waiting(self) -> Mapping[str, int]:
        """How many, by destination; as `newest`."""
        count = sa.func.count().label("number")
        query = sa.select(_ROW.destination, count).where(_ROW.state == State.WAITING, _OPEN)
        rows = self._do(lambda connection: connection.execute(query.group_by(_ROW.destination)).all())
        return {row.destination: row.number for row in rows}

    def tidy(self, now: float) -> None:
        """What was sent or left out goes after a month, and what is too much."""
        over = _ROW.state != State.WAITING
        newest = sa.select(_ROW.id).where(over).order_by(_ROW.id.desc()).limit(MOST_KEPT)
        old = sa.or_(_ROW.at < now - KEEP_S, _ROW.id.not_in(newest))
        self._do(lambda connection: connection.execute(sa.delete(LETTERS).where(over, old)))

    def _do(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self._translated():
            return self._database.do(work)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except LaterSchema as error:
            raise LaterVersion(because("outbox_later", file=self._path)) from error
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            why = getattr(error, "orig", None) or error
            raise RecordingError(because("outbox_unusable", file=self._path, why=str(why))) from error


def _of(letter_id: int) -> sa.Update:
    return sa.update(LETTERS).where(_ROW.id == letter_id)


def _turn(connection: sa.Connection, destination: str, now: float) -> Turn:
    wanted = [
        getattr(_ROW, name)
        for name in (
            "id", "rule", "camera_id", "topic", "happening", "part", "at", "importance", "window_s",
            "next_at", "expires_at",
        )
    ]  # fmt: skip
    here = _ROW.destination == destination
    rows = connection.execute(sa.select(*wanted).where(here, _ROW.state == State.WAITING)).all()
    waiting = [_waiting(row) for row in rows]
    newest = sa.select(_ROW.rule, _ROW.camera_id, sa.func.max(_ROW.sent_at))
    sent = newest.where(here, _ROW.part == Part.FIRST, _ROW.state == State.SENT)
    last = connection.execute(sent.group_by(_ROW.rule, _ROW.camera_id)).all()
    firsts = sa.select(_ROW.rule, _ROW.topic, _ROW.happening, _ROW.state).where(
        here, _ROW.part == Part.FIRST, _ROW.happening.in_({one.happening for one in waiting})
    )
    states = {
        (rule, Topic(topic), event): State(state) for rule, topic, event, state in connection.execute(firsts)
    }
    return turn(
        waiting, now, sent_last={(rule, camera): at for rule, camera, at in last}, first_states=states
    )


def _waiting(row: sa.Row[Any]) -> Waiting:
    told = dict(row._mapping)
    told |= {
        "topic": Topic(told["topic"]),
        "part": Part(told["part"]),
        "importance": Importance(told["importance"]),
    }
    return Waiting(**told)


def _due(connection: sa.Connection, chosen: Waiting) -> Due:
    kept = _kept(connection.execute(sa.select(LETTERS).where(_ROW.id == chosen.id)).one())
    draft = kept.draft
    first = sa.select(LETTERS).where(
        _ROW.destination == draft.destination,
        _ROW.rule == draft.rule,
        _ROW.topic == draft.topic,
        _ROW.happening == draft.happening,
        _ROW.part == Part.FIRST,
        _ROW.id != kept.id,
        _ROW.state == State.SENT,
    )
    row = connection.execute(first).first()
    left_out = 0
    if draft.part is Part.FIRST:
        count = sa.select(sa.func.count()).select_from(LETTERS)
        left_out = connection.scalar(count.where(_left_out_of(draft).whereclause)) or 0  # type: ignore[arg-type]
    return Due(kept, None if row is None else _kept(row), left_out)


def _left_out_of(draft: Draft) -> sa.Update:
    """Those of the same rule and camera of which nobody was told that they were left out."""
    return sa.update(LETTERS).where(
        _ROW.destination == draft.destination,
        _ROW.rule == draft.rule,
        _ROW.topic == draft.topic,
        _ROW.camera_id.is_(None) if draft.camera_id is None else _ROW.camera_id == draft.camera_id,
        _ROW.part == Part.FIRST,
        _ROW.state.in_([State.SWALLOWED, State.EXPIRED]),
        sa.not_(_ROW.summed_up),
    )


def _settle(connection: sa.Connection, letter_id: int, state: State) -> None:
    connection.execute(_of(letter_id).values(state=state, picture=None, picture_bytes=0))


def _digest(connection: sa.Connection, destination: str, now: float) -> bool:
    """Nothing waits, and of some that expired nobody was told: one letter says so. False: there are none."""
    expired = sa.and_(
        _ROW.destination == destination,
        _ROW.state == State.EXPIRED,
        _ROW.part == Part.FIRST,
        sa.not_(_ROW.summed_up),
    )
    sums = sa.select(sa.func.count(), sa.func.min(_ROW.at), sa.func.max(_ROW.at)).where(expired)
    count, since, until = connection.execute(sums).one()
    if not count:
        return False
    facts = {"count": count, "since": since, "until": until}
    draft = Draft(destination, "", Topic.CHANNEL, f"digest:{now:.3f}", Part.DIGEST, until, facts)
    row = _row(draft, now) | {"expires_at": now + _DIGEST_LIVES_S}
    connection.execute(sa.insert(LETTERS), row)
    connection.execute(sa.update(LETTERS).where(expired).values(summed_up=True))
    return True


def _make_room(connection: sa.Connection) -> None:
    count, size = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_ROW.picture_bytes), 0)).where(
            _ROW.state == State.WAITING
        )
    ).one()
    spare = sa.and_(_ROW.state == State.WAITING, _ROW.importance != Importance.URGENT)
    oldest = sa.select(_ROW.id, _ROW.picture_bytes).where(spare).order_by(_ROW.id)
    for letter_id, bytes_ in connection.execute(oldest).all():
        if count <= MOST_WAITING and size <= MOST_PICTURE_BYTES:
            return
        _settle(connection, letter_id, State.EXPIRED)
        count, size = count - 1, size - bytes_


def _clip_of(first: Draft, clip_id: str, at: float) -> Draft:
    return Draft(
        first.destination,
        first.rule,
        first.topic,
        first.happening,
        Part.CLIP,
        at,
        first.facts,
        importance=Importance.QUIET if first.importance is Importance.NORMAL else first.importance,
        camera_id=first.camera_id,
        clip_id=clip_id,
    )


def _row(draft: Draft, now: float) -> dict[str, Any]:
    return {
        "key": draft.key,
        "destination": draft.destination,
        "rule": draft.rule,
        "topic": draft.topic,
        "happening": draft.happening,
        "part": draft.part,
        "camera_id": draft.camera_id,
        "at": draft.at,
        "facts": dict(draft.facts),
        "importance": draft.importance,
        "window_s": draft.window_s,
        "wants_clip": draft.wants_clip,
        "clip_id": draft.clip_id,
        "picture": draft.picture or None,
        "picture_bytes": len(draft.picture),
        "state": State.WAITING,
        "attempts": 0,
        "next_at": now,
        "expires_at": now + lives_s(draft.topic, draft.importance),
        "summed_up": False,
    }


def _kept(row: sa.Row[Any]) -> Kept:
    draft = Draft(
        row.destination,
        row.rule,
        Topic(row.topic),
        row.happening,
        Part(row.part),
        row.at,
        row.facts,
        Importance(row.importance),
        row.camera_id,
        row.window_s,
        row.wants_clip,
        row.clip_id,
        bytes(row.picture or b""),
    )
    return Kept(
        row.id,
        draft,
        State(row.state),
        row.attempts,
        row.next_at,
        row.expires_at,
        row.sent_at,
        row.remote,
        row.said,
        row.took_s,
    )
