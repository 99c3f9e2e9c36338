"""What waits for the detection thread: the newest JPEG; of compressed pictures all, or the keys alone."""

from __future__ import annotations

from gcam_addon.model import Codec, Size, Tracks, Unit, Video, jpeg_unit
from gcam_addon.pipeline.waiting import MOST_WAITING, Waiting

SIZE = Size(160, 120)
TRACKS = Tracks(Video(Codec.H264, SIZE, b"setup"))


def unit(index: int, gop: int = 15, fps: float = 15.0) -> Unit:
    return Unit(b"%d" % index, index / fps, 0.0, TRACKS, is_key=index % gop == 0)


def put(waiting: Waiting, indices: range, *, keys_suffice: bool, gop: int = 15) -> None:
    for index in indices:
        waiting.put(unit(index, gop), is_due=index % 3 == 0, keys_suffice=keys_suffice)


def taken(waiting: Waiting) -> list[int]:
    return [int(each.data) for each, *_ in waiting.take()]


def test_of_jpegs_only_the_newest_waits_and_the_others_are_counted() -> None:
    waiting = Waiting()
    for index in range(4):
        waiting.put(jpeg_unit(b"%d" % index, index, 0.0, SIZE), is_due=index != 3, keys_suffice=False)
    assert taken(waiting) == [2]
    assert waiting.skipped == 2
    assert not waiting


def test_what_builds_on_others_waits_whole_from_a_key_on() -> None:
    waiting = Waiting()
    put(waiting, range(7, 40), keys_suffice=False)
    assert taken(waiting) == list(range(15, 40))
    assert waiting.skipped == 2


def test_while_all_is_quiet_keys_are_enough() -> None:
    waiting = Waiting()
    put(waiting, range(61), keys_suffice=True)
    assert taken(waiting) == [*range(16), 30, 45, 60], "how often they come is known with the second one"


def test_once_keys_suffice_the_rest_of_a_group_is_left_out() -> None:
    waiting = Waiting()
    put(waiting, range(20), keys_suffice=False)
    put(waiting, range(20, 25), keys_suffice=True)
    assert taken(waiting) == list(range(20))
    waiting.catch_up()
    assert taken(waiting) == list(range(20, 25)), "unless it turns out that they do not"
    put(waiting, range(25, 31), keys_suffice=True)
    assert taken(waiting) == [30]


def test_who_looks_is_told_that_something_was_left_out() -> None:
    waiting = Waiting()
    put(waiting, range(31), keys_suffice=True)
    assert [int(due.unit.data) for due in waiting.take() if due.after_gap] == [30]


def test_keys_every_two_seconds_are_enough_where_clocks_differ_a_little() -> None:
    waiting = Waiting()
    for index in range(91):
        late = Unit(b"%d" % index, index / 14.95, 0.0, TRACKS, is_key=index % 30 == 0)
        waiting.put(late, is_due=False, keys_suffice=True)
    assert taken(waiting) == [*range(31), 60, 90]


def test_keys_that_come_seldom_are_not_enough() -> None:
    waiting = Waiting()
    put(waiting, range(150), keys_suffice=True, gop=60)
    assert taken(waiting) == list(range(MOST_WAITING, 150))


def test_when_something_may_move_what_came_since_the_key_is_looked_at() -> None:
    waiting = Waiting()
    put(waiting, range(36), keys_suffice=True)
    assert taken(waiting)[-1] == 30
    waiting.catch_up()
    put(waiting, range(36, 38), keys_suffice=False)
    assert taken(waiting) == list(range(31, 38))


def test_a_key_that_stays_away_is_not_waited_for() -> None:
    waiting = Waiting()
    put(waiting, range(31), keys_suffice=True)
    waiting.take()
    put(waiting, range(31, 70), keys_suffice=True, gop=1000)
    assert taken(waiting)[0] == 31
    assert not [index for index in taken(waiting) if index > 70]


def test_a_machine_that_can_not_follow_goes_on_with_a_key() -> None:
    waiting = Waiting()
    put(waiting, range(MOST_WAITING + 10), keys_suffice=False, gop=50)
    kept = taken(waiting)
    assert kept == []
    assert waiting.skipped == 2 + len(range(0, MOST_WAITING + 10, 3)), "two keys among them"
    put(waiting, range(MOST_WAITING + 10, 160), keys_suffice=False, gop=50)
    assert taken(waiting) == list(range(150, 160))


def test_after_a_failure_nothing_builds_on_what_failed_but_a_jpeg_waits_on() -> None:
    waiting = Waiting()
    put(waiting, range(10), keys_suffice=False)
    waiting.lose_track()
    put(waiting, range(10, 17), keys_suffice=False)
    assert taken(waiting) == [15, 16]

    jpegs = Waiting()
    jpegs.put(jpeg_unit(b"7", 0.0, 0.0, SIZE), is_due=True, keys_suffice=False)
    jpegs.lose_track()
    assert taken(jpegs) == [7]


