"""What the handlers work with: one frozen bundle, put into the application once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aiohttp import web

from gcam_addon.access.service import Access
from gcam_addon.alerts.service import Alerts
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.lamps import Lamps
from gcam_addon.clock import Clock
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.model import Camera, PushSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import SourceError
from gcam_addon.guard.service import GuardService
from gcam_addon.history.service import History
from gcam_addon.interfaces import Cameras, Clips, Engine
from gcam_addon.lan.service import CameraNetwork
from gcam_addon.live.broadcast import Broadcasts
from gcam_addon.log.ring import Logged
from gcam_addon.model import CameraState, Clip, Status, WhatIf
from gcam_addon.model.board_health import BoardDay, BoardHealth
from gcam_addon.model.plan import Plan, Wish
from gcam_addon.network.finder import Finder
from gcam_addon.web.direct import Introductions
from gcam_addon.web.events import EventHub
from gcam_addon.web.info import Info, Surroundings
from gcam_addon.web.load import LoadMeter
from gcam_addon.web.recordings import ClipPictures, Exports, Shares
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.words.reason import because


class RecordingFiles(Protocol):
    """Where a clip's files lie. Pure: whether they are still there is the caller's question. `threads`: who
    asks and reads them, so that a disk that hangs holds up nobody else.
    """

    @property
    def threads(self) -> Executor: ...

    def path_of(self, clip: Clip) -> Path: ...

    def thumbnail_of(self, clip: Clip) -> Path | None: ...


class WhatIfs(Protocol):
    """Compares settings on a camera's recordings, in the background, one comparison at a time."""

    @property
    def busy_with(self) -> str | None:
        """The camera that is being looked at now."""

    def begin(
        self, now: Camera, then: Camera, footage: Sequence[tuple[Clip, Path]], after: float, before: float
    ) -> WhatIf:
        """`footage`: the camera's clips with their videos. An earlier question on the camera is given up."""

    def newest(self, camera_id: str) -> WhatIf:
        """Raises `NotFound`."""

    def cancel(self, camera_id: str) -> None:
        """Raises `NotFound`."""


class LogBook(Protocol):
    """What was logged lately."""

    def read(self, least: int, text: str, after: int, limit: int) -> Sequence[Logged]:
        """The newest `limit` of at least that level, with `text` in them and a number above `after`; oldest
        first.
        """

    @property
    def newest(self) -> int:
        """The number of the newest record, 0 where there is none."""


class Finding(Protocol):
    """What a check of the set-up says; level: `ok`, `warning` or `error`."""

    @property
    def level(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def remedy(self) -> str: ...


Check = Callable[[], AsyncGenerator[Finding, None]]
"""Looks at the whole set-up, and tells what it finds as it goes."""


class Backups(Protocol):
    """The configuration as one file."""

    async def make(self) -> bytes:
        """A .zip."""

    async def restore(self, content: bytes, *, with_people: bool) -> Mapping[str, int]:
        """How many of what there is now. All of it or nothing. Raises `ConfigError`."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may use: `request.app[SERVICES]`."""

    engine: Engine
    cameras: Cameras
    clips: Clips
    clock: Clock
    files: RecordingFiles
    pictures: ClipPictures
    exports: Exports
    shares: Shares
    info: Info
    events: EventHub
    broadcasts: Broadcasts
    access: Access
    alerts: Alerts
    arrivals: Arrivals
    introductions: Introductions
    push: PushSettings
    choosing: Choosing
    network: CameraNetwork | None
    """The boards' own, where there is one."""
    guard: GuardService
    history: History
    what_ifs: WhatIfs
    finder: Finder
    boards: Acquaintances
    lamps: Lamps
    surroundings: Surroundings
    log_book: LogBook
    check: Check
    plan: Callable[[Wish], Awaitable[Plan]]
    """What cameras will cost here. Raises `RecordingError`."""
    backups: Backups
    duties: Duties
    started_s: float
    """Monotonic."""
    board_health: Callable[[], Mapping[str, BoardHealth]] = dict
    """The newest of each camera whose board tells how it fares."""
    board_days: Callable[[], Mapping[str, BoardDay]] = dict
    """Of each camera whose board told, also while it is away."""
    board_visits: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))
    """How many boards are asked about themselves at a time."""
    checking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    load: LoadMeter = field(default_factory=LoadMeter)

    def running(self, camera_id: str) -> CameraState:
        """Raises `NotFound` for no such camera and `SourceError` for one that is configured but not run."""
        self.cameras.get(camera_id)
        state = self.engine.state(camera_id)
        if state is None or state.status is Status.DISABLED:
            raise SourceError(because("camera_disabled", camera=camera_id))
        if state.status is Status.PRIVACY:
            raise SourceError(because("camera_private", camera=camera_id))
        return state


SERVICES = web.AppKey("services", Services)
