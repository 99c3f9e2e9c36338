"""The web app: routes, the order of what surrounds them, and the server that listens."""

from __future__ import annotations

import asyncio
import ipaddress
import logging

from aiohttp import web

from gcam_addon.config.model import WebSettings
from gcam_addon.errors import ConfigError
from gcam_addon.web import site
from gcam_addon.web.api import boards as boards_api
from gcam_addon.web.api import cameras as cameras_api
from gcam_addon.web.api import clips as clips_api
from gcam_addon.web.api import events as events_api
from gcam_addon.web.api import found as found_api
from gcam_addon.web.api import health as health_api
from gcam_addon.web.api import live as live_api
from gcam_addon.web.api import what_if as what_if_api
from gcam_addon.web.errors import Handler, errors_as_json
from gcam_addon.web.guard import check_all_guarded
from gcam_addon.web.protection import SAFE_METHODS, add_security_headers, is_loopback, keep_others_out
from gcam_addon.web.requests import MAX_BODY_BYTES
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.sockets import ENDLESS, end_all

_LOG = logging.getLogger(__name__)

_SHUTDOWN_S = 3.0
"""How long answers in progress may take when Gcam stops."""

_CHANGES = web.AppKey("changes", set[asyncio.Task[web.StreamResponse]])


def build_app(services: Services) -> web.Application:
    """Everything under one URL; relative, so that it also works under a sub-path. Starting it subscribes the
    services' `EventHub` to the engine.
    """
    app = web.Application(
        middlewares=[errors_as_json, keep_others_out, _finish_changes], client_max_size=MAX_BODY_BYTES
    )
    app[SERVICES] = services
    app[ENDLESS] = set()
    app[_CHANGES] = set()
    for module in (
        site,
        health_api,
        cameras_api,
        boards_api,
        found_api,
        live_api,
        what_if_api,
        clips_api,
        events_api,
    ):
        app.add_routes(module.routes())
    check_all_guarded(app)
    app.on_startup.append(_subscribe)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(end_all)
    return app


class WebServer:
    """Listens where `settings` say. `start` once, `stop` once."""

    def __init__(self, app: web.Application, settings: WebSettings) -> None:
        self._settings = settings
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_S
        )

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it, such as `http://127.0.0.1:8099`; only while it runs."""
        host, port = self._runner.addresses[0][:2]
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
        return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"

    async def start(self) -> None:
        """Returns when it answers. Raises `ConfigError` where it can't listen there."""
        host, port = self._settings.host, self._settings.port
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(
                f"Gcam's page can't listen on {host}:{port} ({error.strerror or error}): "
                "choose another address with --listen, or stop what uses it.",
                field="web",
            ) from error
        if not is_loopback(host):
            _LOG.warning(
                "Gcam's page is open to everybody who can reach %s:%s: it asks for no password yet. "
                "Listen on 127.0.0.1 unless you trust that whole network.", host, self.port,
            )  # fmt: skip

    @property
    def port(self) -> int:
        """The port it listens on; only while it runs."""
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Ends streams and WebSockets, lets answers in progress finish, and closes the port."""
        await self._runner.cleanup()


@web.middleware
async def _finish_changes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A change goes on to its end even if who asked for it leaves meanwhile: never stored but not applied."""
    if request.method in SAFE_METHODS:
        return await handler(request)
    task = asyncio.ensure_future(_awaited(handler, request))
    changes = request.app[_CHANGES]
    changes.add(task)
    task.add_done_callback(changes.discard)
    return await asyncio.shield(task)


async def _awaited(handler: Handler, request: web.Request) -> web.StreamResponse:
    return await handler(request)


async def _subscribe(app: web.Application) -> None:
    services = app[SERVICES]
    services.engine.subscribe(services.events)
