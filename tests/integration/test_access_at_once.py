"""People, sessions and tokens while several things happen to them at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gcam_addon.access.passwords import Passwords
from gcam_addon.access.principal import Permission, Role
from gcam_addon.access.service import Access, Login
from gcam_addon.access.sessions import MOST_SESSIONS
from gcam_addon.access.tokens import MOST_TOKENS
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.errors import AccessDenied, ConfigError, WrongLogin
from tests.support.waiting import PATIENCE_S

FIRST, SECOND, THIRD = "three plain words", "four other plain words", "five more of these words"
VIEW = frozenset({Permission.VIEW})


class HeldPasswords(Passwords):
    """Goes on when it is told to."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.is_hashing, self.may_hash, self.may_match = (threading.Event() for _ in range(3))
        self.let_all()

    def let_all(self) -> None:
        self.may_hash.set()
        self.may_match.set()

    def hash(self, password: str) -> str:
        self.is_hashing.set()
        assert self.may_hash.wait(PATIENCE_S)
        return super().hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        assert self.may_match.wait(PATIENCE_S)
        return super().matches(hashed, password)


@pytest.fixture
def passwords() -> HeldPasswords:
    return HeldPasswords()


@pytest.fixture
async def access(tmp_path: Path, passwords: HeldPasswords) -> AsyncIterator[Access]:
    clock = ManualClock()
    access = Access(tmp_path, clock, passwords, duties=Duties(clock))
    await access.start()
    await access.set_up("ada", FIRST)
    yield access
    passwords.let_all()
    await access.stop()


async def test_a_password_that_is_changed_while_it_is_shown_opens_nothing(
    access: Access, passwords: HeldPasswords
) -> None:
    """Whoever stole it signs in, over and over, while its owner sets another one."""
    bob = await access.add("bob", FIRST, Role.MEMBER, None)
    passwords.is_hashing.clear()
    passwords.may_hash.clear()
    passwords.may_match.clear()
    changing = asyncio.create_task(access.set_password(bob.id, SECOND))
    assert await asyncio.to_thread(passwords.is_hashing.wait, PATIENCE_S)
    stealing = asyncio.create_task(access.sign_in(Login("bob", FIRST), address="", agent=""))
    await asyncio.sleep(0)  # until it waits for its turn
    passwords.may_hash.set()
    await changing
    passwords.may_match.set()
    with pytest.raises(WrongLogin):
        await stealing
    assert access.sessions(bob.id) == []


async def test_of_two_new_passwords_for_one_old_the_first_counts(access: Access) -> None:
    (ada,) = access.people()
    changes = [access.set_password(ada.id, password, shown=ada) for password in (SECOND, THIRD)]
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), WrongLogin]
    await access.sign_in(Login("ada", SECOND), address="", agent="")


@pytest.mark.parametrize("is_token", [False, True])
async def test_what_is_made_by_somebody_who_goes_meanwhile_goes_too(access: Access, is_token: bool) -> None:
    bob = await access.add("bob", FIRST, Role.OWNER, None)
    maker = bob.principal
    if is_token:
        _, token = await access.add_token("first", VIEW, None, expires_at=None, by=maker)
        maker = token.principal
    making = access.add_token("for later", VIEW, None, expires_at=None, by=maker)
    going = access.remove_token(token.id) if is_token else access.remove(bob.id)
    made, _ = await asyncio.gather(making, going, return_exceptions=True)
    assert isinstance(made, AccessDenied)
    assert access.tokens() == []


async def test_tokens_made_at_once_are_no_more_than_there_may_be(access: Access) -> None:
    (ada,) = access.people()
    for number in range(MOST_TOKENS - 3):
        await access.add_token(f"{number}", VIEW, None, expires_at=None, by=ada.principal)
    more = [access.add_token("more", VIEW, None, expires_at=None, by=ada.principal) for _ in range(20)]
    outcomes = await asyncio.gather(*more, return_exceptions=True)
    assert len([one for one in outcomes if isinstance(one, ConfigError)]) == 17
    assert len(access.tokens()) == MOST_TOKENS


async def test_sessions_begun_at_once_are_no_more_than_there_may_be(access: Access) -> None:
    (ada,) = access.people()
    begun = [access.begin_session(ada, address="", agent="") for _ in range(MOST_SESSIONS + 10)]
    await asyncio.gather(*begun)
    assert len(access.sessions(ada.id)) == MOST_SESSIONS
