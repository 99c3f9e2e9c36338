"""Servers that say what no real Gcam would: too old ones, broken ones, somebody else's."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any, Self

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

type Answer = tuple[int, str, Any] | Sequence[str]
"""(status, content type, body: text or JSON), or what is said over a WebSocket before it is closed."""


class StandIn:
    """A web server on loopback, one answer per path, in a loop of its own: Home Assistant's test kit takes
    a client that hangs up in the middle of TLS for a fault of Home Assistant's.
    """

    def __init__(self, answers: Mapping[str, Answer], tls: ssl.SSLContext | None = None) -> None:
        self.url = ""
        self._answers = answers
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)

    async def __aenter__(self) -> Self:
        self._thread.start()
        self._runner = await self._there(self._start())
        scheme = "http" if self._tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._there(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    async def _there[T](self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _start(self) -> web.AppRunner:
        app = web.Application()
        for path, answer in self._answers.items():
            app.router.add_get(path, _handler(answer))
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        return runner


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's context with a fresh certificate for 127.0.0.1 that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gcam")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = folder / "server.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context


def _handler(answer: Answer) -> Any:
    async def say(request: web.Request) -> web.StreamResponse:
        if isinstance(answer, tuple):
            status, content_type, body = answer
            if isinstance(body, str):
                return web.Response(status=status, content_type=content_type, text=body)
            return web.json_response(body, status=status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for text in answer:
            await socket.send_str(text)
        await socket.close()
        return socket

    return say
