"""Links that show one clip to people without an account, until they expire."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence

from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.model import Clip, Share
from gcam_addon.recording.library import Library
from gcam_addon.words.reason import because

MOST_HOURS = 24 * 30.0


class ClipShares:
    """web.ports.Shares, kept in the clip index; of a link's secret only the hash."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock

    async def list(self, clip_id: str) -> Sequence[Share]:
        return await asyncio.to_thread(self._library.shares, clip_id, self._clock.wall())

    async def add(self, clip_id: str, hours: float, by: str) -> tuple[str, Share]:
        if not 0 < hours <= MOST_HOURS:
            raise ConfigError(because("share_hours", most=f"{MOST_HOURS:g}"), field="hours")
        now, secret = self._clock.wall(), secrets.token_urlsafe(32)
        share = Share(secrets.token_hex(8), clip_id, now, now + hours * 3600, by)
        await asyncio.to_thread(self._library.add_share, share, _hash(secret))
        return secret, share

    async def remove(self, share_id: str) -> None:
        await asyncio.to_thread(self._library.remove_share, share_id)

    async def get(self, share_id: str) -> Share:
        return self._holding(await asyncio.to_thread(self._library.find_share, share_id=share_id))

    async def clip_of(self, secret: str) -> Clip:
        found = await asyncio.to_thread(self._library.find_share, secret_hash=_hash(secret))
        return await asyncio.to_thread(self._library.get, self._holding(found).clip_id)

    def _holding(self, share: Share | None) -> Share:
        if share is None or share.expires_at <= self._clock.wall():
            raise NotFound(because("no_share"))
        return share


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
