"""How long to wait before trying again."""

from __future__ import annotations

import random

from gcam_addon.mqtt.connection import retry_delay_s


def test_delays_double_to_a_minute_and_are_spread() -> None:
    rng = random.Random(1)
    for failures, full_s in ((1, 1.0), (2, 2.0), (5, 16.0), (7, 60.0), (8, 60.0), (10_000, 60.0)):
        delays = {retry_delay_s(failures, rng) for _ in range(50)}
        assert all(full_s / 2 <= delay <= full_s for delay in delays)
        assert len(delays) > 1
