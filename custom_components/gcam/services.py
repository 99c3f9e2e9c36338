"""Gcam's actions. Each checks what it is given and says what to do about it; the work is done elsewhere."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import probatio as vol
from homeassistant.components.camera import DOMAIN as CAMERA_DOMAIN
from homeassistant.components.camera.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import (
    async_register_batched_platform_entity_service,
    async_register_platform_entity_service,
)
from homeassistant.util import dt as dt_util

from .actions.exporting import Exported, async_export_clip, async_export_range
from .actions.files import media_content_id
from .actions.snapshots import async_take_snapshots
from .api import GcamError, NotFound
from .camera import GcamCamera
from .const import DOMAIN
from .coordinator import GcamCoordinator
from .errors import translated
from .gcams import async_gcams
from .media.places import OneClip, is_id
from .models import Clip

SERVICE_EXPORT_CLIP: Final = "export_clip"
SERVICE_PROTECT_CLIP: Final = "protect_clip"
SERVICE_RECORD: Final = "record"
SERVICE_TAKE_SNAPSHOT: Final = "take_snapshot"

_ATTR_CAMERA: Final = "camera"
_ATTR_CLIP_ID: Final = "clip_id"
_ATTR_DURATION: Final = "duration"
_ATTR_END: Final = "end"
_ATTR_FILENAME: Final = "filename"
_ATTR_PROTECTED: Final = "protected"
_ATTR_START: Final = "start"

_LONGEST_EXPORT: Final = timedelta(hours=24)
_LONGEST_RECORD_S: Final = 24 * 3600.0
_USUAL_RECORD_S: Final = 30.0

_EXPORT_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(_ATTR_CLIP_ID): cv.string,
        vol.Optional(_ATTR_CAMERA): cv.entity_id,
        vol.Optional(_ATTR_START): cv.datetime,
        vol.Optional(_ATTR_END): cv.datetime,
        vol.Optional(_ATTR_FILENAME): cv.template,
    }
)
_PROTECT_SCHEMA: Final = vol.Schema(
    {vol.Required(_ATTR_CLIP_ID): cv.string, vol.Optional(_ATTR_PROTECTED, default=True): cv.boolean}
)


@callback
def async_register_services(hass: HomeAssistant) -> None:
    """Once, whether or not a Gcam is set up: automations that use them stay valid."""
    responds = SupportsResponse.OPTIONAL
    hass.services.async_register(
        DOMAIN, SERVICE_EXPORT_CLIP, _export_clip, _EXPORT_SCHEMA, supports_response=responds
    )
    hass.services.async_register(
        DOMAIN, SERVICE_PROTECT_CLIP, _protect_clip, _PROTECT_SCHEMA, supports_response=responds
    )
    async_register_batched_platform_entity_service(
        hass,
        DOMAIN,
        SERVICE_TAKE_SNAPSHOT,
        entity_domain=CAMERA_DOMAIN,
        schema={vol.Optional(_ATTR_FILENAME): cv.template},
        func=_take_snapshots,
        supports_response=responds,
    )
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        SERVICE_RECORD,
        entity_domain=CAMERA_DOMAIN,
        schema={
            vol.Optional(_ATTR_DURATION, default=_USUAL_RECORD_S): vol.All(
                vol.Coerce(float), vol.Range(min=0, max=_LONGEST_RECORD_S)
            )
        },
        func=_record,
        supports_response=responds,
    )


async def _export_clip(call: ServiceCall) -> ServiceResponse:
    clip_id, entity_id = call.data.get(_ATTR_CLIP_ID), call.data.get(_ATTR_CAMERA)
    is_range = any(name in call.data for name in (_ATTR_CAMERA, _ATTR_START, _ATTR_END))
    template = call.data.get(_ATTR_FILENAME)
    path = None if template is None else Path(template.async_render(parse_result=False))
    if clip_id is not None and not is_range:
        gcam, clip = await _clip(call.hass, clip_id)
        exported = await async_export_clip(call.hass, gcam.client, clip, path)
    elif clip_id is None and entity_id is not None and _ATTR_START in call.data and _ATTR_END in call.data:
        camera = _camera(call.hass, entity_id)
        between = _between(call.data[_ATTR_START], call.data[_ATTR_END])
        exported = await async_export_range(camera, between, path)
    else:
        raise _invalid("clip_or_range")
    return _told(call.hass, exported)


async def _protect_clip(call: ServiceCall) -> ServiceResponse:
    gcam, clip = await _clip(call.hass, call.data[_ATTR_CLIP_ID])
    with translated(clip.id):
        changed = await gcam.client.protect(clip.id, protected=call.data[_ATTR_PROTECTED])
    return _described(gcam, changed)


async def _take_snapshots(cameras: list[GcamCamera], call: ServiceCall) -> dict[str, ServiceResponse]:
    return await async_take_snapshots(cameras, call.data.get(_ATTR_FILENAME))


async def _record(camera: GcamCamera, call: ServiceCall) -> ServiceResponse:
    duration_s: float = call.data[_ATTR_DURATION]
    with translated(camera.camera.name):
        await camera.coordinator.client.record(camera.camera_id, duration_s)
    until = dt_util.utcnow() + timedelta(seconds=duration_s) if duration_s else None
    return {
        "recording": until is not None,
        "duration_s": duration_s,
        "until": None if until is None else until.isoformat(),
    }


async def _clip(hass: HomeAssistant, clip_id: str) -> tuple[GcamCoordinator, Clip]:
    """The clip, and whose it is."""
    problem: GcamError | None = None
    for gcam in async_gcams(hass) if is_id(clip_id) else ():
        try:
            return gcam, await gcam.client.clip(clip_id)
        except NotFound:
            continue
        except GcamError as error:
            problem = error
    with translated(clip_id):
        if problem is not None:
            raise problem
    raise _invalid("unknown_clip", clip_id=clip_id)


@callback
def _camera(hass: HomeAssistant, entity_id: str) -> GcamCamera:
    camera = hass.data[DATA_COMPONENT].get_entity(entity_id) if DATA_COMPONENT in hass.data else None
    if not isinstance(camera, GcamCamera):
        raise _invalid("not_a_camera", entity_id=entity_id)
    return camera


def _between(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Without a timezone, they are local times of Home Assistant's."""
    start, end = dt_util.as_utc(start), dt_util.as_utc(end)
    if end <= start:
        raise _invalid("end_before_start", start=_shown(start), end=_shown(end))
    if end - start > _LONGEST_EXPORT:
        raise _invalid("range_too_long", start=_shown(start), end=_shown(end))
    return start, end


def _shown(moment: datetime) -> str:
    return f"{dt_util.as_local(moment):%Y-%m-%d %H:%M:%S}"


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )


@callback
def _told(hass: HomeAssistant, exported: Exported) -> ServiceResponse:
    return {
        "filename": str(exported.path),
        "size_bytes": exported.size_bytes,
        "duration_s": round(exported.duration_s, 3),
        "media_content_id": media_content_id(hass, exported.path),
    }


def _described(gcam: GcamCoordinator, clip: Clip) -> ServiceResponse:
    place = OneClip(gcam.data.instance_id, clip.id)
    return {
        "clip_id": clip.id,
        "camera_id": clip.camera_id,
        "camera": clip.camera_name,
        "kind": clip.kind,
        "started_at": clip.started_at.isoformat(),
        "ended_at": clip.ended_at.isoformat(),
        "duration_s": round(clip.duration_s, 3),
        "size_bytes": clip.size_bytes,
        "width": clip.width,
        "height": clip.height,
        "score": round(clip.peak, 2),
        "reason": clip.reason,
        "zones": list(clip.zones),
        "protected": clip.protected,
        "media_content_id": f"media-source://{DOMAIN}/{place}",
    }
