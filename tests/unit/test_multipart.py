from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcam_addon.errors import ProtocolError
from gcam_addon.wire.multipart import MAX_BARREN_BYTES, MultipartParser, boundary_of
from tests.support.jpegs import BOUNDARY, jpeg, part, with_segment

A, B, C = jpeg(1), jpeg(2, 320, 240), jpeg(3)
DELIMITER = f"\r\n--{BOUNDARY}\r\n".encode()


def parse(stream: bytes, boundary: str | None = BOUNDARY, piece: int = 0) -> tuple[list[bytes], int]:
    parser = MultipartParser(boundary)
    step = piece or max(1, len(stream))
    found = [p for at in range(0, len(stream), step) for p in parser.feed(stream[at : at + step])]
    return found, parser.dropped


def head(body: bytes) -> bytes:
    return b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(body)


GOOD: dict[str, bytes] = {
    "CameraWebServer, core 2 and 3": part(A) + part(B) + part(C),
    "CameraWebServer, core 1.0: no first boundary": b"".join(head(p) + p + DELIMITER for p in (A, B, C)),
    "ESPHome: boundary once, then head, picture, boundary": DELIMITER[2:]
    + b"".join(head(p) + p + DELIMITER for p in (A, B, C)),
    "MJPEG2SD: length padded with blanks": part(A, pad=10) + part(B, pad=10) + part(C, pad=10),
    "Tasmota: CRLF behind the picture": b"".join(part(p) + b"\r\n" for p in (A, B, C)),
    "Micro-RTSP: no length": b"".join(part(p, length=None) + b"\r\n" for p in (A, B, C)),
    "another boundary than declared": b"".join(part(p, boundary="other") for p in (A, B, C)),
    "dashes before the boundary": b"".join(part(p, boundary="--" + BOUNDARY) for p in (A, B, C)),
    "bare line feeds": b"".join(part(p).replace(b"\r\n", b"\n", 5) for p in (A, B, C)),
    "odd spelling of the headers": b"".join(
        part(p).replace(b"Content-Length: ", b"content-LENGTH:").replace(b"image/jpeg", b"IMAGE/JPG; q=1")
        for p in (A, B, C)
    ),
    "one JPEG after another": A + B + C,
    "one JPEG after another with zeros between": bytes(9000) + A + bytes(77) + B + bytes(20_000) + C,
    "zeros behind EOI, counted in the length": part(A + bytes(3000))
    + part(B + bytes(9))
    + part(C + bytes(1)),
    "zeros behind EOI, not counted": part(A) + bytes(3000) + part(B) + bytes(7000) + part(C),
    "without EOI": part(A[:-2]) + part(B[:-2]) + part(C[:-2]) + DELIMITER,
    "without EOI and length": b"".join(part(p[:-2], length=None) for p in (A, B, C)) + DELIMITER,
    "without EOI, some": part(A) + part(B[:-2]) + part(C),
    "length given twice": b"".join(
        part(p).replace(b"X-Timestamp", b"Content-Length: 100\r\nX-Timestamp") for p in (A, B, C)
    ),
    "length negative": b"".join(part(p).replace(b"Length: ", b"Length: -") for p in (A, B, C)),
    "length of 4 GB": b"".join(part(p, length=2**32 + len(p)) for p in (A, B, C)) + DELIMITER,
    "another boundary each time": b"".join(part(p, boundary=f"part-{len(p)}") for p in (A, B, C)),
    "length absurd": part(A, length=10**9) + part(B, length=0) + part(C, length=10**10) + DELIMITER,
    "closing boundary": part(A) + part(B) + part(C) + f"\r\n--{BOUNDARY}--\r\n".encode(),
}
for off in (-5000, -100, -3, -2, -1, 1, 2, 3, 10, 33, 60, 130, 500, 5000):
    GOOD[f"length off by {off}"] = b"".join(part(p, length=len(p) + off) for p in (A, B, C)) + DELIMITER


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("piece", [0, 1, 7, 1436])
@pytest.mark.parametrize("boundary", [BOUNDARY, "--" + BOUNDARY, "wrong", None])
def test_every_quirk_loses_nothing(name: str, piece: int, boundary: str | None) -> None:
    pictures, _ = parse(GOOD[name], boundary, piece)
    assert pictures == [A, B, C]


@pytest.mark.parametrize("name", [n for n in GOOD if "length off" not in n and "absurd" not in n])
def test_legal_spellings_count_no_drop(name: str) -> None:
    assert parse(GOOD[name])[1] == 0


