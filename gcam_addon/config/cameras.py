"""`CameraStore`: the cameras a person edits, kept in `cameras.json`; and the difference between two lists.

The file is edited by hand as well as by Gcam, so nothing in it is ever thrown away: a broken file is kept
aside, an entry that is no valid camera stays in it until somebody mends it. Format: docs/ref/settings.md.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gcam_addon.clock import Clock, SystemClock
from gcam_addon.config.camera_file import CameraFile, NewerVersion, SetAside, read_cameras, write_cameras
from gcam_addon.config.json_file import write_atomically
from gcam_addon.config.model import Camera
from gcam_addon.disk.files import sync_folder
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changes:
    """What turns one list of cameras into another; `changed` holds the new settings."""

    added: tuple[Camera, ...] = ()
    changed: tuple[Camera, ...] = ()
    removed: tuple[Camera, ...] = ()


def diff(old: Sequence[Camera], new: Sequence[Camera]) -> Changes:
    """By id; the order of the lists means nothing."""
    before = {camera.id: camera for camera in old}
    after = {camera.id: camera for camera in new}
    return Changes(
        added=tuple(camera for camera in after.values() if camera.id not in before),
        changed=tuple(camera for camera in after.values() if before.get(camera.id, camera) != camera),
        removed=tuple(camera for camera in before.values() if camera.id not in after),
    )


def merge(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` with `changes` in them, as JSON Merge Patch (RFC 7396) has it: objects are merged, other
    values replaced as a whole, null takes a setting away, that is, back to its default.
    """
    merged = dict(settings)
    for name, change in changes.items():
        present = merged.get(name)
        if change is None:
            merged.pop(name, None)
        elif isinstance(change, Mapping):
            merged[name] = merge(present if isinstance(present, Mapping) else {}, change)
        else:
            merged[name] = change
    return merged


