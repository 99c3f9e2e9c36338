from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.model import Size
from gcam_addon.picture import jpeg as jpegs
from tests.support.jpegs import claiming, jpeg, with_segment


@pytest.mark.parametrize("size", [Size(160, 120), Size(320, 240), Size(1600, 1200), Size(641, 481)])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("grey", [False, True])
def test_size_is_read_from_the_frame_header(size: Size, progressive: bool, grey: bool) -> None:
    assert jpegs.size_of(jpeg(1, size.width, size.height, progressive=progressive, grey=grey)) == size


@pytest.mark.parametrize("sof", [0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCF])
def test_any_sof_is_understood(sof: int) -> None:
    frame_header = bytes((0xFF, sof, 0, 11, 8, 0x04, 0xB0, 0x06, 0x40, 1, 1, 0x11, 0))
    assert jpegs.size_of(b"\xff\xd8" + frame_header + b"\xff\xda") == Size(1600, 1200)


def test_size_of_the_picture_not_of_its_thumbnail() -> None:
    assert jpegs.size_of(with_segment(jpeg(1), b"Exif\0\0" + jpeg(2, 64, 48))) == Size(160, 120)


def test_fill_bytes_before_a_marker_are_legal() -> None:
    assert jpegs.size_of(b"\xff\xd8\xff\xff\xff" + jpeg(1)[3:]) == Size(160, 120)


@pytest.mark.parametrize(
    "broken", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8" + bytes(40), b"<html>" * 9]
)
def test_no_size_where_there_is_no_frame_header(broken: bytes) -> None:
    assert jpegs.size_of(broken) is None


def test_no_size_where_it_is_zero() -> None:
    whole = bytearray(jpeg(1))
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 7] = b"\0\0"
    assert jpegs.size_of(bytes(whole)) is None


@pytest.mark.parametrize(
    ("width", "height"),
    [(20_000, 20_000), (8193, 8), (8, 8193), (65_535, 65_535), (8192, 8192), (4097, 4096)],
)
def test_a_size_that_no_camera_has_is_no_size(width: int, height: int) -> None:
    absurd = claiming(jpeg(1), width, height)
    assert jpegs.size_of(absurd) is None
    assert jpegs.claimed_size(absurd) == Size(width, height)


def test_the_largest_size() -> None:
    for size in (Size(4096, 4096), Size(8192, 2048)):
        assert jpegs.size_of(claiming(jpeg(1), size.width, size.height)) == size


_segments = st.builds(
    lambda marker, payload: bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload,
    st.sampled_from([0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xE0, 0xE1, 0xFE]),
    st.binary(max_size=20),
)
_near_jpegs = st.builds(
    lambda segments, tail: b"\xff\xd8" + b"".join(segments) + tail,
    st.lists(_segments, max_size=8),
    st.binary(max_size=40),
)


@given(st.binary(max_size=300) | _near_jpegs | st.builds(lambda tail: b"\xff\xd8" + tail, st.binary()))
def test_whatever_comes_has_a_bounded_size_or_none(data: bytes) -> None:
    size = jpegs.size_of(data)
    assert size is None or (1 <= size.width <= 8192 and 1 <= size.height <= 8192)


@given(st.integers(0, len(jpeg(1)) - 1), st.integers(0, 255))
def test_one_wrong_byte_never_makes_an_absurd_size(at: int, value: int) -> None:
    damaged = bytearray(jpeg(1))
    damaged[at] = value
    size = jpegs.size_of(bytes(damaged))
    assert size is None or max(size.width, size.height) <= 8192


@given(st.integers(0, len(jpeg(1))))
def test_size_of_a_torn_picture_is_right_or_unknown(cut: int) -> None:
    assert jpegs.size_of(jpeg(1)[:cut]) in (None, Size(160, 120))


def test_a_header_without_end_is_given_up() -> None:
    assert jpegs.size_of(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000) is None


@pytest.mark.parametrize("padding", [b"", b"\0", bytes(5000), b"\r\n", b"\r\n\0\0"])
def test_padding_is_cut_off(padding: bytes) -> None:
    assert jpegs.mended(jpeg(1) + padding) == jpeg(1)


def test_a_missing_eoi_is_added() -> None:
    assert jpegs.mended(jpeg(1)[:-2]) == jpeg(1)
    assert jpegs.mended(jpeg(1)[:-2] + b"\r\n") == jpeg(1)


def test_a_whole_picture_is_not_copied() -> None:
    assert jpegs.mended(jpeg(1)) is jpeg(1)
