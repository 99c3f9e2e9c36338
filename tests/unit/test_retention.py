from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from gcam_addon.config.model import RecordingSettings, RetentionSettings
from gcam_addon.model import Clip, ClipKind, Storage
from gcam_addon.recording.retention import Aged, Holding, Removal, Stock, plan

DAY_S = 86400.0
NOW = 100 * DAY_S
MB = 1024 * 1024


def clip(age_days: float, camera: str = "door", size_mb: int = 10, protected: bool = False) -> Clip:
    start = NOW - age_days * DAY_S
    name = f"{camera}-{age_days}"
    return Clip(
        name,
        camera,
        camera,
        ClipKind.MOTION,
        start,
        start,
        name,
        None,
        size_mb * MB,
        1,
        2,
        2,
        protected=protected,
    )


def storage(clips: list[Clip], free_mb: int = 10_000, pending_mb: int = 0) -> Storage:
    size = sum(each.size_bytes for each in clips) + pending_mb * MB
    return Storage(20_000 * MB, free_mb * MB, size, len(clips))


class Index:
    """interfaces between retention and the index: sums, and clips one after the other."""

    def __init__(self, clips: list[Clip]) -> None:
        self.read = 0
        self._clips = sorted(clips, key=lambda each: (each.camera_id, each.ended_at))

    def holdings(self) -> list[Holding]:
        return [
            _holding(camera_id, list(own)) for camera_id, own in groupby(self._clips, lambda c: c.camera_id)
        ]

    def oldest(self, camera_id: str) -> Iterator[Aged]:
        for each in self._clips:
            if each.camera_id == camera_id and not each.protected:
                self.read += 1
                yield Aged(each.ended_at, each)


def _holding(camera_id: str, own: list[Clip]) -> Holding:
    ages = [each.ended_at for each in own if not each.protected]
    return Holding(camera_id, len(own), sum(each.size_bytes for each in own), min(ages, default=None))


def planned(
    clips: list[Clip],
    there: Storage,
    settings: RetentionSettings,
    cameras: dict[str, RecordingSettings] | None = None,
) -> list[Removal]:
    index = Index(clips)
    return list(plan(Stock(there, index.holdings(), index.oldest), settings, cameras or {}, NOW))


def removed(
    clips: list[Clip],
    settings: RetentionSettings,
    *,
    free_mb: int = 10_000,
    pending_mb: int = 0,
    cameras: dict[str, RecordingSettings] | None = None,
) -> list[str]:
    found = planned(clips, storage(clips, free_mb, pending_mb), settings, cameras)
    assert all(removal.why for removal in found)
    assert len({removal.clip.id for removal in found}) == len(found)
    return [removal.clip.id for removal in found]


PLENTY = RetentionSettings(keep_days=1000, min_free_bytes=0)


def test_nothing_goes_without_a_reason() -> None:
    assert removed([clip(age) for age in range(1, 20)], RetentionSettings()) == []


def test_by_age_oldest_first() -> None:
    settings = RetentionSettings(keep_days=7, min_free_bytes=0)
    assert removed([clip(1), clip(8), clip(30), clip(6.9)], settings) == ["door-30", "door-8"]


def test_a_camera_can_keep_longer_or_shorter() -> None:
    settings = RetentionSettings(keep_days=7, min_free_bytes=0)
    clips = [clip(10), clip(10, "baby"), clip(3, "street")]
    own = {"door": RecordingSettings(keep_days=30), "street": RecordingSettings(keep_days=2)}
    assert removed(clips, settings, cameras=own) == ["baby-10", "street-3"]


def test_by_total_size_journals_counted() -> None:
    settings = RetentionSettings(keep_days=1000, max_bytes=35 * MB, min_free_bytes=0)
    clips = [clip(1), clip(2), clip(3)]
    assert removed(clips, settings) == []
    assert removed(clips, settings, pending_mb=10) == ["door-3"]


