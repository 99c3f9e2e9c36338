"""The data folder: one Gcam at a time, and nothing of a later version in it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from gcam_addon.backup.snapshot import settle_snapshot
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.chosen import read_choices
from gcam_addon.config.folder import DataFolder
from gcam_addon.config.model import Settings
from gcam_addon.disk.database import is_of_later
from gcam_addon.errors import ConfigError
from gcam_addon.features.running import Running
from gcam_addon.log.setup import set_level
from gcam_addon.words.reason import because

_DATABASES = {
    "gcam.db": "gcam_addon.recording",
    "access.db": "gcam_addon.access",
    "events.db": "gcam_addon.history",
    "outbox.db": "gcam_addon.alerts",
}
"""Which room each belongs to."""


async def begin(gcam: Running) -> None:
    folder = gcam.stack.enter_context(DataFolder(gcam.settings.storage.data_dir))
    gcam.instance_id = folder.instance_id
    gcam.store = CameraStore(folder.path / "cameras.json")
    chosen = await asyncio.to_thread(read_choices, folder.path)
    gcam.choosing = Choosing(gcam.settings, chosen, partial(_apply, gcam))
    await asyncio.to_thread(settle_snapshot, folder.path, restored=folder.is_new)
    await asyncio.to_thread(_refuse_later_data, folder.path, gcam.store)


def _apply(gcam: Running, settings: Settings) -> None:
    gcam.recordings.keep_by(settings.storage.retention)
    set_level(settings.log.level)
    gcam.engine.follow_settings()


def _refuse_later_data(folder: Path, store: CameraStore) -> None:
    """Before anything is brought up to date: what a later version wrote stops Gcam. Raises `ConfigError`."""
    for name, package in _DATABASES.items():
        if is_of_later(folder / name, package):
            raise ConfigError(because("later_data", file=folder / name), field="data_dir")
    store.load()
