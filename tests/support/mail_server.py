"""A real SMTP server on loopback, aiosmtpd: with TLS, a login, and the moods that servers have."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from gcam_addon.machine.loop import stop_listening

USER, PASSWORD = "gcam@example.org", "app password"


@dataclass
class MailServer:
    """What came, and how it answers whom: `answers` by recipient, such as `550 no such user`."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    """When each was there whole, by the monotonic clock."""
    answers: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 taken as 4711"
    refuse_larger: tuple[int, str] | None = None
    """Than so many bytes, with that answer, though it did not say so before."""

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: Any) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.refuse_larger and len(envelope.content) > self.refuse_larger[0]:
            return self.refuse_larger[1]
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        if self.after_data.startswith("250"):
            self.received.append(message)
            self.arrived.append(time.monotonic())
        return self.after_data


def _login(_: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


@asynccontextmanager
async def mail_server(
    tls: ssl.SSLContext | None = None, *, size: int | None = None, implicit: bool = False
) -> AsyncIterator[MailServer]:
    """With `tls` it wants STARTTLS and a login; `implicit`: TLS from the first byte, and no login. `size`: of
    the largest mail it takes, in bytes.
    """
    server = MailServer()
    secured: dict[str, Any] = {}
    if tls and not implicit:
        secured = {"authenticator": _login, "auth_required": True}
        secured |= {"tls_context": tls, "require_starttls": True}
    loop, lines = asyncio.get_running_loop(), list[SMTP]()

    def answer() -> SMTP:
        lines.append(SMTP(server, hostname="localhost", data_size_limit=size, loop=loop, **secured))
        return lines[-1]

    listening = await loop.create_server(answer, "127.0.0.1", 0, ssl=tls if implicit else None)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        await stop_listening(listening)
        for line in lines:
            if line.transport is not None:
                line.transport.abort()
        await asyncio.sleep(0)  # they are gone in the next turn
