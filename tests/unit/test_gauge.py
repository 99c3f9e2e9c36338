"""StreamGauge: what is told of a stream is what came."""

import pytest

from gcam_addon.model import Size, jpeg_unit
from gcam_addon.pipeline.gauge import StreamGauge


def _feed(gauge: StreamGauge, start_s: float, fps: float, count: int, length: int = 1000) -> float:
    for i in range(count):
        pts_s = start_s + i / fps
        gauge.count(jpeg_unit(b"x" * length, pts_s, 1e9 + pts_s, Size(640, 480)))
    return start_s + (count - 1) / fps


def test_rate_follows_the_stream() -> None:
    gauge = StreamGauge()
    end_s = _feed(gauge, 0.0, 15.0, 300)
    assert gauge.rate(end_s) == pytest.approx(15.0, rel=0.02)
    end_s = _feed(gauge, end_s + 0.5, 2.0, 30, length=2000)
    assert gauge.rate(end_s) == pytest.approx(2.0, rel=0.1)
    assert gauge.bytes_per_frame() == 2000


def test_silence_means_no_rate() -> None:
    gauge = StreamGauge()
    end_s = _feed(gauge, 0.0, 10.0, 100)
    assert gauge.rate(end_s + 6.0) == 0.0


@pytest.mark.parametrize("fps", [1.0, 0.4, 0.3, 0.1, 0.02])
def test_a_slow_stream_has_a_rate_too_until_it_is_silent(fps: float) -> None:
    gauge = StreamGauge()
    end_s = _feed(gauge, 0.0, 15.0, 100)
    end_s = _feed(gauge, end_s + 1 / fps, fps, 40)
    assert gauge.rate(end_s) == pytest.approx(fps, rel=0.2)
    assert gauge.rate(end_s + 1.9 / fps) == pytest.approx(fps, rel=0.2)
    assert gauge.rate(end_s + max(5.1, 2.6 / fps)) == 0.0


def test_totals_and_newest() -> None:
    gauge = StreamGauge()
    end_s = _feed(gauge, 0.0, 10.0, 40)
    assert (gauge.frames, gauge.bytes_in) == (40, 40_000)
    assert gauge.last_frame_at == 1e9 + end_s
    assert gauge.size == Size(640, 480)


def test_no_frames_no_numbers() -> None:
    gauge = StreamGauge()
    assert (gauge.rate(0.0), gauge.bytes_per_frame(), gauge.size) == (0.0, 0, None)
