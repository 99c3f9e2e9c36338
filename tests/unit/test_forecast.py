"""From the pace of the last days to how far back recordings reach."""

from __future__ import annotations

import pytest

from gcam_addon.config.model import RetentionSettings
from gcam_addon.model import Storage, Usage
from gcam_addon.web.forecast import forecast

NOW = 1_700_000_000.0
DAY_S = 86400.0
GB = 10**9
KEEP = RetentionSettings(keep_days=30.0, min_free_bytes=1 * GB)


def storage(free_bytes: int, clips_bytes: int) -> Storage:
    return Storage(total_bytes=100 * GB, free_bytes=free_bytes, clips_bytes=clips_bytes, clips=9)


def test_a_small_disk_is_limited_by_its_space() -> None:
    found = forecast(storage(9 * GB, 8 * GB), Usage(NOW - 4 * DAY_S, 8 * GB), KEEP, NOW)
    assert found.bytes_per_day == pytest.approx(2 * GB)
    assert found.days_until_full == pytest.approx(4.0)  # 9 free, 1 kept free, 2 a day
    assert found.days_kept == pytest.approx(8.0)
    assert found.limited_by == "space"


def test_a_large_one_by_age() -> None:
    found = forecast(storage(90 * GB, 7 * GB), Usage(NOW - 60 * DAY_S, 7 * GB), KEEP, NOW)
    assert found.bytes_per_day == pytest.approx(1 * GB)  # of the last seven days, however old the oldest is
    assert (found.days_until_full, found.days_kept, found.limited_by) == (None, 30.0, "age")


def test_a_limit_of_all_recordings_counts_too() -> None:
    limited = RetentionSettings(max_bytes=10 * GB, min_free_bytes=1 * GB)
    found = forecast(storage(90 * GB, 8 * GB), Usage(NOW - 4 * DAY_S, 8 * GB), limited, NOW)
    assert found.days_until_full == pytest.approx(1.0)
    assert found.days_kept == pytest.approx(5.0)


def test_a_disk_below_its_floor_is_full_now() -> None:
    found = forecast(storage(GB // 2, 8 * GB), Usage(NOW - 4 * DAY_S, 8 * GB), KEEP, NOW)
    assert found.days_until_full == 0.0
    assert found.days_kept == pytest.approx(4.0)


@pytest.mark.parametrize("usage", [Usage(None, 0), Usage(NOW - 600, GB), Usage(NOW + 5, GB)])
def test_nothing_is_said_too_early(usage: Usage) -> None:
    found = forecast(storage(9 * GB, 8 * GB), usage, KEEP, NOW)
    assert (found.bytes_per_day, found.days_until_full, found.days_kept) == (None, None, None)


def test_where_nothing_is_recorded_any_more_only_age_counts() -> None:
    found = forecast(storage(9 * GB, 8 * GB), Usage(NOW - 20 * DAY_S, 0), KEEP, NOW)
    assert (found.bytes_per_day, found.days_kept, found.limited_by) == (0.0, 30.0, "age")
