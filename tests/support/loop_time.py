"""The running loop's clock under control: what happens while it stands still waited for no timer."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.waiting import PATIENCE_S


class LoopTime:
    """Goes on only by `advance`; and by itself once nobody waits any longer: a test that hangs fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now_s = time.monotonic()
        self._end_s = self._now_s + PATIENCE_S
        monkeypatch.setattr(asyncio.get_running_loop(), "time", self._time)

    def advance(self, seconds: float) -> None:
        self._now_s += seconds

    def _time(self) -> float:
        now_s = time.monotonic()
        return self._now_s if now_s < self._end_s else now_s + PATIENCE_S
