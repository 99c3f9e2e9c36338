"""What Gcam asks the Supervisor, and its answers as values. Retries nothing, decides nothing.

aiohttp's errors and the Supervisor's own become `SupervisorError` here and nowhere else. Only `/network/info`
needs `hassio_api`; the other routes are open to every add-on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface
from types import TracebackType
from typing import Any, Self

import aiohttp

from gcam_addon.config.model import SupervisorSettings
from gcam_addon.errors import SupervisorError
from gcam_addon.words.reason import because

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_NO_SERVICE = "Service not enabled"


@dataclass(frozen=True, slots=True)
class AddonInfo:
    """`hostname` is how Home Assistant reaches this very container."""

    slug: str
    hostname: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The Supervisor's word for no."""

    status: int
    message: str


class SupervisorClient:
    """`async with` it. All methods raise `SupervisorError`."""

    def __init__(self, settings: SupervisorSettings) -> None:
        self._settings = settings
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._settings.token}"}
        self._http = aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def info(self) -> AddonInfo:
        """Of this add-on."""
        told = await self._ask("GET", "/addons/self/info")
        return AddonInfo(_text(told, "slug"), _text(told, "hostname"))

    async def mqtt(self) -> Mapping[str, Any] | None:
        """`host`, `port`, `ssl`, and `username` and `password` where there is a login; None while Home
        Assistant has no broker.
        """
        told = await self._call("GET", "/services/mqtt")
        if isinstance(told, Refusal):
            if told.status == 400 and told.message == _NO_SERVICE:
                return None
            raise _refused("/services/mqtt", told)
        return told

    async def interfaces(self) -> Sequence[IPv4Interface]:
        """Those of the machine itself, by which it is connected."""
        told = await self._ask("GET", "/network/info")
        return [address for interface in _list(told, "interfaces") for address in _addresses(interface)]

    async def announce(self, service: str, config: Mapping[str, Any]) -> str:
        """Tell Home Assistant of `service`; the announcement's id. The same once more is no news to it."""
        return _text(await self._ask("POST", "/discovery", {"service": service, "config": config}), "uuid")

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        told = await self._call(method, path, body)
        if isinstance(told, Refusal):
            raise _refused(path, told)
        return told

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any] | Refusal:
        assert self._http is not None, "used outside `async with`"
        url = self._settings.url + path
        try:
            async with self._http.request(method, url, json=body) as response:
                answer = await response.json(content_type=None)
                status = response.status
        except TimeoutError as error:
            raise SupervisorError(because("supervisor_silent", path=path)) from error
        except aiohttp.ClientError as error:
            raise SupervisorError(because("supervisor_unreachable", why=_reason(error))) from error
        except ValueError:  # no JSON: it refuses some requests in plain text
            return Refusal(status=response.status, message=response.reason or "")
        return _unwrapped(status, answer)


def _unwrapped(status: int, answer: Any) -> Mapping[str, Any] | Refusal:
    if not isinstance(answer, dict):
        return Refusal(status, "")
    if status >= 300 or answer.get("result") != "ok":
        return Refusal(status, str(answer.get("message") or ""))
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _refused(path: str, refusal: Refusal) -> SupervisorError:
    if refusal.status in (401, 403):
        return SupervisorError(because("supervisor_forbids", path=path))
    why = refusal.message[:200] or because("status", status=refusal.status)
    return SupervisorError(because("supervisor_refused", path=path, why=why))


def _reason(error: aiohttp.ClientError) -> str:
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or type(cause).__name__


def _list(told: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = told.get(name)
    return value if isinstance(value, list) else ()


def _addresses(interface: Any) -> Iterator[IPv4Interface]:
    ipv4 = interface.get("ipv4") if isinstance(interface, dict) and interface.get("connected") else None
    for text in _list(ipv4, "address") if isinstance(ipv4, dict) else ():
        with contextlib.suppress(ValueError):
            yield IPv4Interface(text)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise SupervisorError(because("supervisor_old", what=name))
    return value
