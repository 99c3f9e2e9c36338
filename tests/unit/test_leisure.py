"""When a film takes its time, and what it is asked for then."""

from __future__ import annotations

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import EncoderSettings
from gcam_addon.recording.leisure import Leisure, unhurried


@pytest.mark.parametrize(
    ("settings", "preset", "quality"),
    [
        (EncoderSettings(), "veryfast", 30),
        (EncoderSettings(quality=20), "veryfast", 24),
        (EncoderSettings(quality=49), "veryfast", 51),
        (EncoderSettings(preset="superfast"), "veryfast", 28),
        (EncoderSettings(preset="veryfast", leisure_preset="medium"), "medium", 26),
        (EncoderSettings(preset="ultrafast", leisure_preset="superfast"), "superfast", 28),
        (EncoderSettings(preset="medium"), "medium", 26),  # slower than that of leisure
        (EncoderSettings(preset="veryfast"), "veryfast", 26),
        (EncoderSettings(leisure_preset=None), "ultrafast", 26),
        (EncoderSettings(codec="h264_nvenc", preset="p4"), "p4", 26),
    ],
)
def test_what_a_film_at_leisure_is_asked_for(settings: EncoderSettings, preset: str, quality: int) -> None:
    asked = unhurried(settings)
    assert (asked.preset, asked.quality) == (preset, quality)


def test_who_waits_is_not_kept_waiting() -> None:
    leisure = Leisure(ManualClock())
    assert leisure.is_there(0, None)
    assert not leisure.is_there(1, None)


@pytest.mark.parametrize(("free_mb", "is_enough"), [(None, True), (256, True), (255, False)])
def test_a_machine_short_of_memory_is_spared(free_mb: int | None, is_enough: bool) -> None:
    free = None if free_mb is None else free_mb * 1024**2
    assert Leisure(ManualClock()).is_there(0, free) is is_enough


@pytest.mark.parametrize(("made_s", "film_s"), [(10.0, 0.0), (9.0, 1.0), (150.0, 300.0)])
def test_a_machine_that_keeps_up_takes_its_time_again(made_s: float, film_s: float) -> None:
    leisure = Leisure(ManualClock())
    leisure.taken(made_s, film_s)
    assert leisure.is_there(0, None)


@pytest.mark.parametrize(("made_s", "film_s"), [(10.1, 0.0), (10.1, 20.0), (151.0, 300.0)])
def test_where_it_takes_too_long_there_is_no_leisure_for_an_hour(made_s: float, film_s: float) -> None:
    clock = ManualClock()
    leisure = Leisure(clock)
    leisure.taken(made_s, film_s)
    assert not leisure.is_there(0, None)
    clock.advance(3599.0)
    assert not leisure.is_there(0, None)
    clock.advance(1.0)
    assert leisure.is_there(0, None)
