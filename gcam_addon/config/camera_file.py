"""What `cameras.json` holds: bytes to cameras and back, without touching a disk.

One wrong camera does not take the others with it: it is set aside as a `SetAside`, and its text survives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from gcam_addon.config.json_file import parse_json
from gcam_addon.config.model import Camera
from gcam_addon.config.schema import camera_to_dict, parse_camera
from gcam_addon.config.slug import slug
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

VERSION = 1


class NewerVersion(ConfigError):  # noqa: N818  (the tree reads as words)
    """The file was written by a Gcam that knows more; this one must not touch it."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry that is no valid camera: `id` is the one it claims, or would get, if any."""

    id: str | None
    entry: Any = dataclass_field(repr=False)
    reason: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class CameraFile:
    """The valid cameras, in the file's order, and the entries that are none."""

    cameras: tuple[Camera, ...] = ()
    refused: tuple[SetAside, ...] = ()


def read_cameras(content: bytes, name: str = "cameras.json") -> CameraFile:
    """Raises `ConfigError` where the file as a whole is unusable, `NewerVersion` where it is too new."""
    data = parse_json(content, name)
    if not isinstance(data, dict):
        raise ConfigError(because("cameras_no_object", file=name, version=VERSION))
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ConfigError(because("cameras_no_version", file=name, version=VERSION), field="version")
    if version > VERSION:
        raise NewerVersion(
            because("cameras_newer", file=name, given=version if version < 10**6 else "given", known=VERSION),
            field="version",
        )
    unknown = [key for key in data if key not in ("version", "cameras")]
    entries = data.get("cameras")
    if unknown:
        raise ConfigError(because("cameras_at_top", file=name, count=len(unknown)))
    if not isinstance(entries, list):
        raise ConfigError(because("cameras_no_list", file=name), field="cameras")
    return _sorted_out(entries)


def write_cameras(cameras: Sequence[Camera], kept: Sequence[Any] = ()) -> bytes:
    """The file's content; `kept` are entries written as they are, behind the cameras."""
    entries = [*(camera_to_dict(camera) for camera in cameras), *kept]
    text = json.dumps({"version": VERSION, "cameras": entries}, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _sorted_out(entries: Sequence[Any]) -> CameraFile:
    taken = {entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
    cameras: dict[str, Camera] = {}
    refused: list[SetAside] = []
    for index, entry in enumerate(entries):
        path = f"cameras[{index}]"
        try:
            camera = parse_camera(_with_id(entry, taken), path)
            if camera.id in cameras:
                raise ConfigError(because("camera_id_twice", path=path, id=camera.id), field=f"{path}.id")
        except ConfigError as error:
            refused.append(SetAside(_claimed_id(entry), entry, str(error), error.field))
        else:
            cameras[camera.id] = camera
            taken.add(camera.id)
    return CameraFile(tuple(cameras.values()), tuple(refused))


def _with_id(entry: Any, taken: set[str]) -> Any:
    """An entry written by hand may lack its id."""
    if isinstance(entry, Mapping) and "id" not in entry and isinstance(entry.get("name"), str):
        return {**entry, "id": slug(entry["name"], taken)}
    return entry


def _claimed_id(entry: Any) -> str | None:
    if not isinstance(entry, Mapping):
        return None
    claimed, name = entry.get("id"), entry.get("name")
    if isinstance(claimed, str):
        return claimed
    return slug(name) if isinstance(name, str) else None
