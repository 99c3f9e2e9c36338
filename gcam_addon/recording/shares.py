"""Links that show one clip to people without an account, until they expire."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import Clip, Share
from gcam_addon.recording.library import Library
from gcam_addon.words.reason import because

MOST_HOURS = 24 * 30.0
MOST_SHARES = 200
"""By one person, at a time."""
_APART_S = 60.0
"""A video is fetched in many pieces: those of a minute are one time that it was watched."""


class ClipShares:
    """web.ports.Shares, kept in the clip index; of a link's secret only the hash."""

    def __init__(self, library: Library, clock: Clock, threads: Executor) -> None:
        self._library = library
        self._threads = threads
        self._clock = clock

    async def list(self, clip_id: str | None = None) -> Sequence[tuple[Share, Clip]]:
        return await in_threads(self._threads, self._library.shares, self._clock.wall(), clip_id)

    async def add(self, clip_id: str, hours: float, maker_id: str, name: str) -> tuple[str, Share]:
        if not 0 < hours <= MOST_HOURS:
            raise ConfigError(because("share_hours", most=MOST_HOURS), field="hours")
        now, secret = self._clock.wall(), secrets.token_urlsafe(32)
        share = Share(secrets.token_hex(8), clip_id, now, now + hours * 3600, name, maker_id)
        if not await in_threads(self._threads, self._library.add_share, share, _hash(secret), MOST_SHARES):
            raise ConfigError(because("many_shares", most=MOST_SHARES))
        return secret, share

    async def remove(self, share_id: str) -> None:
        await in_threads(self._threads, self._library.remove_share, share_id)

    async def shown_by(self, secret: str) -> tuple[Share, Clip]:
        share = await in_threads(self._threads, self._library.find_share, _hash(secret))
        if share is None or share.expires_at <= self._clock.wall():
            raise NotFound(because("no_share"))
        return share, await in_threads(self._threads, self._library.get, share.clip_id)

    async def use(self, share: Share) -> None:
        await in_threads(self._threads, self._library.use_share, share.id, self._clock.wall(), _APART_S)

    async def adopt(self, makers: Mapping[str, str]) -> None:
        """Links that only know their maker's name get the id of who bears it: name -> id."""
        await in_threads(self._threads, self._library.adopt_shares, makers)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
