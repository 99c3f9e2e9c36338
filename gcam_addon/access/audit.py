"""The audit log: who did what, when and from where. Written in batches, kept for half a year; what can't be
written waits in memory, within a bound, until it can.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from gcam_addon.access.model import Deed, Refusal
from gcam_addon.access.principal import ANYBODY, Principal
from gcam_addon.access.store import AccessStore
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.model import DutyStatus

KEEP_S = 183 * 24 * 3600.0
_SAME_WITHIN_S = 60.0
MOST_WAITING = 1000
_RETRY_S = 10.0
_DUTY = "audit"
MOST_REFUSALS = 20
"""A minute, of all the world: strangers fill neither the log nor the disk."""
_TEXT_MAX = 200
_log = logging.getLogger(__name__)


class Audit:
    """`note` on the loop, at once; a task of its own writes. The same deed again within a minute (a video is
    fetched in many ranges) is one line.
    """

    def __init__(
        self, store: AccessStore, wall: Callable[[], float], *, duties: Duties, retry_s: float = _RETRY_S
    ) -> None:
        self._store = store
        self._duties = duties
        self._wall = wall
        self._retry_s = retry_s
        self._waiting: list[Deed] = []
        self._is_failing = False
        self.lost = 0
        """Deeds that are not in it and never will be."""
        self._recent: dict[tuple[str, ...], float] = {}
        self._refused: list[float] = []
        self._writing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """What waits is written now, or lost."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self.flush()
        if self._waiting:
            _log.warning("%d deeds are not in the audit log", len(self._waiting))

    def note(self, who: Principal, address: str, action: str, subject: str = "") -> bool:
        """Whether it is written down, and not the same again."""
        now = self._wall()
        key = (who.id, address, action, subject)
        if now - self._recent.get(key, 0.0) < _SAME_WITHIN_S:
            return False
        if len(self._waiting) >= MOST_WAITING:
            self.lost += 1
            return False
        self._recent = {known: at for known, at in self._recent.items() if now - at < _SAME_WITHIN_S}
        self._recent[key] = now
        texts = (_short(text) for text in (who.id, who.name, address, action, subject))
        self._waiting.append(Deed(0, now, *texts))
        if self._task is None or self._task.done():
            self._task = self._duties.once(_DUTY, self._keep_writing())
        return True

    def refuse(self, who: Principal, address: str, action: Refusal, subject: str = "") -> None:
        """The same for what was refused, which anybody can bring about: a few a minute, the last of which
        says that there are more.
        """
        now = self._wall()
        self._refused = [at for at in self._refused if 0 <= now - at < _SAME_WITHIN_S]
        room = MOST_REFUSALS - len(self._refused)
        if room == 1:
            who, address, action, subject = ANYBODY, "", Refusal.MANY, ""
        if room > 0 and self.note(who, address, action, subject):
            self._refused.append(now)

    async def flush(self) -> None:
        """Everything noted so far is on disk, or waits for the next attempt."""
        async with self._writing:
            deeds, self._waiting = self._waiting, []
            if not deeds:
                return
            try:
                await asyncio.to_thread(self._store.add_deeds, deeds, forget_before=self._wall() - KEEP_S)
            except BaseException as error:
                self._put_back(deeds)
                if not isinstance(error, ConfigError):
                    raise
                self._failed(error)
            else:
                self._works()

    async def read(
        self, *, before: int | None, who_id: str | None, about: str | None = None, limit: int
    ) -> Sequence[Deed]:
        """Newest first."""
        await self.flush()
        return await asyncio.to_thread(
            self._store.deeds, before=before, who_id=who_id, about=about, limit=limit
        )

    async def addresses(self, who_id: str, actions: Collection[str]) -> frozenset[str]:
        """From which they did any of these, as far back as it tells."""
        await self.flush()
        return await asyncio.to_thread(self._store.addresses, who_id, actions)

    async def doers(self) -> Sequence[tuple[str, str]]:
        """(id, name) of everybody who is in it, by name; who was nobody in particular is left out."""
        await self.flush()
        return await asyncio.to_thread(self._store.doers)

    async def _keep_writing(self) -> None:
        """What waits is looked at right after a flush: during one, whoever began it, nothing seems to."""
        while not self._stopping.is_set():
            await self.flush()
            if not self._waiting:
                return
            if self._is_failing:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._retry_s):
                        await self._stopping.wait()

    def _put_back(self, deeds: list[Deed]) -> None:
        """Before what came since; where it is too much, the first ones tell most."""
        self._waiting = deeds + self._waiting
        self.lost += len(self._waiting[MOST_WAITING:])
        del self._waiting[MOST_WAITING:]

    def _failed(self, error: ConfigError) -> None:
        if not self._is_failing:
            outlook = "keeps in memory what it can until it is mended"
            self._duties.failed(_DUTY, error, DutyStatus.WAITING, outlook)
        self._is_failing = True

    def _works(self) -> None:
        if self._is_failing:
            self._is_failing = False
            self._duties.started(_DUTY)
            _log.info("the audit log is written again; %d deeds are not in it", self.lost)


def _short(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_TEXT_MAX])
