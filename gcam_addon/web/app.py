"""The web app: routes, the order of what surrounds them, and the server that listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial

from aiohttp import web

from gcam_addon.duties import Duties
from gcam_addon.errors import GcamError
from gcam_addon.model import DutyStatus
from gcam_addon.web.connections import CONNECTIONS, Bounds, Connections, addresses_in
from gcam_addon.web.contract import MAX_BODY_BYTES, Route, check_all_guarded
from gcam_addon.web.errors import Handler, errors_as_json
from gcam_addon.web.gatekeeper import LOOK_EVERY_S, keep_watch, renew_cookie, watch_rights
from gcam_addon.web.protection import SAFE_METHODS, add_security_headers, keep_others_out
from gcam_addon.web.refusals import note_refusals
from gcam_addon.web.routes import ROUTES
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.sockets import ENDLESS, end_all

_CHANGES = web.AppKey("changes", set[asyncio.Task[web.StreamResponse]])


def build_app(
    services: Services, page: Iterable[Route], *, look_every_s: float = LOOK_EVERY_S
) -> web.Application:
    """The page's files and everything else under one URL; relative, so that it also works under a sub-path.
    Starting it subscribes the services' `EventHub` to the engine.
    """
    listen = services.info.listen
    ingress = () if listen.ingress is None else listen.ingress.trusted
    connections = Connections(Bounds(trusted=addresses_in((*listen.trusted_proxies, *ingress))))
    app = web.Application(
        middlewares=[
            connections.watched,
            errors_as_json,
            note_refusals,
            keep_others_out,
            keep_watch,
            _finish_changes,
        ],
        client_max_size=MAX_BODY_BYTES,
    )
    app[SERVICES] = services
    app[CONNECTIONS] = connections
    app[ENDLESS] = {}
    app[_CHANGES] = set()
    app.add_routes([route.definition for route in (*page, *ROUTES)])
    check_all_guarded(app)
    app.on_startup.append(_subscribe)
    app.on_response_prepare.append(add_security_headers)
    app.on_response_prepare.append(renew_cookie)
    app.on_shutdown.append(end_all)
    watch_rights(app, look_every_s)
    return app


@web.middleware
async def _finish_changes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A change goes on to its end even if who asked for it leaves meanwhile: never stored but not applied."""
    if request.method in SAFE_METHODS:
        return await handler(request)
    task = asyncio.ensure_future(_awaited(handler, request))
    changes = request.app[_CHANGES]
    changes.add(task)
    task.add_done_callback(changes.discard)
    try:
        await asyncio.wait({task})  # not `shield`, which tells the loop of an error that nobody waits for
    except asyncio.CancelledError:
        task.add_done_callback(partial(_end_alone, request.app[SERVICES].duties))
        raise
    return task.result()


def _end_alone(duties: Duties, task: asyncio.Task[web.StreamResponse]) -> None:
    """Nobody hears any more how a change went; only a defect is still to be told."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, GcamError | web.HTTPException):
        duties.failed("change", error, DutyStatus.ENDED, "is over; who asked for it had left")


async def _awaited(handler: Handler, request: web.Request) -> web.StreamResponse:
    return await handler(request)


async def _subscribe(app: web.Application) -> None:
    services = app[SERVICES]
    services.engine.subscribe(services.events)
    services.engine.subscribe(services.introductions)
