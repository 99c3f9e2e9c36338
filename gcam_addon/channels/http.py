"""What the channels over HTTP share: one exchange with their server, and its refusals in words.

Addresses and headers hold secrets: errors name the host and nothing else of them.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from gcam_addon.channels.forbidden import is_forbidden
from gcam_addon.errors import ChannelError, ChannelRefused
from gcam_addon.log.setup import MASK
from gcam_addon.words.reason import because

_MOST_ANSWER_BYTES = 64 * 1024
_PATIENCE_S = 30.0
_SLOWEST_BYTES_PER_S = 20_000
"""What a poor line still carries: a clip is given as long as it takes there."""
_MOST_SHOWN = 300
_LEAST_SECRET = 6
_LATER = frozenset({408, 425, 429})
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    host: str
    status: int
    text: str
    retry_after_s: float | None = None

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_too_large(self) -> bool:
        return self.status == _TOO_LARGE

    @property
    def shown(self) -> str:
        return f"{self.status} {self.text[:_MOST_SHOWN]}".strip()

    @property
    def json(self) -> Mapping[str, Any]:
        """Empty where it is none."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, Mapping) else {}

    def require_taken(self) -> None:
        """Raises `ChannelError`."""
        if self.is_ok:
            return
        why = because("channel_refused", host=self.host, answer=self.shown)
        if self.status in _LATER or self.status >= 500:
            raise ChannelError(why, retry_after_s=self.retry_after_s)
        raise ChannelRefused(why)


class HttpCaller:
    """A session of its own, made when it is first needed. `secrets` are told by nobody, not even where the
    server quotes them.
    """

    def __init__(self, *secrets: str | None) -> None:
        self._secrets = tuple(one for one in secrets if one and len(one) >= _LEAST_SECRET)
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: str,
        data: Any,
        *,
        size: int = 0,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """`size` of what is sent, in bytes. Redirects are not followed: what they would carry on is secret.
        Raises `ChannelError`.
        """
        host = urlsplit(url).hostname or "?"
        timeout = aiohttp.ClientTimeout(
            total=_PATIENCE_S + size / _SLOWEST_BYTES_PER_S, sock_connect=_PATIENCE_S / 2
        )
        if self._session is None:
            connector = aiohttp.TCPConnector(socket_factory=_socket_to)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
        try:
            async with self._session.request(
                method,
                url,
                data=data,
                params=params,
                headers=headers,
                allow_redirects=False,
                timeout=timeout,
            ) as answer:
                text = self._hidden((await _start_of(answer.content)).decode(errors="replace"))
                return Reply(host, answer.status, text, seconds(answer.headers.get("Retry-After")))
        except (aiohttp.ClientConnectorCertificateError, ssl.SSLError) as error:
            raise ChannelRefused(because("channel_certificate", host=host, why=_reason(error))) from error
        except TimeoutError as error:
            raise ChannelError(because("channel_silent", host=host)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ChannelError(because("channel_unreachable", host=host, why=_reason(error))) from error

    def _hidden(self, text: str) -> str:
        for one in self._secrets:
            text = text.replace(one, MASK)
        return text

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # its connections are closed in the next turn


def seconds(told: Any) -> float | None:
    """When a server wants to be asked again, where it is a number; as a date it is told by nobody of ours."""
    try:
        found = float(told)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, found) if math.isfinite(found) else None


async def _start_of(content: aiohttp.StreamReader) -> bytes:
    """As much as is of interest, in however many pieces it comes."""
    found = bytearray()
    while len(found) < _MOST_ANSWER_BYTES:
        piece = await content.read(_MOST_ANSWER_BYTES - len(found))
        if not piece:
            break
        found += piece
    return bytes(found)


def _socket_to(address: aiohttp.AddrInfoType) -> socket.socket:
    """Asked for each address that a name has turned out to be, right before it is connected to."""
    family, kind, protocol, _, to = address
    if is_forbidden(to[0]):
        raise OSError(f"{to[0]} is no address of a service")
    return socket.socket(family, kind, protocol)


def _reason(error: Exception) -> str | BaseException:
    """Without the address, which some of aiohttp's errors quote."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
    if isinstance(cause, OSError):
        return cause
    return error if isinstance(error, OSError) and error.strerror else type(error).__name__
