"""A running Gcam as a client sees it: its events over a WebSocket, its history and files over HTTP.

Libraries' errors end here. `ConfigError` is what only a person can mend: a token.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Self

import aiohttp
from aiohttp import hdrs
from yarl import URL

from gcam_addon.errors import (
    ConfigError,
    GcamError,
    NotFound,
    ProtocolError,
    Rejected,
    Stalled,
    Unreachable,
)
from gcam_addon.saving.happened import Happened

_NEEDED: Final = frozenset({"view", "playback"})
_HEARTBEAT_S: Final = 20.0
_SILENCE_S: Final = 30.0
_CONNECT_S: Final = 10.0
_CHUNK_BYTES: Final = 1 << 20
_MOST_MESSAGE_BYTES: Final = 16 << 20
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Gcam is. `key`, blocking: what is shown to it; `is_own`: that is its secret for programs of its
    own machine, another one with each of its runs.
    """

    url: URL
    key: Callable[[], str]
    tls: ssl.SSLContext | bool = True
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Hello:
    """What it says first. `now`: by its own clock; `cameras`: those that whoever asks may see."""

    instance_id: str
    now: float
    cameras: frozenset[str]


class Gcam:
    """One connection. What it raises: `ConfigError`, `SourceError`, and `NotFound` for what is gone."""

    def __init__(self, http: aiohttp.ClientSession, place: Place) -> None:
        self._http = http
        self._place = place

    @classmethod
    @asynccontextmanager
    async def at(cls, place: Place, key: str) -> AsyncIterator[Self]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=_SILENCE_S)
        headers = {hdrs.AUTHORIZATION: f"Bearer {key}"}
        connector = aiohttp.TCPConnector(ssl=place.tls)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as http:
            yield cls(http, place)

    @property
    def url(self) -> URL:
        return self._place.url

    async def hello(self, events: AsyncGenerator[Mapping[str, Any]]) -> Hello:
        """The first of its events."""
        return _hello(await anext(events), self.url)

    async def events(self) -> AsyncGenerator[Mapping[str, Any]]:
        """Endless: raises when it ends."""
        with self._translated():
            async with self._http.ws_connect(
                self._at("events"),
                heartbeat=_HEARTBEAT_S,
                max_msg_size=_MOST_MESSAGE_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            ) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        yield _object(json.loads(message.data))
        raise Unreachable(f"Gcam at {self._place.url} hung up")

    async def motion(self, cameras: frozenset[str], after: float | None) -> AsyncGenerator[Happened]:
        """Newest first, page by page."""
        query: dict[str, Any] = {"kind": "motion", "limit": _PAGE}
        query |= {"camera": sorted(cameras)} if cameras else {}
        query |= {} if after is None else {"after": repr(after)}
        while True:
            answer = await self._json("history", query)
            with self._translated():
                page = [Happened.told(entry) for entry in answer["entries"]]
            for one in page:
                yield one
            if len(page) < _PAGE:
                return
            query["older_than"] = page[-1].id

    async def clip(self, clip_id: str) -> Mapping[str, Any]:
        return await self._json(f"clips/{clip_id}", {})

    async def file(self, path: str) -> AsyncGenerator[bytes]:
        """A file below `/api/v1/`, as it comes, to its end."""
        async with self._asked(path, {}) as response:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                yield chunk

    async def _json(self, path: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        async with self._asked(path, query) as response:
            return _object(await response.json())

    @asynccontextmanager
    async def _asked(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[aiohttp.ClientResponse]:
        with self._translated():
            async with self._http.get(self._at(path), params=query, allow_redirects=False) as response:
                if response.status != HTTPStatus.OK:
                    raise self._refusal(response.status, await _message(response))
                yield response

    def _at(self, path: str) -> URL:
        return self._place.url / "api/v1" / path

    @contextmanager
    def _translated(self) -> Iterator[None]:
        url = self._place.url
        try:
            yield
        except aiohttp.WSServerHandshakeError as error:
            raise self._refused_socket(error) from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise Unreachable(
                f"the certificate of {url} is not trusted; name who signed it with --ca"
            ) from error
        except TimeoutError as error:
            raise Stalled(f"Gcam at {url} does not answer") from error
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(f"Gcam at {url} can't be reached: {_meant(error)}") from error
        except aiohttp.ContentTypeError as error:
            raise ProtocolError(f"what answers at {url} is no Gcam") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"the connection to Gcam at {url} broke off: {error or repr(error)}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise ProtocolError(f"{url} answers what Gcam would not: {error!r}") from error

    def _refused_socket(self, error: aiohttp.WSServerHandshakeError) -> GcamError:
        url = self._place.url
        if error.history:
            there = error.request_info.real_url.origin()
            return ConfigError(f"--url: {url} sends on to {there}: give that address", field="url")
        if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return self._refusal(error.status, "what was shown to it must have “view” and “playback”")
        return ProtocolError(f"what answers at {url} is no Gcam, or not yet (HTTP {error.status})")

    def _refusal(self, status: int, message: str) -> GcamError:
        url = self._place.url
        match status:
            case HTTPStatus.UNAUTHORIZED if not self._place.is_own:
                return ConfigError(
                    f"Gcam at {url} does not know this token; make one on its page (People, Tokens) "
                    "with “view” and “playback”",
                    field="token",
                )
            case HTTPStatus.FORBIDDEN:
                return ConfigError(f"Gcam at {url} refuses: {message}", field="token")
            case HTTPStatus.NOT_FOUND:
                return NotFound(f"{url}: {message}")
            case _:
                return Rejected(f"Gcam at {url} answers: {message}", status=status)


def _hello(told: Mapping[str, Any], url: URL) -> Hello:
    """Raises ProtocolError, and ConfigError where what was shown is not enough."""
    try:
        cameras = frozenset(str(camera["id"]) for camera in told["cameras"])
        hello = Hello(str(told["instance_id"]), float(told["now"]), cameras)
        lacking = sorted(_NEEDED - set(told["permissions"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"what answers at {url} is no Gcam") from error
    if lacking:
        named = " and ".join(f"“{one}”" for one in lacking)
        raise ConfigError(f"this token of Gcam at {url} lacks {named}", field="token")
    return hello


def _object(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise TypeError(f"no object, but {type(told).__name__}")
    return told


def _meant(error: aiohttp.ClientConnectorError) -> str:
    """A name that is not found has a number of its own, which `os` does not know."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else str(error.strerror or error)


async def _message(response: aiohttp.ClientResponse) -> str:
    """What Gcam says, or as well as can be told of something else."""
    try:
        return str((await response.json())["error"]["message"])
    except (aiohttp.ClientError, KeyError, TypeError, ValueError):
        return f"HTTP {response.status}"
