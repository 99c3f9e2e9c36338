"""Boards with Gcam's firmware, as something at a port that is asked in raw bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gcam_addon.wire import credentials
from tests.support.waiting import patience

TOKEN = "the-token-of-these-tests"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, in raw bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known.lower() == name.lower()]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.headers]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asks the board at a port of this machine, and knows a token."""

    port: int
    token: str | None = None

    async def raw(self, data: bytes) -> bytes:
        """All that is answered to these bytes, until the board closes."""
        async with patience():
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(data)
                return await reader.read(-1)
            finally:
                writer.transport.abort()

    async def ask(
        self,
        method: str,
        target: str,
        form: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Told the token by Digest where it is known."""
        given = dict(headers or {})
        said = await self._once(method, target, form, given)
        if said.status != 401 or self.token is None:
            return said
        offer = said.header("WWW-Authenticate")[0]
        answer = credentials.digest(offer, "gcam", self.token, target, method=method)
        assert answer is not None
        return await self._once(method, target, form, {**given, "Authorization": answer})

    async def _once(
        self, method: str, target: str, form: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> Said:
        return said_in(await self.raw(written(method, target, form, headers)))


def written(
    method: str,
    target: str,
    form: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    body = "&".join(f"{name}={value}" for name, value in (form or {}).items())
    length = {"Content-Length": str(len(body))} if method == "POST" else {}
    lines = [f"{name}: {value}" for name, value in {"Host": "board", **length, **(headers or {})}.items()]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", body]).encode()


def said_in(data: bytes) -> Said:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert first.startswith("HTTP/1.1 "), data[:200]
    headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
    return Said(int(first.split(" ")[1]), headers, body)