def test_by_free_space_with_a_little_margin() -> None:
    settings = RetentionSettings(keep_days=1000, min_free_bytes=100 * MB)
    clips = [clip(age) for age in (1, 2, 3, 4)]
    assert removed(clips, settings, free_mb=100) == []
    assert removed(clips, settings, free_mb=90) == ["door-4", "door-3"]  # 15 MB: the floor and 5 % of it


def test_by_a_camera_s_own_size() -> None:
    clips = [clip(1), clip(2), clip(3), clip(9, "street")]
    assert removed(clips, PLENTY, cameras={"door": RecordingSettings(max_bytes=20 * MB)}) == ["door-3"]


def test_protected_clips_never_go_and_count_as_taken_room() -> None:
    clips = [clip(900, protected=True), clip(2), clip(1)]
    settings = RetentionSettings(keep_days=7, max_bytes=15 * MB, min_free_bytes=10**12)
    assert removed(clips, settings) == ["door-2", "door-1"]
    assert removed([clip(900, protected=True)], settings) == []


def test_what_one_rule_deletes_counts_for_the_next() -> None:
    settings = RetentionSettings(keep_days=7, max_bytes=20 * MB, min_free_bytes=0)
    assert removed([clip(1), clip(2), clip(30)], settings) == ["door-30"]


def test_reasons_name_the_limit() -> None:
    clips = [clip(1), clip(40)]
    by_age = planned(clips, storage(clips), RetentionSettings(keep_days=30, min_free_bytes=0))
    by_size = planned(clips, storage(clips), RetentionSettings(100, 15 * MB, 0))
    by_room = planned(clips, storage(clips, 0), RetentionSettings(100, None, 1024**3))
    assert [removal.why for removal in by_age] == ["older than 30 days"]
    assert [removal.why for removal in by_size] == ["all clips took more than 15 MB"]
    assert {removal.why for removal in by_room} == {"less than 1 GB of the disk was free"}


def test_the_oldest_of_all_cameras_go_first_where_room_is_short() -> None:
    clips = [
        clip(age, camera) for camera, ages in (("a", (1, 4)), ("b", (3, 6)), ("c", (2, 5))) for age in ages
    ]
    settings = RetentionSettings(keep_days=1000, max_bytes=20 * MB, min_free_bytes=0)
    assert removed(clips, settings) == ["b-6", "c-5", "a-4", "b-3"]


def test_no_more_is_read_than_has_to_go() -> None:
    clips = [clip(age / 10, f"camera_{age % 3}") for age in range(1000)]
    index = Index(clips)
    stock = Stock(storage(clips), index.holdings(), index.oldest)
    assert list(plan(stock, PLENTY, {}, NOW)) == []
    assert index.read == 0
    by_size = RetentionSettings(keep_days=1000, max_bytes=9_900 * MB, min_free_bytes=0)
    assert len(list(islice(plan(stock, by_size, {}, NOW), 4))) == 4
    assert index.read < 12


def test_clips_that_go_for_what_is_not_finished_yet_say_so() -> None:
    clips = [clip(day) for day in range(1, 4)]
    stock = Index(clips)
    size = sum(each.size_bytes for each in clips) + 500 * MB
    for unfinished, words in ((40, ", and 40 recordings waited to become clips"), (2, "")):
        full = Storage(20_000 * MB, 10 * MB, size, len(clips), unfinished)
        short = plan(Stock(full, stock.holdings(), stock.oldest), RetentionSettings(), {}, NOW)
        assert {each.why for each in short} == {f"less than 1 GB of the disk was free{words}"}
        large = plan(
            Stock(replace(full, free_bytes=10_000 * MB), stock.holdings(), stock.oldest),
            RetentionSettings(max_bytes=500 * MB),
            {},
            NOW,
        )
        assert {each.why for each in large} == {f"all clips took more than 500 MB{words}"}
