"""Accounts, sessions and tokens, as the rest of Gcam uses them: who it is, signing in, and people.

All of it is small: kept in memory, so that asking who somebody is costs nothing, and written through to
`store` before a change is answered. Rights that are taken away end in memory first. All methods on the loop.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import EllipsisType
from typing import Any

from gcam_addon.access.attempts import Attempts
from gcam_addon.access.audit import Audit
from gcam_addon.access.devices import device_of, is_trusted
from gcam_addon.access.model import Kind, Person, Session, Standing, Token, checked_name, free_name, name_key
from gcam_addon.access.passkeys import Passkeys
from gcam_addon.access.passwords import Passwords, check_quality
from gcam_addon.access.principal import ANYBODY, Permission, Principal, Role
from gcam_addon.access.second_factors import SecondFactors
from gcam_addon.access.secret import new_id, new_setup_code, write_local_secret
from gcam_addon.access.sessions import Sessions
from gcam_addon.access.store import AccessStore
from gcam_addon.access.tokens import Tokens
from gcam_addon.access.web_authn import Place
from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import AccessDenied, ConfigError, NotFound, SecondFactorNeeded, WrongCode, WrongLogin
from gcam_addon.machine.households import household_of
from gcam_addon.model.alerts import NewPlace
from gcam_addon.words.reason import because

MOST_PEOPLE = 200
_CAME_IN = frozenset({"sign_in", "owner.create"})
"""Deeds after which somebody was signed in."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What of a person is to be otherwise; None and `...`: left as it is. `cameras` None: all."""

    name: str | None = None
    role: Role | None = None
    cameras: frozenset[str] | EllipsisType | None = ...
    standing: Standing | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody shows who wants to come in. `device`, `trusted`: cookies of theirs, if they have any."""

    name: str
    password: str
    code: str = ""
    device: str = ""
    trusted: str = ""


class Access:
    """`start` once. `audit` is the log of who did what; `factors` who has which second factor,
    `passkeys` how those are made and asked.
    """

    def __init__(
        self, data_dir: Path, clock: Clock, passwords: Passwords | None = None, *, duties: Duties
    ) -> None:
        self._data_dir = data_dir
        self._local = ""
        self._store = AccessStore(data_dir / "access.db")
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._attempts = Attempts(self._passwords, clock)
        self._changing = asyncio.Lock()
        self._people: dict[str, Person] = {}
        self._sessions = Sessions(self._store, clock)
        self._tokens = Tokens(self._store, clock)
        self.factors = SecondFactors(self._store, clock)
        self.passkeys = Passkeys(self.factors, clock)
        self._setup_code = new_setup_code()
        self._listeners: list[Callable[[], None]] = []
        self.audit = Audit(self._store, clock.wall, duties=duties)

    async def start(self) -> None:
        """Raises `ConfigError` where the accounts can't be read."""
        await asyncio.to_thread(self._store.open)
        self._local = await asyncio.to_thread(write_local_secret, self._data_dir)
        self._people = {person.id: person for person in await asyncio.to_thread(self._store.people)}
        await self._sessions.load()
        await self._tokens.load()
        await self.factors.load()

    async def stop(self) -> None:
        await self.audit.stop()
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
        return any(person.is_owner for person in self._people.values())

    @property
    def setup_code(self) -> str | None:
        """What lets somebody from elsewhere create the owner, while there is none."""
        return None if self.has_owner else self._setup_code

    def session_of(self, secret: str) -> tuple[Session, Person] | None:
        """Who shows this cookie; None for a wrong or outdated one."""
        session = self._sessions.of(secret)
        person = None if session is None else self._people.get(session.person_id)
        return None if session is None or person is None else (session, person)

    def token_of(self, secret: str) -> Token | None:
        """With no more rights than who made it has now."""
        token = self._tokens.of(secret)
        return None if token is None else self._bounded(token)

    def principal(self, principal_id: str) -> Principal | None:
        """What a person or token that is known by this id may now; None where there is none."""
        person = self._people.get(principal_id)
        if person is not None:
            return person.principal
        token = self._tokens.by_principal(principal_id)
        if token is None:
            return None
        return ANYBODY if self._tokens.is_over(token) else self._bounded(token).principal

    def _bounded(self, token: Token) -> Token:
        """By what its maker may, who may be another token: what one was taken, all that came of it loses.
        One whose maker is not known is bounded by itself.
        """
        may = self.principal(token.created_by)
        if may is None:
            return token
        cameras = token.cameras
        if may.cameras is not None:
            cameras = may.cameras if cameras is None else may.cameras & cameras
        return replace(token, scopes=frozenset(filter(may.may, token.scopes)), cameras=cameras)

    async def seen(self, thing: Session | Token) -> bool:
        """Remember that it was used; True where a session's cookie is to be renewed."""
        if isinstance(thing, Session):
            return await self._sessions.seen(thing)
        await self._tokens.seen(thing)
        return False

    # -- signing in and out ---------------------------------------------------------------------------

    async def check_setup_code(self, code: str, *, address: str) -> None:
        """Raises `WrongLogin` or `Throttled`."""
        keys = ("setup", _address_key(address))
        self._attempts.book(keys)
        plain = code.strip().upper().encode()
        if self.has_owner or not secrets.compare_digest(plain, self._setup_code.encode()):
            raise WrongLogin(because("wrong_setup_code"))
        self._attempts.forgive(keys)

    async def set_up(self, name: str, password: str) -> Person:
        """The first visit creates the owner. Raises `AccessDenied` when there is one."""
        async with self._changing:
            self._require_no_owner()
            return await self._add(name, password, Role.OWNER, None)

    async def set_up_from_home_assistant(self, user_id: str, name: str) -> Person:
        """The same for somebody whom Home Assistant signed in, and who knows the set-up code."""
        async with self._changing:
            self._require_no_owner()
            person = self._by_home_assistant(user_id) or self._newcomer(user_id, name)
            return await self._put(replace(person, role=Role.OWNER, cameras=None, standing=Standing.ACTIVE))

    async def sign_in(self, login: Login, *, address: str, agent: str) -> tuple[str, Person]:
        """The new session's secret, for the cookie. Raises `WrongLogin` or `Throttled`; how long it takes and
        what it says don't tell whether the account exists. `SecondFactorNeeded`: the password is right.
        """
        person = self._named(login.name)
        known = device_of(login.device, person)
        keys = (f"device:{known}",) if known else (f"name:{name_key(login.name)}", _address_key(address))
        hashed = person.password_hash if person else None
        if not await self._attempts.is_right(keys, hashed, login.password) or person is None:
            raise WrongLogin(because("wrong_login"))
        factors = self.factors.ids_of(person.id)
        if factors and not is_trusted(login.trusted, person, factors, self._clock.wall()):
            if not login.code:
                raise SecondFactorNeeded(because("second_factor"))
            keys = (f"code:{known}",) if known else (f"code:{person.id}", _address_key(address))
            await self._check_code(person, login.code, keys)
        if hashed and self._passwords.outdated(hashed):
            person = await self._store_password(person, login.password)
        return await self.begin_session(person, address=address, agent=agent), person

    async def sign_in_by_passkey(
        self, answer: Mapping[str, Any], place: Place, *, address: str, agent: str
    ) -> tuple[str, Person]:
        """The same by a passkey alone, which knows its owner. Raises `WrongCode` or `Throttled`."""
        person = await self._signer(answer, place, _address_key(address))
        return await self.begin_session(person, address=address, agent=agent), person

    async def begin_session(self, person: Person, *, address: str, agent: str) -> str:
        """Raises `WrongLogin` where their password was changed, or they were removed, as they showed it."""
        secret = await self._sessions.begin(person, address=address, agent=agent)
        now = self._people.get(person.id)
        if now is None or now.password_hash != person.password_hash:
            await self._sessions.end_secret(secret)
            raise WrongLogin(because("wrong_login"))
        return secret

    async def new_place(self, person: Person, device: str, *, address: str) -> NewPlace | None:
        """What is new about where `person` has just signed in, which is not in the log yet; None: nothing.
        `device`: its cookie.
        """
        try:
            known = await self.audit.addresses(person.id, _CAME_IN)
        except ConfigError:  # who can't look it up had better say too much
            known = frozenset()
        place = NewPlace(
            new_id(),
            person.name,
            self._clock.wall(),
            address,
            is_device_new=device_of(device, person) is None,
            is_address_new=household_of(address) not in {household_of(one) for one in known},
        )
        return place if place.is_device_new or place.is_address_new else None

    def sessions(self, person_id: str | None = None) -> Sequence[Session]:
        """All that still hold, the last used first."""
        return self._sessions.all(person_id)

    async def end_sessions(self, ids: Sequence[str]) -> None:
        if await self._sessions.end(ids):
            self._tell()

    # -- people -----------------------------------------------------------------------------------------

    def people(self) -> Sequence[Person]:
        return list(self._people.values())

    def person(self, person_id: str) -> Person:
        """Raises `NotFound`."""
        person = self._people.get(person_id)
        if person is None:
            raise NotFound(because("no_person"))
        return person

    async def add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> Person:
        async with self._changing:
            return await self._add(name, password, role, cameras)

    def known_from_home_assistant(self, user_id: str) -> Person | None:
        """The person whom Home Assistant signed in, where they were here before. Never makes one."""
        return self._by_home_assistant(user_id)

    async def from_home_assistant(self, user_id: str, name: str) -> Person:
        """The person whom Home Assistant signed in. On their first visit they are made, and wait for an
        owner's word: Home Assistant does not say who administers it.
        """
        async with self._changing:
            known = self._by_home_assistant(user_id)
            return known or await self._put(self._newcomer(user_id, name))

    async def change(self, person_id: str, change: PersonChange) -> Person:
        """All of it or nothing. The last owner stays owner; a new password ends their sessions."""
        async with self._changing:
            old = self.person(person_id)
            new = replace(
                old,
                name=old.name if change.name is None else self._free_name(change.name, but=person_id),
                role=change.role or old.role,
                cameras=old.cameras if isinstance(change.cameras, EllipsisType) else change.cameras,
                standing=change.standing or old.standing,
            )
            if old.kind is Kind.LOCAL and new.standing is not Standing.ACTIVE:
                raise ConfigError(because("password_is_active"), field="standing")
            if not new.is_owner:
                self._keep_an_owner(old)
            if change.password is not None:
                new = await self._with_password(new, change.password)
            await self._put(new)
        if change.password is not None:
            await self.end_sessions([session.id for session in self.sessions(person_id)])
        return new

    async def set_password(
        self, person_id: str, password: str, *, keep_session: str | None = None, shown: Person | None = None
    ) -> None:
        """Every other session of theirs is over. `shown`: who they were when they showed their present one;
        raises `WrongLogin` where it is another one by now.
        """
        async with self._changing:
            person = self.person(person_id)
            if shown is not None and shown.password_hash != person.password_hash:
                raise WrongLogin(because("wrong_password"))
            await self._put(await self._with_password(person, password))
        others = [session.id for session in self.sessions(person_id) if session.id != keep_session]
        await self.end_sessions(others)

    async def verify(self, person: Person, password: str) -> None:
        """Their present password, before something that needs it. Raises `WrongLogin` or `Throttled`."""
        if not await self._attempts.is_right((f"verify:{person.id}",), person.password_hash, password):
            raise WrongLogin(because("wrong_password"))

    async def verify_code(self, person: Person, code: str) -> None:
        """The same by the code of their app. Raises `WrongCode` or `Throttled`."""
        await self._check_code(person, code, (f"verify:{person.id}",), recovery=False)

    async def verify_passkey(self, person: Person, answer: Mapping[str, Any], place: Place) -> None:
        """The same by a passkey of theirs."""
        if await self._signer(answer, place, f"verify:{person.id}") != person:
            raise WrongCode(because("others_passkey"))

    async def prove(self, session: Session) -> None:
        """Its owner has just shown that it is they."""
        await self._sessions.prove(session)

    def is_fresh(self, session: Session) -> bool:
        """Whether that was lately."""
        return self._sessions.is_fresh(session)

    async def remove(self, person_id: str) -> None:
        """And the tokens they made. Home Assistant would sign its users in again: they stay, blocked; who is
        blocked already is forgotten, and asks anew when they come.
        """
        async with self._changing:
            person = self.person(person_id)
            self._keep_an_owner(person)
            if person.kind is Kind.HOME_ASSISTANT and person.standing is not Standing.BLOCKED:
                nothing = frozenset[str]()
                await self._put(replace(person, role=Role.VIEWER, cameras=nothing, standing=Standing.BLOCKED))
            else:
                del self._people[person_id]
                self._tell()
                await self.factors.remove_of(person_id)
                await asyncio.to_thread(self._store.remove_person, person_id)
        await self._tokens.remove_of(person_id)
        await self._sessions.end([session.id for session in self.sessions(person_id)])
        self._tell()

    async def restore(self, people: Sequence[Person]) -> None:
        """Exactly these are there from now on, an owner among them. Sessions of whoever is gone or has
        another password are over.
        """
        async with self._changing:
            same = {person.id: person.password_hash for person in people}
            gone = [person_id for person_id in self._people if person_id not in same]
            over = [
                session.id
                for session in self.sessions()
                if same.get(session.person_id, "") != self.person(session.person_id).password_hash
            ]
            await asyncio.to_thread(self._store.replace_people, people)
            self._people = {person.id: person for person in people}
        for person_id in gone:
            await self._tokens.remove_of(person_id)
            await self.factors.remove_of(person_id)
        await self._sessions.end(over)
        self._tell()

    # -- tokens -----------------------------------------------------------------------------------------

    def tokens(self) -> Sequence[Token]:
        return self._tokens.all()

    async def add_token(
        self,
        name: str,
        scopes: frozenset[Permission],
        cameras: frozenset[str] | None,
        *,
        expires_at: float | None,
        by: Principal,
    ) -> tuple[str, Token]:
        """The secret, shown this once, and the token. Nobody gives away more than they may themselves; who is
        gone by the time that it is made gives nothing.
        """
        is_known = self.principal(by.id) is not None
        secret, token = await self._tokens.add(name, scopes, cameras, expires_at=expires_at, by=by)
        if is_known and self.principal(by.id) is None:
            await self.remove_token(token.id)
            raise AccessDenied(because("token_too_mighty"))
        return secret, token

    async def remove_token(self, token_id: str) -> None:
        """And those that were made with it. Raises `NotFound`."""
        await self._tokens.remove(token_id)
        self._tell()

    # -- private ----------------------------------------------------------------------------------------

    async def _check_code(
        self, person: Person, code: str, keys: Sequence[str], *, recovery: bool = True
    ) -> None:
        """As slow for who guesses as a password."""
        self._attempts.book(keys)
        await self.factors.accept(person.id, code, recovery=recovery)
        self._attempts.forgive(keys)

    async def _signer(self, answer: Mapping[str, Any], place: Place, key: str) -> Person:
        self._attempts.book((key,))
        person = self._people.get((await self.passkeys.signed(answer, place)).person_id)
        if person is None:
            raise WrongCode(because("passkey_unknown"))
        self._attempts.forgive((key,))
        return person

    async def _add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> Person:
        self._require_room()
        name = self._free_name(name)
        person = Person(new_id(), name, Kind.LOCAL, role, cameras, self._clock.wall())
        return await self._put(await self._with_password(person, password))

    async def _with_password(self, person: Person, password: str) -> Person:
        if person.kind is not Kind.LOCAL:
            raise ConfigError(because("password_elsewhere"), field="password")
        await asyncio.to_thread(check_quality, password, person.name)
        return replace(person, password_hash=await self._attempts.hash(password))

    async def _store_password(self, person: Person, password: str) -> Person:
        """The same one, hashed anew."""
        hashed = await self._attempts.hash(password)
        async with self._changing:
            return await self._put(replace(self.person(person.id), password_hash=hashed))

    async def _put(self, person: Person) -> Person:
        """Under `_changing`. Rights that end, end at once."""
        before = self._people.get(person.id)
        if before is not None and not person.principal.may_all_of(before.principal):
            self._people[person.id] = person
            self._tell()
        await asyncio.to_thread(self._store.put_person, person)
        self._people[person.id] = person
        self._tell()
        return person

    def _newcomer(self, user_id: str, name: str) -> Person:
        """Whom Home Assistant signed in for the first time."""
        self._require_room()
        taken = frozenset(name_key(person.name) for person in self._people.values())
        return Person(
            new_id(), free_name(name, taken), Kind.HOME_ASSISTANT, Role.VIEWER, frozenset(),
            self._clock.wall(), home_assistant_id=user_id[:100], standing=Standing.ASKING,
        )  # fmt: skip

    def _free_name(self, name: str, but: str | None = None) -> str:
        name = checked_name(name)
        key = name_key(name)
        if any(name_key(person.name) == key and person.id != but for person in self._people.values()):
            raise ConfigError(because("name_taken"), field="name")
        return name

    def _named(self, name: str) -> Person | None:
        same = (person for person in self._people.values() if name_key(person.name) == name_key(name))
        return next((person for person in same if person.kind is Kind.LOCAL), None)

    def _by_home_assistant(self, user_id: str) -> Person | None:
        same = (person for person in self._people.values() if person.home_assistant_id == user_id[:100])
        return next(same, None)

    def _require_no_owner(self) -> None:
        if self.has_owner:
            raise AccessDenied(because("owner_exists"))

    def _require_room(self) -> None:
        if len(self._people) >= MOST_PEOPLE:
            raise ConfigError(because("many_people", most=MOST_PEOPLE), field="name")

    def _keep_an_owner(self, leaving: Person) -> None:
        if [person for person in self._people.values() if person.is_owner] == [leaving]:
            raise AccessDenied(because("owner_needed"))

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _address_key(address: str) -> str:
    return f"address:{household_of(address)}"