class CameraStore:
    """`cameras.json` at `path`. Blocking; one thread at a time.

    Beside it lie `cameras.json.good`, the cameras of the last successful load or save, and
    `cameras.json.broken-<time>`, files that were unusable.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._good = path.with_name(path.name + ".good")
        self._clock = clock or SystemClock()
        self._ours: _Signature | None = None
        """The file as it was last loaded or saved: only that one may be overwritten."""
        self._answered: _Signature | None = None
        """The file as the last load found it, be it usable or not."""
        self._polled: _Signature | None = None
        self._refused: tuple[SetAside, ...] = ()
        self._substitutes: dict[str, Camera] = {}
        """By id: the last good settings of cameras whose entry is refused."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What the last load found wrong with single cameras, a sentence each."""
        return tuple(refused.reason for refused in self._refused)

    def load(self) -> tuple[Camera, ...]:
        """The cameras of the file; none where there never was one.

        A camera whose entry is wrong runs with its last good settings, or is left out if it has none. A
        broken or missing file is replaced by the last good one. All that is said in the log. Raises
        `ConfigError` where the file can't be read or is of a newer version; then it is left untouched.
        """
        signature = self._answered = _signature(self._path)
        content = _read(self._path)
        if content is None:
            return self._restore(None)
        try:
            found = read_cameras(content, self._path.name)
        except NewerVersion:
            raise
        except ConfigError as error:
            return self._restore(error)
        self._ours = signature
        return self._take(found)

    def save(self, cameras: Sequence[Camera]) -> None:
        """Replace the file's cameras; entries that are no valid camera stay. After a crash there is the old
        file or the new one, whole. Raises `ConfigError` where somebody else changed the file since it was
        last loaded, or where it can't be written.
        """
        if _signature(self._path) != self._ours:
            raise ConfigError(because("cameras_changed_meanwhile", file=self._path.name))
        kept = tuple(refused for refused in self._refused if self._still_stands(refused, cameras))
        hidden = {refused.id for refused in kept if refused.id in self._substitutes}
        shown = [camera for camera in cameras if camera.id not in hidden]
        try:
            self._write(write_cameras(shown, [refused.entry for refused in kept]))
        except OSError as error:
            raise ConfigError(because("cameras_unwritable", path=self._path, why=error)) from error
        self._refused = kept
        self._keep_good(cameras)

    def changed_on_disk(self) -> bool:
        """True after an edit by somebody else, until the next load; but only once the file has been still
        since the call before, as an editor may write it piece by piece. Cheap, for polling.
        """
        signature = _signature(self._path)
        still = signature == self._polled
        self._polled = signature
        return still and signature != self._answered

    def _take(self, found: CameraFile) -> tuple[Camera, ...]:
        good = {camera.id: camera for camera in self._read_good() or ()} if found.refused else {}
        valid = {camera.id for camera in found.cameras}
        self._refused = found.refused
        self._substitutes = {}
        for refused in found.refused:
            if refused.id in good and refused.id not in valid:
                self._substitutes[refused.id] = good[refused.id]
                fate = f"{refused.id} runs with its last good settings until that is mended"
            else:
                fate = "this camera is left out until that is mended"
            _log.error("%s: %s; %s", self._path.name, refused.reason, fate)
        cameras = (*found.cameras, *self._substitutes.values())
        self._keep_good(cameras)
        return cameras

    def _restore(self, broken: ConfigError | None) -> tuple[Camera, ...]:
        """The last good cameras; they become the file's content, once the broken file is safe."""
        good = self._read_good()
        self._refused, self._substitutes = (), {}
        if broken is None and good is None:
            self._ours = None
            return ()
        name = self._path.name
        cameras = good or ()
        instead = (
            f"the last good one is used ({len(cameras)} cameras)"
            if good is not None
            else "no camera is known"
        )
        try:
            if broken is None:
                _log.warning("%s is missing; %s", name, instead)
            else:
                _log.error("%s; it is kept as %s; %s", broken, self._keep_aside().name, instead)
            self._write(write_cameras(cameras))
        except OSError as error:
            _log.error("%s is unusable and can't be replaced: %s; %s", name, error.strerror, instead)
        return cameras

    def _still_stands(self, refused: SetAside, cameras: Sequence[Camera]) -> bool:
        """Whether a wrong entry stays in the file: until its camera is changed or removed by Gcam."""
        substitute = self._substitutes.get(refused.id or "")
        return substitute is None or substitute in cameras

    def _write(self, content: bytes) -> None:
        write_atomically(self._path, content)
        self._ours = self._answered = self._polled = _signature(self._path)

    def _keep_good(self, cameras: Sequence[Camera]) -> None:
        content = write_cameras(cameras)
        try:
            if not self._good.exists() or self._good.read_bytes() != content:
                write_atomically(self._good, content)
        except OSError as error:
            _log.warning(
                "%s can't be written: %s; a broken file could not be replaced", self._good, error.strerror
            )

    def _read_good(self) -> tuple[Camera, ...] | None:
        content = _read(self._good)
        try:
            return None if content is None else read_cameras(content, self._good.name).cameras
        except NewerVersion:
            raise
        except ConfigError as error:
            _log.warning("%s; it is not used", error)
            return None

    def _keep_aside(self) -> Path:
        """A second name for the file, so what an editor still writes to it arrives there too."""
        moment = datetime.fromtimestamp(self._clock.wall(), UTC)
        aside = _unused(self._path.with_name(f"{self._path.name}.broken-{moment:%Y%m%dT%H%M%SZ}"))
        try:
            os.link(self._path.resolve(), aside)
        except OSError:  # no hard links there (FAT, some network shares)
            shutil.copyfile(self._path, aside)
        aside.chmod(0o600)
        sync_folder(aside.parent)
        return aside


_Signature = tuple[int, int, int]
"""Modification time (ns), size and inode."""


def _signature(path: Path) -> _Signature | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(path: Path) -> bytes | None:
    """None where there is no file. Raises `ConfigError` where it can't be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(because("file_unreadable", path=path, why=error)) from error


def _unused(path: Path) -> Path:
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.name}-{number}"), number + 1
    return candidate
