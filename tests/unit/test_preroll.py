from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.bitstream.preroll import PreRoll
from gcam_addon.model import Size, Unit, jpeg_unit


def frame(pts_s: float, size_bytes: int = 10) -> Unit:
    return jpeg_unit(bytes(size_bytes), pts_s, pts_s, Size(160, 120))


def test_keeps_what_is_within_the_seconds() -> None:
    ring = PreRoll(4.0, 1000)
    for second in range(9):
        ring.push(frame(float(second)))
    assert [kept.pts_s for kept in ring.take(0.0)] == [4.0, 5.0, 6.0, 7.0, 8.0]
    assert len(ring) == 0
    assert ring.size_bytes == 0


def test_keeps_the_newest_within_the_bytes() -> None:
    ring = PreRoll(100.0, 25)
    for second in range(6):
        ring.push(frame(float(second)))
    assert [kept.pts_s for kept in ring.take(0.0)] == [4.0, 5.0]


def test_a_frame_larger_than_the_bound_is_not_kept() -> None:
    ring = PreRoll(100.0, 25)
    ring.push(frame(1.0))
    ring.push(frame(2.0, 26))
    assert len(ring) == 0
    assert ring.size_bytes == 0


def test_take_leaves_out_what_is_older() -> None:
    ring = PreRoll(10.0, 1000)
    for second in range(6):
        ring.push(frame(float(second)))
    assert [kept.pts_s for kept in ring.take(3.5)] == [4.0, 5.0]


def test_a_step_back_in_time_starts_over() -> None:
    ring = PreRoll(10.0, 1000)
    ring.push(frame(50.0))
    ring.push(frame(1.0))
    assert [kept.pts_s for kept in ring.take(0.0)] == [1.0]


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 60)), max_size=60),
    st.floats(0, 5),
    st.integers(1, 200),
)
def test_never_exceeds_either_bound(steps: list[tuple[float, int]], max_s: float, max_bytes: int) -> None:
    ring = PreRoll(max_s, max_bytes)
    pts_s = 0.0
    for step_s, size_bytes in steps:
        pts_s += step_s
        ring.push(frame(pts_s, size_bytes))
        assert ring.size_bytes <= max_bytes
    kept = ring.take(float("-inf"))
    assert sum(len(each.data) for each in kept) <= max_bytes
    assert all(pts_s - each.pts_s <= max_s for each in kept[:-4])


def test_a_slow_cameras_last_pictures_are_kept_however_old_they_are() -> None:
    ring = PreRoll(2.0, 1000)
    for second in range(0, 100, 10):
        ring.push(frame(float(second)))
    assert [kept.pts_s for kept in ring.take(0.0)] == [60.0, 70.0, 80.0, 90.0]