BAD: dict[str, tuple[bytes, list[bytes], int]] = {
    "torn with a right length": (
        part(A) + part(B[:-1000]) + part(C) + DELIMITER,
        [A, B[:-1000] + B[-2:], C],
        0,
    ),
    "torn with the whole's length": (part(A) + part(B[:-1000], length=len(B)) + part(C), [A, C], 1),
    "torn at once": (part(A) + part(b"", length=len(B)) + part(C), [A, C], 1),
    "torn within its header": (part(A) + part(B[:100], length=None) + part(C, length=None), [A, C], 1),
    "torn, no framing": (A + B[:100] + C, [A, C], 1),
    "garbage between parts": (part(A) + b"\r\nasdf \xff\xd9\xff qwer\r\n" * 9 + part(C), [A, C], 1),
    "much garbage between parts": (part(A) + random.Random(7).randbytes(200_000) + part(C), [A, C], 1),
    "false start in garbage": (part(A) + b"\xff\xd8\xff\xff\xd8\xff\x00" * 5 + part(C), [A, C], 1),
    "false start that claims a long segment": (
        part(A) + b"\xff\xd8\xff\xe0\xff\xff" + part(C) + DELIMITER,
        [A, C],
        1,
    ),
    "a text part without length": (
        part(A) + part(b"No frames send.\r\n", length=None, kind="text/plain") + part(C),
        [A, C],
        1,
    ),
    "a text part with length": (part(b"hello", kind="text/plain") + part(A) + part(C), [A, C], 1),
    "garbage before the picture, counted in the length": (part(b"zzz" + A) + part(C), [A, C], 1),
    "a preamble": (b"This is a multipart message.\r\n" + part(A) + part(C), [A, C], 1),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("piece", [0, 1, 1436])
def test_damage_is_skipped_and_counted(name: str, piece: int) -> None:
    stream, expected, drops = BAD[name]
    assert parse(stream, BOUNDARY, piece) == (expected, drops)


@pytest.mark.parametrize("length", [-1, None, 5])
def test_a_picture_comes_with_its_last_byte(length: int | None) -> None:
    parser = MultipartParser(BOUNDARY)
    stream = part(A, length=length)
    assert parser.feed(stream[:-1]) == []
    assert parser.feed(stream[-1:]) == [A]


def test_a_picture_with_too_long_a_length_comes_at_the_boundary() -> None:
    parser = MultipartParser(BOUNDARY)
    assert parser.feed(part(A, length=1_000_000)) == []
    assert parser.feed(part(B)) == [A, B]


@pytest.mark.parametrize("piece", [0, 1, 1436])
def test_a_length_that_promises_more_holds_no_picture_up_whatever_the_boundaries(piece: int) -> None:
    stream = b"".join(part(p, boundary=f"b{n}", length=1_000_000) for n, p in enumerate((A, B, C)))
    assert parse(stream, piece=piece) == ([A, B], 0)


@pytest.mark.parametrize("piece", [0, 1, 1436])
def test_a_length_of_two_parts_makes_no_picture_of_them(piece: int) -> None:
    both = A + part(B, boundary="other")
    assert parse(part(both) + part(C), piece=piece)[0] == [A, B, C]


@pytest.mark.parametrize("boundary", [BOUNDARY, "other"])
def test_what_a_length_held_back_is_there_when_nothing_follows(boundary: str) -> None:
    parser = MultipartParser(BOUNDARY)
    assert parser.feed(part(A) + part(B, boundary=boundary, length=1_000_000)) == [A]
    assert parser.finish() == [B]
    assert not parser.is_within_picture


@pytest.mark.parametrize("torn", [A[:-1000], A[:50], b"", b"Hello", b"\xff\xd8\xff" * 100])
def test_what_is_not_whole_when_nothing_follows_is_no_picture(torn: bytes) -> None:
    parser = MultipartParser(BOUNDARY)
    parser.feed(part(torn, length=1_000_000))
    assert parser.finish() == []


@pytest.mark.parametrize("length", [-1, None])
def test_a_thumbnail_in_the_header_is_no_picture(length: int | None) -> None:
    pictures = [with_segment(p, b"Exif\0\0" + jpeg(9, 64, 48)) for p in (A, B, C)]
    assert parse(b"".join(part(p, length=length) for p in pictures), piece=100) == (pictures, 0)
    assert parse(b"".join(pictures), None, 100) == (pictures, 0)


def test_a_size_change_in_the_middle_is_no_event() -> None:
    big = jpeg(5, 800, 600)
    assert parse(part(A) + part(big) + part(A)) == ([A, big, A], 0)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_split_gives_the_same_pictures(data: st.DataObject) -> None:
    sections = data.draw(
        st.lists(
            st.one_of(_DAMAGED, st.sampled_from(list(GOOD.values())), st.binary(max_size=60)), max_size=4
        )
    )
    stream = b"".join(sections)
    boundary = data.draw(st.sampled_from([BOUNDARY, "x", None]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    parser = MultipartParser(boundary)
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert ([p for piece in pieces for p in parser.feed(piece)], parser.dropped) == parse(stream, boundary)


_DAMAGED = st.builds(
    lambda picture, at, with_what, length: part(
        picture[:at] + with_what + picture[at + len(with_what) :], length=length
    ),
    st.sampled_from([A, B, C]),
    st.integers(0, len(A)),
    st.sampled_from([b"\xff\xd9", b"\xff\xd8\xff", DELIMITER, b"\xff\xff\xff", b"", bytes(50)]),
    st.sampled_from([-1, None, 100, 20_000]),
)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=400), _DAMAGED, st.sampled_from([b"\xff\xd8\xff", b"\xff\xda", b"\r\n\r\n"])
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_a_good_picture_after_garbage_is_found(garbage: list[bytes]) -> None:
    parser = MultipartParser(BOUNDARY)
    for piece in garbage:
        parser.feed(piece)
    found = [p for _ in range(8) for picture in (A, C) for p in parser.feed(part(picture))]
    assert found[-2:] == [A, C]


@pytest.mark.parametrize(
    "endless",
    [
        lambda: b"X-Bomb: " + b"a" * 65_528,
        lambda: b"\r\nContent-Length: 9\r\n" * 3000,
        lambda: bytes(65_536),
        lambda: random.Random(3).randbytes(65_536),
        lambda: b"\xff\xe0\x00\x10" * 16_000,
        lambda: b"\xff\xd8\xff\xe0\xff\xff" * 10_000,
    ],
    ids=["header bomb", "headers without end", "zeros", "noise", "segments", "false starts"],
)
def test_endless_rubbish_is_bounded(endless: Callable[[], bytes]) -> None:
    parser = MultipartParser(BOUNDARY)
    with pytest.raises(ProtocolError, match="8 MiB"):
        feed_repeatedly(parser, endless())
    assert parser.feed(part(A)) == [A]


def test_an_endless_part_is_bounded() -> None:
    parser = MultipartParser(BOUNDARY)
    parser.feed(part(A[:-2], length=None))
    with pytest.raises(ProtocolError, match="8 MiB"):
        feed_repeatedly(parser, b"\x55" * 65_536)
    assert parser.feed(part(A)) == [A]


def feed_repeatedly(parser: MultipartParser, piece: bytes) -> None:
    for _ in range(MAX_BARREN_BYTES // len(piece) + 2):
        parser.feed(piece)


def test_rubbish_keeps_no_memory() -> None:
    parser = MultipartParser(BOUNDARY)
    for seed in range(100):
        parser.feed(b"%d: " % seed + b"rubbish " * 8000)
    held = sum(len(v) for v in vars(parser).values() if isinstance(v, (bytes, bytearray)))
    assert held < 16_384


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace;boundary=abc", "abc"),
        ("multipart/x-mixed-replace; boundary=abc; q=1", "abc"),
        ('multipart/x-mixed-replace; boundary="a b;c"', "a b;c"),
        ("multipart/x-mixed-replace; Boundary='abc'", "abc"),
        ("multipart/x-mixed-replace;boundary=--abc", "--abc"),
        ("multipart/x-mixed-replace; boundary = abc", "abc"),
        ("multipart/x-mixed-replace;boundary=", None),
        ("multipart/x-mixed-replace", None),
    ],
)
def test_boundary_of(content_type: str, boundary: str | None) -> None:
    assert boundary_of(content_type) == boundary


def test_it_tells_how_much_is_missing_where_the_length_is_known_and_was_right_before() -> None:
    parser, body = MultipartParser(BOUNDARY), part(A)
    for is_known in (False, True):
        for at in range(len(body) - 1):
            assert parser.feed(body[at : at + 1]) == []
            within = at >= len(body) - len(A) + 2  # behind the first three bytes
            assert parser.missing_bytes == (len(body) - at - 1 if within and is_known else 0)
        assert parser.feed(body[-1:]) == [A]
        assert parser.missing_bytes == 0
    parser.feed(part(A, length=None)[:-9])
    assert parser.missing_bytes == 0


@pytest.mark.parametrize("wrong", [len(A) - 9, len(A) + 9])
def test_a_length_that_was_wrong_tells_nothing_of_the_next(wrong: int) -> None:
    parser = MultipartParser(BOUNDARY)
    parser.feed(part(A) + part(B, length=wrong) + part(A)[:-9])
    assert parser.missing_bytes == 0
    parser.feed(part(A)[-9:] + part(A)[:-9])
    assert parser.missing_bytes == 9
