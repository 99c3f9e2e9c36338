"""access.db: people, sessions, tokens and deeds on disk. Synchronous, for worker threads; decides nothing.

A file of its own: a damaged index of clips is set aside and rebuilt, and accounts must not go with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gcam_addon.access.factors import Factor, FactorKind
from gcam_addon.access.model import Deed, Kind, Person, Refusal, Session, Standing, Token
from gcam_addon.access.principal import Permission, Role
from gcam_addon.access.schema import DEEDS, FACTORS, PEOPLE, SESSIONS, TOKENS
from gcam_addon.disk.database import LaterSchema, bring_up_to_date, engine_for
from gcam_addon.errors import ConfigError

MOST_DEEDS = 100_000
MOST_REFUSED = 5_000
"""Of `MOST_DEEDS`: who is refused again and again pushes out no more than other refusals."""


class AccessStore:
    """Open it once, use it from any thread. Every method may raise `ConfigError`: without its accounts Gcam
    lets nobody in, so a file that can't be read stops it with a remedy rather than begin anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = engine_for(path)

    def open(self) -> None:
        try:
            bring_up_to_date(self._engine, "gcam_addon.access")
        except sa.exc.DatabaseError as error:
            raise self._unreadable(error) from error
        except LaterSchema as error:
            raise ConfigError(
                f"{self._path} was written by a later version of Gcam: install that again", field="data_dir"
            ) from error

    def close(self) -> None:
        self._engine.dispose()

    def people(self) -> list[Person]:
        return [_person(row) for row in self._all(sa.select(PEOPLE).order_by(PEOPLE.c.created_at))]

    def sessions(self) -> list[Session]:
        return [Session(**row) for row in self._all(sa.select(SESSIONS))]

    def factors(self) -> list[Factor]:
        found = self._all(sa.select(FACTORS).order_by(FACTORS.c.created_at))
        return [Factor(**{**row, "kind": FactorKind(row["kind"])}) for row in found]

    def tokens(self) -> list[Token]:
        return [_token(row) for row in self._all(sa.select(TOKENS).order_by(TOKENS.c.created_at))]

    def deeds(
        self, *, before: int | None, who_id: str | None, about: str | None = None, limit: int
    ) -> list[Deed]:
        """Newest first; `before` is the id of the last one already had. `about`: what actions begin with,
        before their dot.
        """
        query = sa.select(DEEDS).order_by(DEEDS.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(DEEDS.c.id < before)
        if who_id is not None:
            query = query.where(DEEDS.c.who_id == who_id)
        if about is not None:
            query = query.where(DEEDS.c.action.startswith(f"{about}.", autoescape=True))
        return [Deed(**row) for row in self._all(query)]

    def addresses(self, who_id: str, actions: Collection[str]) -> frozenset[str]:
        """From which they did any of these."""
        query = sa.select(DEEDS.c.address).distinct()
        rows = self._all(query.where(DEEDS.c.who_id == who_id, DEEDS.c.action.in_(actions)))
        return frozenset(row["address"] for row in rows)

    def doers(self) -> Sequence[tuple[str, str]]:
        """(id, newest name) of everybody who did something, by name."""
        newest = sa.select(sa.func.max(DEEDS.c.id)).where(DEEDS.c.who_id != "").group_by(DEEDS.c.who_id)
        rows = self._all(sa.select(DEEDS.c.who_id, DEEDS.c.who).where(DEEDS.c.id.in_(newest)))
        return sorted(((row["who_id"], row["who"]) for row in rows), key=lambda one: one[1].casefold())

    def put_person(self, person: Person) -> None:
        self._put(PEOPLE, _row(person))

    def replace_people(self, people: Sequence[Person]) -> None:
        """All or none."""
        with self._begin() as connection:
            connection.execute(sa.delete(PEOPLE))
            for person in people:
                connection.execute(sa.insert(PEOPLE).values(**_row(person)))

    def put_session(self, session: Session) -> None:
        self._put(SESSIONS, _row(session))

    def put_factors(self, factors: Sequence[Factor]) -> None:
        """All or none."""
        with self._begin() as connection:
            for factor in factors:
                connection.execute(sa.delete(FACTORS).where(FACTORS.c.id == factor.id))
                connection.execute(sa.insert(FACTORS).values(**_row(factor)))

    def remove_factors(self, ids: Sequence[str]) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(FACTORS).where(FACTORS.c.id.in_(ids)))

    def put_token(self, token: Token) -> None:
        self._put(TOKENS, _row(token))

    def add_deeds(self, deeds: Sequence[Deed], *, forget_before: float) -> None:
        """`id`s are given here. Older ones than `forget_before`, and more than `MOST_DEEDS`, go."""
        rows = [{name: value for name, value in asdict(deed).items() if name != "id"} for deed in deeds]
        with self._begin() as connection:
            connection.execute(sa.insert(DEEDS), rows)
            newest = connection.scalar(sa.select(sa.func.max(DEEDS.c.id))) or 0
            old = sa.or_(DEEDS.c.at < forget_before, DEEDS.c.id <= newest - MOST_DEEDS)
            connection.execute(sa.delete(DEEDS).where(old))
            if not set(Refusal).isdisjoint(deed.action for deed in deeds):
                refused = sa.select(DEEDS.c.id).where(DEEDS.c.action.in_(list(Refusal)))
                surplus = refused.order_by(DEEDS.c.id.desc()).offset(MOST_REFUSED).limit(MOST_DEEDS)
                connection.execute(sa.delete(DEEDS).where(DEEDS.c.id.in_(surplus)))

    def remove_person(self, person_id: str) -> None:
        """And their sessions and second factors."""
        with self._begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.person_id == person_id))
            connection.execute(sa.delete(FACTORS).where(FACTORS.c.person_id == person_id))
            connection.execute(sa.delete(PEOPLE).where(PEOPLE.c.id == person_id))

    def remove_sessions(self, ids: Sequence[str]) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.id.in_(ids)))

    def remove_token(self, token_id: str) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(TOKENS).where(TOKENS.c.id == token_id))

    def _all(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._begin() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def _put(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        with self._begin() as connection:
            connection.execute(sa.delete(table).where(table.c.id == row["id"]))
            connection.execute(sa.insert(table).values(**row))

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sa.exc.SQLAlchemyError) -> ConfigError:
        cause = getattr(error, "orig", None) or error
        return ConfigError(
            f"{self._path}, which holds the accounts, can't be used ({cause}): restore it from a backup, or "
            "move it away, and the next visit from this machine creates a new owner",
            field="data_dir",
        )


def _row(value: Person | Session | Factor | Token) -> dict[str, Any]:
    return {name: _plain(item) for name, item in asdict(value).items()}


def _plain(item: Any) -> Any:
    return sorted(item) if isinstance(item, frozenset) else item


def _cameras(listed: list[str] | None) -> frozenset[str] | None:
    return None if listed is None else frozenset(listed)


def _person(row: dict[str, Any]) -> Person:
    kind, role, cameras = Kind(row["kind"]), Role(row["role"]), _cameras(row["cameras"])
    standing = Standing(row["standing"])
    return Person(**{**row, "kind": kind, "role": role, "cameras": cameras, "standing": standing})


def _token(row: dict[str, Any]) -> Token:
    scopes = frozenset(Permission(scope) for scope in row["scopes"])
    return Token(**{**row, "scopes": scopes, "cameras": _cameras(row["cameras"])})
