"""Accounts, sessions and tokens, as the rest of Gcam uses them.

All of it is small: kept in memory, so that asking who somebody is costs nothing, and written through to
`store` before a change is answered. All methods on the loop.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gcam_addon.access.audit import Audit
from gcam_addon.access.model import Kind, Person, Session, Token
from gcam_addon.access.passwords import Passwords, check_quality
from gcam_addon.access.principal import Permission, Principal, Role
from gcam_addon.access.secret import hash_of, new_id, new_secret, write_local_secret
from gcam_addon.access.store import Store
from gcam_addon.access.throttle import Throttle
from gcam_addon.clock import Clock
from gcam_addon.errors import AccessDenied, ConfigError, NotFound, Throttled, WrongLogin

SESSION_S = 30 * 24 * 3600.0
"""A session that is not used for so long is over."""
MOST_SESSIONS = 50
"""Per person; the longest unused goes."""
MOST_PEOPLE = 200
MOST_TOKENS = 200
_SEEN_EVERY_S = 3600.0
_NAME_MAX = 80


class Access:
    """`start` once. `audit` is the log of who did what."""

    def __init__(self, data_dir: Path, clock: Clock, passwords: Passwords | None = None) -> None:
        self._data_dir = data_dir
        self._local = ""
        self._store = Store(data_dir / "access.db")
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._throttle = Throttle()
        self._changing = asyncio.Lock()
        self._hashing = asyncio.Semaphore(1)  # 19 MiB each: one at a time
        self._people: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, Token] = {}
        self._listeners: list[Callable[[], None]] = []
        self.audit = Audit(self._store, clock.wall)

    async def start(self) -> None:
        """Raises `ConfigError` where the accounts can't be read."""
        await asyncio.to_thread(self._store.open)
        self._local = await asyncio.to_thread(write_local_secret, self._data_dir)
        self._people = {person.id: person for person in await asyncio.to_thread(self._store.people)}
        self._sessions = {
            session.secret_hash: session for session in await asyncio.to_thread(self._store.sessions)
        }
        self._tokens = {token.secret_hash: token for token in await asyncio.to_thread(self._store.tokens)}

    async def stop(self) -> None:
        await self.audit.flush()
        await asyncio.to_thread(self._store.close)

    def on_change(self, listener: Callable[[], None]) -> None:
        """`listener` is called when somebody's rights changed: open streams have to be looked at again."""
        self._listeners.append(listener)

    def is_local_secret(self, secret: str) -> bool:
        """The secret of this run, which lies in the data folder: for programs of the same user."""
        return bool(self._local) and secrets.compare_digest(secret.encode(), self._local.encode())

    # -- who is it -----------------------------------------------------------------------------------

    @property
    def has_owner(self) -> bool:
        return any(person.role is Role.OWNER for person in self._people.values())

    def session_of(self, secret: str) -> tuple[Session, Person] | None:
        """Who shows this cookie; None for a wrong or outdated one."""
        session = self._sessions.get(hash_of(secret))
        if session is None or self._clock.wall() - session.last_seen_at > SESSION_S:
            return None
        person = self._people.get(session.person_id)
        return None if person is None else (session, person)

    def token_of(self, secret: str) -> Token | None:
        token = self._tokens.get(hash_of(secret))
        if token is None or (token.expires_at is not None and token.expires_at <= self._clock.wall()):
            return None
        return token

    async def seen(self, thing: Session | Token) -> None:
        """Remember that it was used; written at most once an hour."""
        now = self._clock.wall()
        last = thing.last_seen_at if isinstance(thing, Session) else thing.last_used_at or 0.0
        if now - last < _SEEN_EVERY_S:
            return
        if isinstance(thing, Session):
            self._sessions[thing.secret_hash] = used = replace(thing, last_seen_at=now)
            await asyncio.to_thread(self._store.put_session, used)
        else:
            self._tokens[thing.secret_hash] = known = replace(thing, last_used_at=now)
            await asyncio.to_thread(self._store.put_token, known)

    # -- signing in and out ---------------------------------------------------------------------------

    async def set_up(self, name: str, password: str) -> Person:
        """The first visit creates the owner. Raises `AccessDenied` when there is one."""
        async with self._changing:
            if self.has_owner:
                raise AccessDenied("Gcam has an owner already: ask them for an account.")
            return await self._add(name, password, Role.OWNER, None)

    async def sign_in(self, name: str, password: str, *, address: str, agent: str) -> tuple[str, Person]:
        """The new session's secret, for the cookie. Raises `WrongLogin` or `Throttled`; how long it takes and
        what it says don't tell whether the account exists.
        """
        keys = (f"name:{_key(name)}", f"address:{address}")
        self._check_pace(keys)
        person = self._named(name)
        hashed = person.password_hash if person else None
        async with self._hashing:
            matches = await asyncio.to_thread(self._passwords.matches, hashed, password)
        if person is None or not matches:
            for key in keys:
                self._throttle.failed(key, self._clock.monotonic())
            raise WrongLogin("That name and password don't belong together.")
        for key in keys:
            self._throttle.succeeded(key)
        if hashed and self._passwords.outdated(hashed):
            person = await self._store_password(person, password)
        return await self.begin_session(person, address=address, agent=agent), person

    async def begin_session(self, person: Person, *, address: str, agent: str) -> str:
        secret, now = new_secret(), self._clock.wall()
        session = Session(new_id(), hash_of(secret), person.id, now, now, address[:100], agent[:300])
        await asyncio.to_thread(self._store.put_session, session)
        self._sessions[session.secret_hash] = session
        own = sorted(self.sessions(person.id), key=lambda known: known.last_seen_at)
        await self.end_sessions([known.id for known in own[:-MOST_SESSIONS]])
        return secret

    def sessions(self, person_id: str | None = None) -> Sequence[Session]:
        """All that still hold, newest first."""
        oldest = self._clock.wall() - SESSION_S
        kept = [
            session
            for session in self._sessions.values()
            if session.last_seen_at > oldest and person_id in (None, session.person_id)
        ]
        return sorted(kept, key=lambda session: session.last_seen_at, reverse=True)

    async def end_sessions(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        await asyncio.to_thread(self._store.remove_sessions, ids)
        self._sessions = {key: session for key, session in self._sessions.items() if session.id not in ids}
        self._tell()

    # -- people -----------------------------------------------------------------------------------------

    def people(self) -> Sequence[Person]:
        return list(self._people.values())

    def person(self, person_id: str) -> Person:
        """Raises `NotFound`."""
        person = self._people.get(person_id)
        if person is None:
            raise NotFound("there is no such person")
        return person

    async def add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> Person:
        async with self._changing:
            return await self._add(name, password, role, cameras)

    async def from_home_assistant(self, user_id: str, name: str) -> Person:
        """The person whom Home Assistant signed in; made on the first visit. The very first of a Gcam without
        an owner becomes it, everybody else a viewer until an owner says otherwise.
        """
        found = self._by_home_assistant(user_id)
        if found is not None:
            return found
        async with self._changing:
            found = self._by_home_assistant(user_id)
            if found is None:
                role = Role.VIEWER if self.has_owner else Role.OWNER
                known = {_key(person.name) for person in self._people.values()}
                shown = name[:_NAME_MAX] or user_id[:8]
                shown = shown if _key(shown) not in known else f"{shown} (Home Assistant)"
                now = self._clock.wall()
                found = Person(
                    new_id(), shown, Kind.HOME_ASSISTANT, role, None, now, home_assistant_id=user_id[:100]
                )
                await self._put(found)
        return found

    async def change(
        self, person_id: str, *, name: str | None, role: Role | None, cameras: frozenset[str] | None
    ) -> Person:
        """`cameras` replaces those seen. The last owner stays owner."""
        async with self._changing:
            old = self.person(person_id)
            new = replace(old, role=role or old.role, cameras=cameras)
            if name is not None and name != old.name:
                new = replace(new, name=self._free_name(name, but=person_id))
            if new.role is not Role.OWNER:
                self._keep_an_owner(old)
            await self._put(new)
            return new

    async def set_password(self, person_id: str, password: str, *, keep_session: str | None = None) -> None:
        """Every other session of theirs is over."""
        person = self.person(person_id)
        if person.kind is not Kind.LOCAL:
            raise ConfigError("password: Home Assistant keeps this person's", field="password")
        check_quality(password, person.name)
        async with self._changing:
            await self._store_password(person, password)
        others = [session.id for session in self.sessions(person_id) if session.id != keep_session]
        await self.end_sessions(others)

    async def verify(self, person: Person, password: str) -> None:
        """Their present password, before something that needs it. Raises `WrongLogin` or `Throttled`."""
        keys = (f"name:{_key(person.name)}",)
        self._check_pace(keys)
        async with self._hashing:
            matches = await asyncio.to_thread(self._passwords.matches, person.password_hash, password)
        if not matches:
            self._throttle.failed(keys[0], self._clock.monotonic())
            raise WrongLogin("That is not the present password.")

    async def remove(self, person_id: str) -> None:
        async with self._changing:
            person = self.person(person_id)
            self._keep_an_owner(person)
            await asyncio.to_thread(self._store.remove_person, person_id)
            del self._people[person_id]
            self._sessions = {
                key: session for key, session in self._sessions.items() if session.person_id != person_id
            }
            self._tell()

    async def restore(self, people: Sequence[Person]) -> None:
        """Exactly these are there from now on, an owner among them. Sessions of whoever is gone or has
        another password are over.
        """
        async with self._changing:
            same = {person.id: person.password_hash for person in people}
            over = [
                session.id
                for session in self._sessions.values()
                if same.get(session.person_id, "") != self.person(session.person_id).password_hash
            ]
            await asyncio.to_thread(self._store.replace_people, people)
            self._people = {person.id: person for person in people}
        await self.end_sessions(over)
        self._tell()

    # -- tokens -----------------------------------------------------------------------------------------

    def tokens(self) -> Sequence[Token]:
        return list(self._tokens.values())

    async def add_token(
        self,
        name: str,
        scopes: frozenset[Permission],
        cameras: frozenset[str] | None,
        *,
        expires_at: float | None,
        by: Principal,
    ) -> tuple[str, Token]:
        """The secret, shown this once, and the token. Nobody gives away more than they may themselves."""
        if len(self._tokens) >= MOST_TOKENS:
            raise ConfigError(f"there are {MOST_TOKENS} tokens already; remove some", field="name")
        if not scopes <= by.permissions:
            raise AccessDenied("A token can't do more than the person who makes it.")
        if by.cameras is not None:
            cameras = by.cameras if cameras is None else cameras & by.cameras
        secret = f"gcam_{new_secret()}"
        token = Token(
            new_id(), hash_of(secret), secret[:10], _checked_name(name), scopes, cameras,
            self._clock.wall(), expires_at, None, by.id,
        )  # fmt: skip
        await asyncio.to_thread(self._store.put_token, token)
        self._tokens[token.secret_hash] = token
        return secret, token

    async def remove_token(self, token_id: str) -> None:
        """Raises `NotFound`."""
        token = next((known for known in self._tokens.values() if known.id == token_id), None)
        if token is None:
            raise NotFound("there is no such token")
        await asyncio.to_thread(self._store.remove_token, token_id)
        del self._tokens[token.secret_hash]
        self._tell()

    # -- private ----------------------------------------------------------------------------------------

    async def _add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> Person:
        if len(self._people) >= MOST_PEOPLE:
            raise ConfigError(f"there are {MOST_PEOPLE} people already; remove some", field="name")
        name = self._free_name(name)
        check_quality(password, name)
        async with self._hashing:
            hashed = await asyncio.to_thread(self._passwords.hash, password)
        person = Person(new_id(), name, Kind.LOCAL, role, cameras, self._clock.wall(), hashed)
        await self._put(person)
        return person

    async def _store_password(self, person: Person, password: str) -> Person:
        async with self._hashing:
            hashed = await asyncio.to_thread(self._passwords.hash, password)
        person = replace(self.person(person.id), password_hash=hashed)
        await self._put(person)
        return person

    async def _put(self, person: Person) -> None:
        await asyncio.to_thread(self._store.put_person, person)
        self._people[person.id] = person
        self._tell()

    def _free_name(self, name: str, but: str | None = None) -> str:
        name = _checked_name(name)
        if any(_key(person.name) == _key(name) and person.id != but for person in self._people.values()):
            raise ConfigError("name: somebody has this name already; choose another", field="name")
        return name

    def _named(self, name: str) -> Person | None:
        same = (person for person in self._people.values() if _key(person.name) == _key(name))
        return next((person for person in same if person.kind is Kind.LOCAL), None)

    def _by_home_assistant(self, user_id: str) -> Person | None:
        same = (person for person in self._people.values() if person.home_assistant_id == user_id[:100])
        return next(same, None)

    def _keep_an_owner(self, leaving: Person) -> None:
        owners = [person for person in self._people.values() if person.role is Role.OWNER]
        if owners == [leaving]:
            raise AccessDenied("Gcam needs an owner: make somebody else an owner first.")

    def _check_pace(self, keys: Sequence[str]) -> None:
        wait_s = max(self._throttle.wait_s(key, self._clock.monotonic()) for key in keys)
        if wait_s > 0:
            raise Throttled(f"Too many attempts: wait {wait_s:.0f} s before the next.", retry_after_s=wait_s)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _key(name: str) -> str:
    return name.strip().casefold()


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _NAME_MAX or not name.isprintable():
        raise ConfigError(f"name: give 1 to {_NAME_MAX} characters, such as an e-mail address", field="name")
    return name
