"""Accounts by name, for the command line: straight from the service, or through the Gcam that runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import aiohttp

from gcam_addon.access.principal import Role
from gcam_addon.access.service import Access
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.words.reason import because

Account = tuple[str, Role, frozenset[str] | None]
"""Name, role, cameras seen (None: all)."""


class Accounts(Protocol):
    """Every method may raise `GcamError`."""

    async def list(self) -> Sequence[Account]: ...

    async def add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> None: ...

    async def set_password(self, name: str, password: str) -> None: ...

    async def remove(self, name: str) -> None: ...

    async def remove_factors(self, name: str) -> None:
        """Their password is enough from then on."""


class DirectAccounts:
    """Of a data folder that nobody uses."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list(self) -> Sequence[Account]:
        return [(person.name, person.role, person.cameras) for person in self._access.people()]

    async def add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> None:
        await self._access.add(name, password, role, cameras)

    async def set_password(self, name: str, password: str) -> None:
        await self._access.set_password(self._id_of(name), password)

    async def remove(self, name: str) -> None:
        await self._access.remove(self._id_of(name))

    async def remove_factors(self, name: str) -> None:
        await self._access.factors.remove_of(self._id_of(name))

    def _id_of(self, name: str) -> str:
        return _id_of(name, [(person.name, person.id) for person in self._access.people()])


class RunningAccounts:
    """Of a running Gcam; `session` shows its local secret."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def list(self) -> Sequence[Account]:
        return [
            (
                person["name"],
                Role(person["role"]),
                None if person["cameras"] is None else frozenset(person["cameras"]),
            )
            for person in await self._people()
        ]

    async def add(self, name: str, password: str, role: Role, cameras: frozenset[str] | None) -> None:
        seen = None if cameras is None else sorted(cameras)
        body = {"name": name, "password": password, "role": role.value, "cameras": seen}
        await self._ask("POST", "/api/v1/people", body)

    async def set_password(self, name: str, password: str) -> None:
        await self._ask("PATCH", f"/api/v1/people/{await self._id_of(name)}", {"password": password})

    async def remove(self, name: str) -> None:
        await self._ask("DELETE", f"/api/v1/people/{await self._id_of(name)}")

    async def remove_factors(self, name: str) -> None:
        await self._ask("DELETE", f"/api/v1/people/{await self._id_of(name)}/factors")

    async def _id_of(self, name: str) -> str:
        return _id_of(name, [(person["name"], person["id"]) for person in await self._people()])

    async def _people(self) -> Sequence[dict[str, Any]]:
        answer = await self._ask("GET", "/api/v1/people")
        return tuple(answer["people"])

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            async with self._session.request(method, path, json=body) as response:
                answer = await response.json() if response.content_type == "application/json" else None
                if response.ok:
                    return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ConfigError(f"the Gcam that runs there does not answer: {_WHERE}") from error
        if response.status == 401 or not isinstance(answer, dict):
            raise ConfigError(f"what answers there is not the Gcam of this data folder: {_WHERE}")
        raise ConfigError(str(answer["error"]["message"]))


_WHERE = "say with --listen or --options where it listens"


def _id_of(name: str, people: Sequence[tuple[str, str]]) -> str:
    wanted = name.strip().casefold()
    for known, person_id in people:
        if known.strip().casefold() == wanted:
            return person_id
    raise NotFound(because("no_person_called", name=name))
