"""What cameras cost, between two looks."""

from __future__ import annotations

from typing import Any

import pytest

from gcam_addon.machine.limits import written_bytes
from gcam_addon.model import CameraState
from gcam_addon.web.load import LoadMeter
from tests.support.fakes import make_camera, make_state

UPTIME_S = 60.0


def state(**changes: Any) -> CameraState:
    return make_state(make_camera("door"), **changes)


def test_the_first_look_has_no_rates() -> None:
    load = LoadMeter().measure([state(bytes_in=5)], 10.0, UPTIME_S)
    (camera,) = load.cameras
    assert (camera.bytes_per_s, camera.decode_share, load.process.cpu_share) == (None, None, None)
    assert load.process.memory_bytes > 1_000_000
    assert load.process.cores >= 1


def test_rates_are_over_the_time_between() -> None:
    meter = LoadMeter()
    meter.measure([state(bytes_in=1000, decode_s=1.0, detect_s=2.0)], 10.0, UPTIME_S)
    load = meter.measure(
        [state(bytes_in=6000, decode_s=1.5, detect_s=2.1, dropped=(("detect", 3),))], 15.0, UPTIME_S
    )
    (camera,) = load.cameras
    assert camera.bytes_per_s == pytest.approx(1000.0)
    assert camera.decode_share == pytest.approx(10.0)
    assert camera.detect_share == pytest.approx(2.0)
    assert camera.dropped == (("detect", 3),)
    assert load.process.cpu_share is not None
    assert load.process.cpu_share >= 0.0


def test_looks_close_together_do_not_spoil_each_other() -> None:
    meter = LoadMeter()
    meter.measure([state(bytes_in=0)], 10.0, UPTIME_S)
    for moment in range(1, 9):
        meter.measure([state(bytes_in=moment * 100)], 10.0 + moment / 10, UPTIME_S)
    (camera,) = meter.measure([state(bytes_in=2000)], 12.0, UPTIME_S).cameras
    assert camera.bytes_per_s == pytest.approx(1000.0)


def test_a_look_long_ago_and_a_camera_started_anew_give_none() -> None:
    meter = LoadMeter()
    meter.measure([state(bytes_in=9000)], 10.0, UPTIME_S)
    assert meter.measure([state(bytes_in=9900)], 100.0, UPTIME_S).cameras[0].bytes_per_s is None
    assert meter.measure([state(bytes_in=100)], 105.0, UPTIME_S).cameras[0].bytes_per_s is None


def test_what_is_written_a_day_is_known_after_a_while() -> None:
    meter = LoadMeter()
    assert meter.measure([], 10.0, 599.0).process.written_bytes_per_day is None
    per_day = meter.measure([], 10.0, 43_200.0).process.written_bytes_per_day
    assert per_day == pytest.approx(2 * written_bytes(), rel=0.5, abs=1e6)
