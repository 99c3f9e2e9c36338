"""Tells sinks what happens. One that fails hurts none of the others, and is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.interfaces import Sink
from gcam_addon.model import DutyStatus, Event

_TOLD_EVERY_S: Final = 60.0
"""A sink that fails on every event says so this often, with a count; also what it is told of its own failure
may make it fail.
"""


class Bus:
    """All methods: loop. Sinks are told in the order in which they came."""

    def __init__(self, duties: Duties, clock: Clock) -> None:
        self._duties = duties
        self._clock = clock
        self._listeners: list[_Listener] = []

    def subscribe(self, sink: Sink) -> None:
        """Tell `sink` of everything from now on."""
        self._listeners.append(_Listener(sink))

    def publish(self, event: Event) -> None:
        """Never raises."""
        for listener in self._listeners:
            try:
                listener.sink.publish(event)
            except Exception as error:  # noqa: BLE001  (a sink's defect is not to become a camera's)
                self._failed(listener, error)

    def _failed(self, listener: _Listener, error: Exception) -> None:
        listener.untold += 1
        now_s = self._clock.monotonic()
        if now_s - listener.told_s < _TOLD_EVERY_S:
            return
        times, listener.untold, listener.told_s = listener.untold, 0, now_s
        outlook = "is told what happens next all the same"
        self._duties.failed(listener.name, error, DutyStatus.RUNNING, outlook, times=times)


@dataclass(slots=True)
class _Listener:
    sink: Sink
    untold: int = 0
    told_s: float = float("-inf")

    @property
    def name(self) -> str:
        return f"sink {type(self.sink).__name__.lstrip('_')}"