def pictures(waiting: Waiting, indices: range, *, may_wait: bool, fps: float = 5.0) -> None:
    for index in indices:
        picture = jpeg_unit(b"%d" % index, index / fps, 0.0, SIZE)
        waiting.put(picture, is_due=True, keys_suffice=False, may_wait=may_wait)


def with_aside(waiting: Waiting) -> list[list[int]]:
    return [[int(unit.data) for unit in (*due.aside, due.unit)] for due in waiting.take()]


def as_ever(waiting: Waiting) -> None:
    """All that came so far was looked at, and as long as its like."""
    for number in range(40):
        picture = jpeg_unit(b"12", (number - 80) / 5.0, 0.0, SIZE)
        waiting.put(picture, is_due=True, keys_suffice=False)
        waiting.take()


def jobs_of(waiting: Waiting, datas: list[bytes], fps: float = 5.0, due: int = 1) -> list[list[int]]:
    jobs = []
    for index, data in enumerate(datas):
        picture = jpeg_unit(data, index / fps, 0.0, SIZE)
        waiting.put(picture, is_due=index % due == 0, keys_suffice=False, may_wait=True)
        jobs += [[round(unit.pts_s * fps) for unit in (*each.aside, each.unit)] for each in waiting.take()]
    return jobs


def test_after_a_long_lull_jpegs_are_put_aside_for_a_second() -> None:
    waiting = Waiting()
    as_ever(waiting)
    jobs = jobs_of(waiting, [b"12"] * 13)
    assert jobs == [[0], [1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], "every fifth of five a second"
    assert waiting.skipped == 0


def test_and_for_half_of_one_where_one_is_longer_or_shorter_than_ever() -> None:
    for odd in (b"1", b"123"):
        waiting = Waiting()
        as_ever(waiting)
        jobs = jobs_of(waiting, [*[b"12"] * 6, odd, *[b"12"] * 8])
        assert jobs == [[0], [1, 2, 3, 4, 5], [6, 7, 8], [9, 10, 11, 12, 13]]
    waiting = Waiting()
    as_ever(waiting)
    jobs = jobs_of(waiting, [*[b"12"] * 4, b"123", *[b"12"] * 5])
    assert jobs == [[0], [1, 2, 3, 4], [5, 6, 7, 8, 9]], "half a second is over: at once"


def test_nobody_knows_how_long_the_first_ones_should_be() -> None:
    waiting = Waiting()
    assert jobs_of(waiting, [b"12"] * 9) == [[0], [1, 2, 3], [4, 5, 6]], "every third of five a second"
    as_ever(waiting)
    waiting.clear()
    assert jobs_of(waiting, [b"12"] * 9) == [[0], [1, 2, 3], [4, 5, 6]], "nor after a run is over"


def test_a_picture_that_is_not_due_is_looked_at_once_those_put_aside_have_waited() -> None:
    waiting = Waiting()
    jobs = jobs_of(waiting, [b"12"] * 16, fps=15.0, due=3)
    assert jobs == [[0], [3, 6, 7], [9, 12, 14]], "fifteen a second, of which five are due"
    assert waiting.skipped == 0
    calm = Waiting()
    as_ever(calm)
    jobs = jobs_of(calm, [b"12"] * 30, fps=15.0, due=4)
    assert jobs == [[0], [4, 8, 12, 15]], "and none before a second is over, where all are as ever"
    assert calm.skipped == 0


def test_pictures_that_come_rarely_are_never_put_aside() -> None:
    waiting = Waiting()
    for index in range(3):
        pictures(waiting, range(index, index + 1), may_wait=True, fps=2.0)
        assert with_aside(waiting) == [[index]]


def test_what_was_put_aside_is_looked_at_once_something_may_move() -> None:
    waiting = Waiting()
    pictures(waiting, range(1), may_wait=True)
    waiting.take()
    pictures(waiting, range(1, 3), may_wait=True)
    assert not waiting
    waiting.catch_up()
    assert with_aside(waiting) == [[1, 2]]
    pictures(waiting, range(3, 4), may_wait=False)
    assert with_aside(waiting) == [[3]]


def test_what_was_put_aside_is_counted_where_it_is_left_out() -> None:
    waiting = Waiting()
    pictures(waiting, range(1), may_wait=True)
    waiting.take()
    pictures(waiting, range(1, 5), may_wait=True)
    pictures(waiting, range(5, 6), may_wait=False)
    assert with_aside(waiting) == [[4, 5]]
    assert waiting.skipped == 3


def test_what_was_put_aside_is_gone_with_its_run() -> None:
    waiting = Waiting()
    pictures(waiting, range(1), may_wait=True)
    waiting.take()
    pictures(waiting, range(1, 2), may_wait=True)
    waiting.clear()
    pictures(waiting, range(2, 3), may_wait=False)
    assert with_aside(waiting) == [[2]]
