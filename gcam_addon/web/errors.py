"""Every failure as one JSON shape, `{"error": {"code", "message", "reason"?, "params"?, "field"?}}`, with a
fitting HTTP status.

The only place that knows which `GcamError` is which status.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import voluptuous as vol
from aiohttp import hdrs, web

from gcam_addon.config.rules import said
from gcam_addon.errors import (
    AccessDenied,
    ChannelError,
    ConfigError,
    GcamError,
    LiveError,
    NotFound,
    RecordingError,
    SecondFactorNeeded,
    SignInNeeded,
    SourceError,
    StorageFull,
    Throttled,
    WrongLogin,
)
from gcam_addon.web.answers import language_of
from gcam_addon.web.shape import ANYTHING, STRING, shape
from gcam_addon.web.views import encode
from gcam_addon.words.reason import Reason, because

ERROR = shape(
    "Error",
    {
        "error": {
            "code": said(STRING, "Stable"),
            "message": said(STRING, "For people, in the language of `Accept-Language` (en, fr); may change"),
            vol.Optional("reason"): said(STRING, "Which sentence `message` is: stable"),
            vol.Optional("params"): said(ANYTHING, "What stands in that sentence, by name"),
            vol.Optional("field"): said(STRING, "The value at fault, such as `detection.sensitivity`"),
        }
    },
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG = logging.getLogger(__name__)


class RequestError(GcamError):
    """The request itself is wrong. `field` names the parameter or body key; `status` is a 4xx."""

    code = "request"

    def __init__(self, why: Reason | str, *, field: str | None = None, status: int = 400) -> None:
        super().__init__(why)
        self.field = field
        self.status = status


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost middleware. A response that has already begun can't become an error: it is cut off."""
    try:
        return await handler(request)
    except GcamError as error:
        if _begun(request):
            raise
        return error_response(error, language_of(request))
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return _http_error(request, answer)
    except ConnectionError:
        raise  # the client left
    except Exception:
        if _begun(request):
            raise
        _LOG.exception("Answering %s %s failed", request.method, _kind_of(request))
        return _response(500, "internal", because("internal"), language_of(request))


def _kind_of(request: web.Request) -> str:
    """Its route, without what stands in its place: the secret of a share link is one."""
    resource = request.match_info.route.resource
    return request.path if resource is None else resource.canonical


def error_response(error: GcamError, language: str = "en") -> web.Response:
    """The answer for `error`, said in that language."""
    field = error.field if isinstance(error, (ConfigError, RequestError)) else None
    response = _response(status_of(error), error.code, error.said, language, field)
    if isinstance(error, Throttled):
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(error.retry_after_s))
    if isinstance(error, SignInNeeded):
        response.headers[hdrs.WWW_AUTHENTICATE] = f'{error.scheme} realm="Gcam"'
    if response.status == HTTPStatus.UPGRADE_REQUIRED:
        response.headers[hdrs.UPGRADE] = "websocket"
    return response


def status_of(error: GcamError) -> int:
    """The fitting one of HTTP."""
    if isinstance(error, RequestError):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


_STATUSES: tuple[tuple[type[GcamError], int], ...] = (
    (ConfigError, 400),
    (Throttled, 429),
    (SignInNeeded, 401),
    (WrongLogin, 401),
    (SecondFactorNeeded, 401),
    (AccessDenied, 403),
    (NotFound, 404),
    (StorageFull, 507),
    (RecordingError, 503),
    (LiveError, 503),
    (ChannelError, 503),
    (SourceError, 503),
)


def _http_error(request: web.Request, answer: web.HTTPException) -> web.Response:
    """What aiohttp refuses by itself: no such route, wrong method, body too large."""
    language = language_of(request)
    match answer:
        case web.HTTPNotFound():
            return _response(404, NotFound.code, because("nothing_at", path=request.path), language)
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(answer.allowed_methods))
            why = because("method_not_allowed", path=request.path, allowed=allowed)
            response = _response(405, "method_not_allowed", why, language)
            response.headers["Allow"] = allowed
            return response
        case web.HTTPRequestEntityTooLarge():
            return _response(413, RequestError.code, because("body_large"), language)
        case _:
            phrase = answer.reason or HTTPStatus(answer.status).phrase
            return _response(
                answer.status, RequestError.code, because("http_status", phrase=phrase), language
            )


def _response(
    status: int, code: str, why: Reason | str, language: str, field: str | None = None
) -> web.Response:
    error: dict[str, Any] = {"code": code, "message": why}
    if isinstance(why, Reason):
        told = why.as_json()
        error |= {"reason": told["code"], "params": told["params"]}
    if field is not None:
        error["field"] = field
    return web.Response(
        status=status, text=encode({"error": error}, language), content_type="application/json"
    )


def _begun(request: web.Request) -> bool:
    return request.writer.output_size > 0
