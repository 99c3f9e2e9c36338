from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.errors import ProtocolError
from gcam_addon.wire.response import Head, ResponseReader

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\nX-Framerate: 60\r\n\r\n"
CHUNKED = PLAIN[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"


def read(stream: bytes, piece: int = 0) -> tuple[Head | None, bytes, bool]:
    reader = ResponseReader()
    step = piece or max(1, len(stream))
    body = b"".join(
        bytes(view) for at in range(0, len(stream), step) for view in reader.feed(stream[at : at + step])
    )
    return reader.head, body, reader.finished


@pytest.mark.parametrize("piece", [0, 1, 3, 50])
def test_raw_body(piece: int) -> None:
    head, body, finished = read(PLAIN + b"abc\r\n\r\ndef", piece)
    assert head is not None
    assert head.status == 200
    assert head.headers["x-framerate"] == "60"
    assert head.content_type == "multipart/x-mixed-replace"
    assert (body, finished) == (b"abc\r\n\r\ndef", False)


@pytest.mark.parametrize("piece", [0, 1, 2, 5, 64])
@pytest.mark.parametrize(
    "chunks",
    [
        b"3\r\nabc\r\n5\r\nde\r\nf\r\n0\r\n\r\n",
        b"0003;name=value\r\nabc\r\n5 \r\nde\r\nf\r\n00\r\nTrailer: x\r\n\r\n",
        b"3;" + b"x" * 900 + b"\r\nabc\r\n5\r\nde\r\nf\r\n0\r\n\r\n",
        b"3\nabc\n5\nde\r\nf\n0\n\n",
    ],
)
def test_chunks_are_taken_away(chunks: bytes, piece: int) -> None:
    assert read(CHUNKED + chunks, piece)[1:] == (b"abcde\r\nf", True)


def test_a_chunk_is_handed_on_before_it_is_complete() -> None:
    reader = ResponseReader()
    assert [bytes(view) for view in reader.feed(CHUNKED + b"ff\r\nabc")] == [b"abc"]


@pytest.mark.parametrize(
    "line",
    [b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1  200  OK", b"ICY 200 OK", b"HTTP/1.1 200 \xe9t\xe9"],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_sloppy_status_lines(line: bytes, end: bytes) -> None:
    head, body, _ = read(line + end + b"A:b" + end + end + b"body")
    assert head is not None
    assert (head.status, head.headers["a"], body) == (200, "b", b"body")


def test_a_head_without_headers() -> None:
    head, body, _ = read(b"HTTP/1.1 200 OK\r\n\r\nx")
    assert (head, body) == (Head(200, {}), b"x")


def test_the_announcement_of_an_answer_is_skipped() -> None:
    head, body, _ = read(b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN + b"x", 7)
    assert head is not None
    assert (head.status, body) == (200, b"x")


def test_a_repeated_header_is_joined() -> None:
    head, _, _ = read(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nWWW-Authenticate: Digest a=1\r\n\r\n")
    assert head is not None
    assert head.headers["www-authenticate"] == "Basic, Digest a=1"


def test_a_declared_length_ends_the_body() -> None:
    stream = b"HTTP/1.1 200 OK\r\nContent-Type: video/x\r\nContent-Length: 3\r\n\r\nabcdef"
    assert read(stream, 4)[1:] == (b"abc", True)


def test_a_stream_of_parts_has_no_length_whatever_it_says() -> None:
    assert read(PLAIN[:-2] + b"Content-Length: 3\r\n\r\nabcdef")[1] == b"abcdef"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"RTSP/1.0 400 Bad\r\n\r\n",
        b"HTTP/9 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\xff\xd8",
    ],
)
def test_what_is_not_http(answer: bytes) -> None:
    with pytest.raises(ProtocolError, match="does not speak HTTP"):
        read(answer)


def test_a_header_bomb_is_bounded() -> None:
    reader = ResponseReader()
    list(reader.feed(b"HTTP/1.1 200 OK\r\n"))
    with pytest.raises(ProtocolError, match="64 KiB"):
        feed_repeatedly(reader, b"X-Bomb: " + b"a" * 1000 + b"\r\n", 70)


def test_a_length_that_nothing_has_is_no_length() -> None:
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nabc")[1] == b"abc"


@given(st.lists(st.integers(1, 9), max_size=20))
def test_a_head_ends_where_it_does_however_it_is_cut(steps: list[int]) -> None:
    for end in (b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n"):
        answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK" + end + b"abc"
        reader, at, body = ResponseReader(), 0, b""
        for step in [*steps, len(answer)]:
            body += b"".join(bytes(view) for view in reader.feed(answer[at : at + step]))
            at += step
        assert body == b"abc"


@pytest.mark.parametrize(
    "bad", [b"xyz\r\n", b"3\r\nabcxyz", b"-3\r\n", b"fffffffff\r\n", b"\r\n\r\n\r\n\r\nz\r\n"]
)
def test_damaged_chunks(bad: bytes) -> None:
    with pytest.raises(ProtocolError, match="chunks"):
        read(CHUNKED + bad + b"\r\n")


def test_what_came_before_a_damaged_chunk_is_there() -> None:
    pieces = ResponseReader().feed(CHUNKED + b"3\r\nabc\r\n2\r\ndexyz\r\n")
    assert bytes(next(pieces)) + bytes(next(pieces)) == b"abcde"
    with pytest.raises(ProtocolError, match="chunks"):
        next(pieces)


def test_an_endless_chunk_line_is_bounded() -> None:
    reader = ResponseReader()
    list(reader.feed(CHUNKED))
    with pytest.raises(ProtocolError, match="chunks"):
        feed_repeatedly(reader, b"1" * 100, 100)


@given(st.binary(max_size=400), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", PLAIN, CHUNKED]))
def test_garbage_raises_nothing_but_protocol_errors(garbage: bytes, front: bytes) -> None:
    with suppress(ProtocolError):
        read(front + garbage, 11)


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=6), st.lists(st.integers(1, 50), max_size=12))
def test_every_split_gives_the_same_body(pieces: list[bytes], steps: list[int]) -> None:
    stream = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    reader, at, body = ResponseReader(), 0, b""
    for step in [*steps, len(stream)]:
        body += b"".join(bytes(view) for view in reader.feed(stream[at : at + step]))
        at += step
    assert body == b"".join(pieces)
    assert reader.finished


def feed_repeatedly(reader: ResponseReader, piece: bytes, times: int) -> None:
    for _ in range(times):
        list(reader.feed(piece))
