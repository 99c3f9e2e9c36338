"""What is done at a Gcam while one connection to it lasts: see what there is, save it, hear of news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Final

from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, GcamError, NotFound, ProtocolError, Rejected
from gcam_addon.saving.folder import STATE, EventFolder
from gcam_addon.saving.gcam import Gcam, Hello
from gcam_addon.saving.happened import Happened, Wish
from gcam_addon.saving.ledger import Ledger

_KEEP_EVERY_S: Final = 1.0
_AGAIN_S: Final = 60.0
"""Until what Gcam could not give is asked for again."""
_LIVE_S: Final = 10.0
"""So long after an event began, what the camera shows now shows it."""
_LASTING_WITHIN: Final = 100
"""Of the newest events, those that last are looked for."""
_STIRRING: Final = frozenset({"hello", "motion_started", "motion_ended", "clip_ready", "history_changed"})


class Visit:
    """`begin`, then `hear` and `work` at the same time; `keep` at the end."""

    def __init__(
        self,
        gcam: Gcam,
        wish: Wish,
        folder: EventFolder,
        clock: Clock,
        *,
        saved: Callable[[Path], None],
        say: Callable[[GcamError], None],
    ) -> None:
        self._gcam = gcam
        self._wish = wish
        self._folder = folder
        self._clock = clock
        self._saved = saved
        self._say = say
        self._state: dict[str, Any] = {}
        self._instance_id = ""
        self._ledger = Ledger(0.0)
        self._ahead_s = 0.0
        """Of our monotonic clock, Gcam's wall clock is."""
        self._kept_s = float("-inf")
        self._news = asyncio.Event()
        self._early: dict[int, list[Path]] = {}
        """What was saved of those that last, and was not there before."""
        self._refused: set[int] = set()

    async def begin(self, hello: Hello, since: float | None) -> None:
        """Where the last run ended; else at `since`, else now. ConfigError for a damaged state."""
        self._instance_id = hello.instance_id
        self._ahead_s = hello.now - self._clock.monotonic()
        self._state = await asyncio.to_thread(self._folder.state)
        kept = self._kept()
        if kept is not None and (since is None or since >= kept.since):
            self._ledger = kept
        else:
            self._ledger = await self._from_now(hello.now) if since is None else Ledger(since)
        await self.keep()

    async def hear(self, events: AsyncIterator[Mapping[str, Any]]) -> None:
        async for event in events:
            if event.get("type") in _STIRRING:
                self._news.set()

    async def work(self, well: Callable[[], None]) -> None:
        """For ever. Calls `well` whenever all is saved that there is."""
        while True:
            self._news.clear()
            await self._look()
            for one in self._ledger.due:
                if one.id in self._refused:
                    continue
                await self._settle(one)
                if self._news.is_set():
                    break  # what happens now comes first
            else:
                await self.keep()
                if not self._refused:
                    well()
                await self._rest()

    async def keep(self) -> None:
        """Raises DiskError."""
        self._kept_s = self._clock.monotonic()
        self._state.setdefault(self._instance_id, {})[self._wish.key] = self._ledger.as_json()
        await asyncio.to_thread(self._folder.keep, self._state)

    def _kept(self) -> Ledger | None:
        told = self._state.get(self._instance_id, {}).get(self._wish.key)
        try:
            return None if told is None else Ledger.kept(told)
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"{STATE} is damaged; without that file, saving begins anew") from error

    async def _from_now(self, now: float) -> Ledger:
        """What lasts now is wanted, too."""
        newest: list[Happened] = []
        async with aclosing(self._gcam.motion(self._wish.cameras, None)) as listing:
            async for one in listing:
                newest.append(one)
                if len(newest) == _LASTING_WITHIN:
                    break
        if not newest:
            return Ledger(now)
        lasting = [one.id for one in newest if one.ended_at is None]
        return Ledger(now, newest[0].id, max(one.started_at for one in newest), lasting)

    async def _look(self) -> None:
        after = self._ledger.since if self._ledger.is_new else None
        listed: list[Happened] = []
        async with aclosing(self._gcam.motion(self._wish.cameras, after)) as listing:
            async for one in listing:
                listed.append(one)
                if self._ledger.knows_all_from(one):
                    break
        now = self._clock.monotonic() + self._ahead_s
        unsettled = self._ledger.take(listed, lambda one: self._wish.is_settled(one, now))
        for one in unsettled:
            if one.id not in self._early and self._wish.wants(one):
                self._early[one.id] = []
                async for path in self._begun(one, now):
                    self._early[one.id].append(path)

    async def _begun(self, one: Happened, now: float) -> AsyncGenerator[Path]:
        """What shows at once what happens: who breaks in may take Gcam along. The new files of it."""
        sources = [(f"history/{one.id}/picture.jpg", f"{one.id}.jpg")] if one.picture else []
        if now - one.started_at < _LIVE_S:
            sources.append((f"cameras/{one.camera_id}/snapshot.jpg", f"{one.id}-large.jpg"))
        for source, name in sources:
            path = self._folder.place(one.camera_id, one.started_at, name)
            with suppress(NotFound, Rejected):  # the one of the history is asked for again in the end
                if await self._fetch(source, path, one.started_at):
                    yield path

    async def _settle(self, one: Happened) -> None:
        early = self._early.pop(one.id, ())
        try:
            if self._wish.wants(one):
                await self._save(one)
            else:
                for path in early:
                    await asyncio.to_thread(path.unlink, missing_ok=True)
        except Rejected as error:
            self._refused.add(one.id)
            self._say(error)
            return
        self._ledger.done(one)
        if self._clock.monotonic() - self._kept_s >= _KEEP_EVERY_S:
            await self.keep()

    async def _save(self, one: Happened) -> None:
        """What is gone meanwhile is no failure."""
        if one.picture:
            with suppress(NotFound):
                await self._picture(one)
        if self._wish.clips and one.clip_id is not None:
            with suppress(NotFound):
                await self._clip(one.clip_id)

    async def _picture(self, one: Happened) -> None:
        """It takes the place of the one that was there while it lasted."""
        path = self._folder.place(one.camera_id, one.started_at, f"{one.id}.jpg")
        await self._fetch(f"history/{one.id}/picture.jpg", path, one.started_at)

    async def _clip(self, clip_id: str) -> None:
        """Several events may be in one."""
        clip = await self._gcam.clip(clip_id)
        try:
            camera_id, at = str(clip["camera_id"]), float(clip["started_at"])
        except (KeyError, TypeError, ValueError) as error:
            raise ProtocolError(f"Gcam tells of a clip what can't be read ({error!r})") from error
        path = self._folder.place(camera_id, at, f"{clip_id}.mp4")
        if not await asyncio.to_thread(path.exists):
            await self._fetch(f"clips/{clip_id}/video.mp4", path, at)

    async def _fetch(self, source: str, path: Path, at: float) -> bool:
        """Whether there was no such file before."""
        is_new = not await asyncio.to_thread(path.exists)
        async with aclosing(self._gcam.file(source)) as chunks:
            await self._folder.save(path, chunks, at)
        if is_new:
            self._saved(path)
        return is_new

    async def _rest(self) -> None:
        """Until there are news, or Gcam may give what it could not."""
        is_over_soon = bool(self._refused) or self._ledger.is_waiting
        with suppress(TimeoutError):
            async with asyncio.timeout(_AGAIN_S if is_over_soon else None):
                await self._news.wait()
                return
        self._refused.clear()
