"""Clips' videos and thumbnails, for whoever Home Assistant lets in. Nobody ever sees Gcam's token."""

from http import HTTPStatus
from typing import Final

import aiohttp
from aiohttp import hdrs, web
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import HomeAssistant, callback

from .api import Forbidden, GcamError, NotFound
from .const import DOMAIN, LOGGER
from .gcams import async_gcam
from .media.places import is_id

_CHUNK_BYTES = 64 * 1024
_ASKED: Final = (hdrs.RANGE, hdrs.IF_RANGE, hdrs.IF_NONE_MATCH, hdrs.IF_MODIFIED_SINCE)
"""What of the viewer's request Gcam is told."""
_TOLD: Final = (
    hdrs.ACCEPT_RANGES,
    hdrs.CACHE_CONTROL,
    hdrs.CONTENT_LENGTH,
    hdrs.CONTENT_RANGE,
    hdrs.CONTENT_TYPE,
    hdrs.ETAG,
    hdrs.LAST_MODIFIED,
)
"""What of Gcam's answer the viewer is told."""


@callback
def async_register_views(hass: HomeAssistant) -> None:
    hass.http.register_view(ClipVideoView(hass))
    hass.http.register_view(ClipThumbnailView(hass))


def video_path(instance_id: str, clip_id: str) -> str:
    return ClipVideoView.url.format(instance_id=instance_id, clip_id=clip_id)


def thumbnail_path(instance_id: str, clip_id: str) -> str:
    return ClipThumbnailView.url.format(instance_id=instance_id, clip_id=clip_id)


class _ClipView(HomeAssistantView):
    """Passes one file of a clip on as it comes; seeking, resuming and asking again for what is known work."""

    requires_auth = True
    file: str

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    async def get(self, request: web.Request, instance_id: str, clip_id: str) -> web.StreamResponse:
        if not is_id(clip_id):
            return self.json_message("This is no clip's id.", HTTPStatus.BAD_REQUEST)
        gcam = async_gcam(self._hass, instance_id)
        if gcam is None:
            return self.json_message("There is no such Gcam, or it is not running.", HTTPStatus.NOT_FOUND)
        headers = {str(name): request.headers[name] for name in _ASKED if name in request.headers}
        headers[hdrs.ACCEPT_ENCODING] = "identity"
        answer = gcam.client.open(
            f"clips/{clip_id}/{self.file}",
            method=request.method,
            headers=headers,
            passing={HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE},
        )
        try:
            async with answer as upstream:
                return await _pass_on(request, upstream)
        except GcamError as error:
            LOGGER.debug("Clip %s can't be shown: %s", clip_id, error)
            return self.json_message(str(error), _status_of(error))

    async def head(self, request: web.Request, instance_id: str, clip_id: str) -> web.StreamResponse:
        return await self.get(request, instance_id, clip_id)


class ClipVideoView(_ClipView):
    """H.264 in MP4."""

    url = f"/api/{DOMAIN}/{{instance_id}}/clips/{{clip_id}}/video.mp4"
    name = f"api:{DOMAIN}:clip_video"
    file = "video.mp4"


class ClipThumbnailView(_ClipView):
    """The clip's strongest picture, a JPEG."""

    url = f"/api/{DOMAIN}/{{instance_id}}/clips/{{clip_id}}/thumbnail.jpg"
    name = f"api:{DOMAIN}:clip_thumbnail"
    file = "thumbnail.jpg"


async def _pass_on(request: web.Request, upstream: aiohttp.ClientResponse) -> web.StreamResponse:
    """As it comes, never all of it in memory. The caller closes Gcam's connection when the viewer goes."""
    told = {name: upstream.headers[name] for name in _TOLD if name in upstream.headers}
    response = web.StreamResponse(status=upstream.status, headers=told)
    await response.prepare(request)
    if request.method == hdrs.METH_HEAD:
        return response
    try:
        async for chunk in upstream.content.iter_chunked(_CHUNK_BYTES):
            await response.write(chunk)
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError and a viewer who left are OSErrors
        LOGGER.debug("A clip was cut off: %r", error)
        response.force_close()  # the viewer sees that it is not whole
    return response


def _status_of(error: GcamError) -> HTTPStatus:
    match error:
        case NotFound():
            return HTTPStatus.NOT_FOUND
        case Forbidden():
            return HTTPStatus.FORBIDDEN
        case _:
            return HTTPStatus.BAD_GATEWAY
