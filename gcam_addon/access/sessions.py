"""Who is signed in where. Kept in memory, written through to `store`; all methods on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from gcam_addon.access.model import Person, Session
from gcam_addon.access.secret import hash_of, new_id, new_secret
from gcam_addon.access.store import AccessStore
from gcam_addon.clock import Clock

SESSION_S = 30 * 24 * 3600.0
"""A session that is not used for so long is over."""
LONGEST_S = 180 * 24 * 3600.0
"""However much it is used: then one signs in again."""
FRESH_S = 10 * 60.0
"""How long somebody who showed who they are may do what hurts."""
MOST_SESSIONS = 50
"""Per person; the longest unused goes."""
SEEN_EVERY_S = 3600.0


class Sessions:
    def __init__(self, store: AccessStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        found = await asyncio.to_thread(self._store.sessions)
        self._sessions = {session.secret_hash: session for session in found}

    def of(self, secret: str) -> Session | None:
        """That of this cookie; None for a wrong or outdated one."""
        session = self._sessions.get(hash_of(secret))
        return session if session is not None and self._holds(session) else None

    def all(self, person_id: str | None = None) -> Sequence[Session]:
        """That still hold, the last used first."""
        kept = [
            session
            for session in self._sessions.values()
            if person_id in (None, session.person_id) and self._holds(session)
        ]
        return sorted(kept, key=lambda session: session.last_seen_at, reverse=True)

    async def begin(self, person: Person, *, address: str, agent: str) -> str:
        """The new session's secret, for the cookie."""
        secret, now = new_secret(), self._clock.wall()
        session = Session(new_id(), hash_of(secret), person.id, now, now, address[:100], agent[:300], now)
        async with self._writing:
            await asyncio.to_thread(self._store.put_session, session)
        self._sessions[session.secret_hash] = session
        await self.end([known.id for known in self.all(person.id)[MOST_SESSIONS:]])
        return secret

    async def seen(self, session: Session) -> bool:
        """Remember that it was used, at most once an hour; True then: the cookie is to be renewed."""
        now, known = self._clock.wall(), self._sessions.get(session.secret_hash)
        if known is None or now - known.last_seen_at < SEEN_EVERY_S:
            return False
        await self._keep(replace(known, last_seen_at=now))
        return True

    async def prove(self, session: Session) -> None:
        """Its owner has just shown that it is they."""
        known = self._sessions.get(session.secret_hash)
        if known is not None:
            await self._keep(replace(known, proven_at=self._clock.wall()))

    def is_fresh(self, session: Session) -> bool:
        """Whether that was lately; a clock that was set back does not make it later."""
        return 0 <= self._clock.wall() - session.proven_at <= FRESH_S

    async def end_secret(self, secret: str) -> None:
        session = self._sessions.get(hash_of(secret))
        await self.end(() if session is None else (session.id,))

    async def end(self, ids: Collection[str]) -> bool:
        """At once; returns whether there were any."""
        kept = {key: session for key, session in self._sessions.items() if session.id not in ids}
        ended, self._sessions = len(self._sessions) - len(kept), kept
        if ended:
            async with self._writing:
                await asyncio.to_thread(self._store.remove_sessions, list(ids))
        return ended > 0

    async def _keep(self, session: Session) -> None:
        self._sessions[session.secret_hash] = session
        async with self._writing:
            if session.secret_hash in self._sessions:  # it may have ended meanwhile, and is not to come back
                await asyncio.to_thread(self._store.put_session, session)

    def _holds(self, session: Session) -> bool:
        now = self._clock.wall()
        return now - session.last_seen_at <= SESSION_S and now - session.created_at <= LONGEST_S
