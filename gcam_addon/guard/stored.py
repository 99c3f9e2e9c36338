"""The guard in a backup: what is watched and when, and apart from it the codes, which are people's."""

from __future__ import annotations

import json
from dataclasses import replace

from gcam_addon.guard.service import GuardService
from gcam_addon.guard.settings import GuardSettings, read_settings, settings_json

CODES = "guard_codes.json"


class StoredModes:
    """Modes, schedule and place. backup.archive.StoredPart."""

    def __init__(self, guard: GuardService) -> None:
        self._guard = guard

    def stored(self) -> bytes:
        return _written(replace(self._guard.settings, codes=()))

    def check(self, content: bytes) -> None:
        read_settings(content)

    async def replace(self, content: bytes) -> None:
        """What is there already may stay so while the guard is armed."""
        found = replace(read_settings(content), codes=self._guard.settings.codes)
        if found != self._guard.settings:
            await self._guard.change(found)


class StoredCodes:
    """Their hashes. backup.archive.StoredPart."""

    def __init__(self, guard: GuardService) -> None:
        self._guard = guard

    def stored(self) -> bytes:
        return _written(GuardSettings(codes=self._guard.settings.codes))

    def check(self, content: bytes) -> None:
        read_settings(content, CODES)

    async def replace(self, content: bytes) -> None:
        await self._guard.replace_codes(read_settings(content, CODES).codes)


def _written(settings: GuardSettings) -> bytes:
    return (json.dumps(settings_json(settings), indent=2, ensure_ascii=False) + "\n").encode()
