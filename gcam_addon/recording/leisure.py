"""Whether a film may take its time: a slower preset says the same in fewer bytes. Decides alone."""

from __future__ import annotations

from dataclasses import replace

from gcam_addon.clock import Clock
from gcam_addon.config.model import SOFTWARE, X264_PRESETS, EncoderSettings

_LEAST_BYTES = 256 * 1024**2
"""The slower preset looks ahead: at UXGA eighty megabytes more."""
_MOST_OF_FILM = 0.5
_SOON_S = 10.0
"""Who waits for a film minds no less."""
_PAUSE_S = 3600.0
_ALIKE = {"ultrafast": 0, "superfast": 2}
_ALIKE_SLOWER = 4
"""At so much more CRF a preset keeps of the picture what `ultrafast` does: docs/design/recording.md."""


class Leisure:
    """Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before_s = float("-inf")

    def is_there(self, waiting: int, memory_bytes: int | None) -> bool:
        """For the film to be begun, with `waiting` others; `memory_bytes`: free, None where unknown."""
        has_memory = memory_bytes is None or memory_bytes >= _LEAST_BYTES
        return not waiting and has_memory and self._clock.monotonic() >= self._not_before_s

    def taken(self, made_s: float, film_s: float) -> None:
        """So long was a film of `film_s` in the making. Where that is too much (a small machine, or one that
        has other work), none takes its time for an hour.
        """
        if made_s > max(_SOON_S, _MOST_OF_FILM * film_s):
            self._not_before_s = self._clock.monotonic() + _PAUSE_S


def unhurried(settings: EncoderSettings) -> EncoderSettings:
    """The same picture, in fewer bytes; the same settings, where there is no slower preset to take."""
    slower = settings.leisure_preset
    if slower is None or settings.codec != SOFTWARE or _rank(slower) <= _rank(settings.preset):
        return settings
    quality = settings.quality + _shift(slower) - _shift(settings.preset)
    return replace(settings, preset=slower, quality=min(51, quality))


def _rank(preset: str) -> int:
    return X264_PRESETS.index(preset)


def _shift(preset: str) -> int:
    return _ALIKE.get(preset, _ALIKE_SLOWER)
