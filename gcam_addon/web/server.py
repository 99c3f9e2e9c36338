"""Where the web app listens: its address, with TLS where wanted, and the port of Home Assistant's ingress."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import ssl
from functools import partial
from pathlib import Path
from typing import cast

from aiohttp import web

from gcam_addon.config.model import WebSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.machine.loop import stop_listening
from gcam_addon.web.caller import DOOR, Door
from gcam_addon.web.connections import CONNECTIONS
from gcam_addon.web.unreadable import reader

_LOG = logging.getLogger(__name__)
_SHUTDOWN_S = 3.0
"""How long answers in progress may take when Gcam stops."""
_CERTIFICATE_EVERY_S = 60.0


class WebServer:
    """Listens where `settings` say. `start` once, `stop` once."""

    def __init__(self, app: web.Application, settings: WebSettings, *, duties: Duties) -> None:
        self._settings = settings
        self._duties = duties
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_S
        )
        self._connections = app[CONNECTIONS]
        self._servers: list[asyncio.Server] = []
        self._renewing: asyncio.Task[None] | None = None
        self._door = app[DOOR] = Door()
        self._address = ("", 0)
        self.tls: ssl.SSLContext | None = None
        """With the certificate that is renewed while it runs."""

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it, such as `http://127.0.0.1:8099`; only while it runs."""
        host, port = self._address
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
        scheme = "https" if self._settings.tls_certificate else "http"
        return f"{scheme}://[{address}]:{port}" if address.version == 6 else f"{scheme}://{address}:{port}"

    @property
    def host(self) -> str:
        """The IP address it listens on; only while it runs."""
        return self._address[0]

    @property
    def port(self) -> int:
        """The port it listens on; only while it runs."""
        return self._address[1]

    @property
    def ingress(self) -> str | None:
        """Where Home Assistant's ingress comes in, as `HOST:PORT`, if it may; only while it runs."""
        settings = self._settings.ingress
        if settings is None:
            return None
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"{host}:{self._door.port}"

    async def start(self) -> None:
        """Returns when it answers. Raises `ConfigError` where it can't listen there."""
        settings = self._settings
        await self._runner.setup()
        try:
            tls = await asyncio.to_thread(_tls_of, settings)
            if settings.ingress is not None:
                _, self._door.port = await self._listen(
                    settings.ingress.host, settings.ingress.port, None, "web.ingress"
                )
            self._address = await self._listen(settings.host, settings.port, tls, "--listen")
            self.tls = tls
        except ConfigError:
            await self._close()
            raise
        if tls is not None:
            self._renewing = self._duties.task("certificate", partial(_renew, tls, settings))

    async def stop(self) -> None:
        """Ends streams and WebSockets, lets answers in progress finish, and closes the port."""
        if self._renewing is not None:
            self._renewing.cancel()
        await self._close()

    async def _close(self) -> None:
        for server in self._servers:
            await stop_listening(server)
        await self._runner.cleanup()

    def _reader(self, server: web.Server) -> asyncio.Protocol:
        return reader(server, self._connections.bounds.idle_s)

    async def _listen(
        self, host: str, port: int, tls: ssl.SSLContext | None, setting: str
    ) -> tuple[str, int]:
        """The address, and the port where any would do."""
        assert self._runner.server is not None
        protocols = self._connections.guarded(partial(self._reader, self._runner.server), tls)
        try:
            server = await asyncio.get_running_loop().create_server(protocols, host, port)
        except OSError as error:
            raise ConfigError(
                f"Gcam's page can't listen on {host}:{port} ({error.strerror or error}): "
                f"choose another address with {setting}, or stop what uses it.",
                field="web",
            ) from error
        self._servers.append(server)
        return cast("tuple[str, int]", server.sockets[0].getsockname()[:2])


async def _renew(tls: ssl.SSLContext, settings: WebSettings) -> None:
    """A certificate that was renewed holds for every connection from then on."""
    known = await asyncio.to_thread(_stamp, settings)
    while True:
        await asyncio.sleep(_CERTIFICATE_EVERY_S)
        now = await asyncio.to_thread(_stamp, settings)
        if now == known:
            continue
        known = now
        try:
            await asyncio.to_thread(_load, tls, settings)
            _LOG.info("the page's certificate was renewed")
        except ConfigError as error:
            _LOG.error("%s; the former certificate stays in use", error)


def _tls_of(settings: WebSettings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, settings)
    return context


def _load(context: ssl.SSLContext, settings: WebSettings) -> None:
    assert settings.tls_certificate is not None
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"web.tls_certificate: {settings.tls_certificate} with {settings.tls_key} can't be used "
            f"({error.strerror or error}): give a certificate chain and its key in PEM",
            field="web.tls_certificate",
        ) from error


def _stamp(settings: WebSettings) -> list[float]:
    paths: tuple[Path | None, ...] = (settings.tls_certificate, settings.tls_key)
    stamps = []
    for path in paths:
        with contextlib.suppress(OSError):
            stamps.append(path.stat().st_mtime if path else 0.0)
    return stamps
