"""`Backups`: cameras, accounts and the files of other features as one .zip, and back. A restore is checked
whole before anything changes.

Sessions and tokens are not in it; footage and the index neither. How Gcam was started is told for people
only: it comes from the options and the command line, which are not Gcam's to write.
"""

from __future__ import annotations

import asyncio
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from gcam_addon.access.model import Person
from gcam_addon.access.people_file import people_to_json, read_people
from gcam_addon.access.service import Access
from gcam_addon.clock import Clock
from gcam_addon.config.camera_file import read_cameras, write_cameras
from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.model import Camera, Settings
from gcam_addon.errors import ConfigError
from gcam_addon.log.setup import MASK
from gcam_addon.words.reason import because

_VERSION = 1
_ENTRY_MAX_BYTES = 5 * 1024 * 1024
_ENTRIES_MAX = 20
_KEPT = 5
_README = """A backup of Gcam's configuration.

Keep it safe: cameras.json holds the cameras' passwords, choices.json the MQTT broker's, accounts.json the
hashes of people's, guard_codes.json those of their codes. boards.json is what boards of the camera network
are called, guard.json the guard's modes and schedule, choices.json what was chosen on the page "Settings".
Sessions, tokens and recordings are not in it. Restore it on Gcam's System page. settings.json only
tells how this Gcam was started.
"""


class StoredCameras(Protocol):
    """The roster."""

    def stored(self) -> Sequence[Camera]:
        """Those of `cameras.json`."""

    async def replace(self, cameras: Sequence[Camera]) -> None:
        """Exactly these are stored from now on; those that stay as they were are not touched."""


class StoredPart(Protocol):
    """A feature's file."""

    def stored(self) -> bytes:
        """What it holds now."""

    def check(self, content: bytes) -> None:
        """Raises `ConfigError` where it can't be `replace`d with."""

    async def replace(self, content: bytes) -> None:
        """Exactly this counts from now on. Raises `ConfigError`; then what was before still does."""


@dataclass(frozen=True, slots=True)
class _Contents:
    cameras: tuple[Camera, ...]
    parts: Mapping[str, bytes]
    """Those that an earlier Gcam did not know are missing; what is there stays."""
    people: tuple[Person, ...] | None


class Backups:
    """web.services.Backups. All methods on the loop. What a restore replaces is kept, as a backup too."""

    def __init__(
        self,
        settings: Settings,
        cameras: StoredCameras,
        parts: Mapping[str, StoredPart],
        access: Access,
        clock: Clock,
        *,
        of_people: Collection[str] = (),
    ) -> None:
        """`parts` by the names that their files have in a backup; those `of_people` come back with them."""
        self._settings = settings
        self._cameras = cameras
        self._parts = parts
        self._of_people = of_people
        self._access = access
        self._clock = clock
        self._restoring = asyncio.Lock()

    async def make(self) -> bytes:
        """Of one moment: not while one is brought back."""
        async with self._restoring:
            return await self._made()

    async def _made(self) -> bytes:
        people = people_to_json(self._access.people())
        entries = {
            "README.txt": _README.encode(),
            "backup.json": _json({"gcam_backup": _VERSION, "made_at": self._clock.wall()}),
            "cameras.json": write_cameras(self._cameras.stored()),
            **self._stored(),
            "accounts.json": _json({"people": people}),
            "settings.json": _json(_told(self._settings)),
        }
        return await asyncio.to_thread(_zipped, entries)

    async def restore(self, content: bytes, *, with_people: bool) -> Mapping[str, int]:
        """All of it or nothing. Raises `ConfigError`."""
        found = await asyncio.to_thread(_read, content, self._parts)
        if with_people and found.people is None:
            raise ConfigError(because("backup_without_people"), field="accounts.json")
        async with self._restoring:
            former = await self._made()
            await asyncio.to_thread(self._keep_aside, former)
            await self._bring_back(found, with_people=with_people)
        return {"cameras": len(found.cameras), "people": len(found.people or ()) if with_people else 0}

    async def _bring_back(self, found: _Contents, *, with_people: bool) -> None:
        """Raises `ConfigError`; then all is as before."""
        cameras, parts = self._cameras.stored(), self._stored()
        await self._cameras.replace(found.cameras)  # refused where somebody edits the file
        try:
            of_people = () if with_people else self._of_people
            await self._replace({name: part for name, part in found.parts.items() if name not in of_people})
            if with_people and found.people is not None:
                await self._access.restore(found.people)
        except ConfigError:
            await self._cameras.replace(cameras)
            await self._replace(parts)
            raise

    def _stored(self) -> Mapping[str, bytes]:
        return {name: part.stored() for name, part in self._parts.items()}

    async def _replace(self, parts: Mapping[str, bytes]) -> None:
        for name, content in parts.items():
            await self._parts[name].replace(content)

    def _keep_aside(self, former: bytes) -> None:
        folder = self._settings.storage.data_dir
        moment = datetime.fromtimestamp(self._clock.wall(), UTC)
        try:
            write_atomically(folder / f"before-restore-{moment:%Y%m%dT%H%M%S.%fZ}.zip", former)
            for old in sorted(folder.glob("before-restore-*.zip"))[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(because("backup_unwritable", folder=folder, why=error)) from error


_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(RuntimeError, NotImplementedError, EOFError, OSError, ValueError),
)
"""What zipfile and the decompressors behind it say of a file that is not whole."""


