"""A camera with some of its settings changed, as the API, MQTT and pages change them. Pure.

Files, and what is stored of it: `cameras`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gcam_addon.config.cameras import merge
from gcam_addon.config.model import Camera
from gcam_addon.config.schema import camera_to_dict, parse_camera
from gcam_addon.model import Polygon
from gcam_addon.picture.orientation import turned_polygon


def changed(camera: Camera, changes: Mapping[str, Any]) -> Camera:
    """`changes` merged into the camera's settings. Raises `ConfigError`.

    Where the picture is turned, what is drawn on it turns along, or a privacy mask would bare what it hides;
    unless the changes say themselves where it is from now on.
    """
    new = parse_camera(merge(camera_to_dict(camera), changes), path="")
    degrees = (new.rotation - camera.rotation) % 360
    return new if degrees == 0 else _turned_along(new, degrees, changes)


def _turned_along(camera: Camera, degrees: int, changes: Mapping[str, Any]) -> Camera:
    drawn = changes.get("detection")
    said = {*changes, *(drawn if isinstance(drawn, Mapping) else ())}
    detection = camera.detection
    if "zones" not in said:
        zones = [replace(zone, polygon=turned_polygon(zone.polygon, degrees)) for zone in detection.zones]
        detection = replace(detection, zones=tuple(zones))
    if "masks" not in said:
        detection = replace(detection, masks=_all_turned(detection.masks, degrees))
    if "privacy_masks" not in said:
        camera = replace(camera, privacy_masks=_all_turned(camera.privacy_masks, degrees))
    return replace(camera, detection=detection)


def _all_turned(polygons: tuple[Polygon, ...], degrees: int) -> tuple[Polygon, ...]:
    return tuple(turned_polygon(polygon, degrees) for polygon in polygons)
