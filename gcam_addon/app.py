"""Composition root: the features, begun in order and ended in reverse."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import cv2

from gcam_addon.features import (
    alerts,
    boards,
    cameras,
    clock,
    engine,
    folder,
    guard,
    home_assistant,
    log,
    mqtt,
    network,
    page,
    people,
    push,
    recordings,
)
from gcam_addon.features.running import Running

FEATURES = (
    log.begin,
    folder.begin,
    engine.begin,
    recordings.begin,
    people.begin,
    recordings.remember,
    cameras.know,
    home_assistant.begin,
    guard.begin,
    alerts.begin,
    boards.begin,
    mqtt.begin,
    network.begin,
    page.begin,
    push.begin,
    guard.watch,
    cameras.watch,
    mqtt.connect,
    clock.begin,
)
"""Cameras end before the recordings they feed and before the broker that hears of their last events."""


class Gcam(Running):
    """The whole program. `async with Gcam(...)` runs it; leaving stops it and keeps what is in progress.

    Entering raises `GcamError` where Gcam can't do its job at all (data folder, address in use); a camera or
    a broker that can't be reached never stops the rest.
    """

    async def __aenter__(self) -> Self:
        cv2.setNumThreads(1)  # cameras are the parallelism
        try:
            for begin in FEATURES:
                await begin(self)
        except BaseException:
            await self.stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stack.aclose()