def _read(content: bytes, parts: Mapping[str, StoredPart]) -> _Contents:
    """Raises `ConfigError`; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive, (*_KNOWN, *parts))
    except _DAMAGE as error:
        raise ConfigError(because("backup_no_zip")) from error
    manifest = parse_json(_entry(entries, "backup.json"), "backup.json")
    version = manifest.get("gcam_backup") if isinstance(manifest, dict) else None
    if version != _VERSION:
        raise ConfigError(
            because("backup_version", version=_VERSION),
            field="gcam_backup",
        )
    cameras = read_cameras(_entry(entries, "cameras.json"))
    if cameras.refused:
        wrong = cameras.refused[0]
        raise ConfigError(because("backup_camera", why=wrong.reason), field=wrong.field)
    found = {name: entries[name] for name in parts if name in entries}
    for name, part in found.items():
        parts[name].check(part)
    return _Contents(cameras.cameras, found, _people(entries))


def _people(entries: Mapping[str, bytes]) -> tuple[Person, ...] | None:
    if "accounts.json" not in entries:
        return None
    accounts = parse_json(entries["accounts.json"], "accounts.json")
    return read_people(accounts.get("people") if isinstance(accounts, dict) else None)


def _entries(archive: zipfile.ZipFile, known: Sequence[str]) -> dict[str, bytes]:
    """Only what is known by name, read in memory and bounded whatever the archive claims."""
    infos = archive.infolist()
    if len(infos) > _ENTRIES_MAX:
        raise ConfigError(because("backup_entries", most=_ENTRIES_MAX))
    return {info.filename: _content(archive, info) for info in infos if info.filename in known}


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as entry:
        content = entry.read(_ENTRY_MAX_BYTES + 1)
    if len(content) > _ENTRY_MAX_BYTES:
        raise ConfigError(
            because("backup_entry_large", file=info.filename, most=_ENTRY_MAX_BYTES), field=info.filename
        )
    return content


_KNOWN = ("backup.json", "cameras.json", "accounts.json")


def _entry(entries: Mapping[str, bytes], name: str) -> bytes:
    if name not in entries:
        raise ConfigError(because("backup_entry_missing", file=name), field=name)
    return entries[name]


def _zipped(entries: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _told(settings: Settings) -> dict[str, Any]:
    """Without the secrets, which stay where they were given."""
    mqtt, supervisor = settings.mqtt, settings.supervisor
    mqtt = replace(mqtt, password=mqtt.password and MASK)
    supervisor = supervisor and replace(supervisor, token=MASK)
    return asdict(replace(settings, mqtt=mqtt, supervisor=supervisor))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> object:
    """A path, or whatever else JSON does not know."""
    return str(value)
