from __future__ import annotations

from gcam_addon.live import mjpeg
from tests.support.web_fakes import make_frame


def test_a_stream_is_opening_and_parts_that_each_end_with_the_next_boundary() -> None:
    frame = make_frame(7)
    stream = mjpeg.OPENING + mjpeg.part(frame)
    boundary = mjpeg.CONTENT_TYPE.partition("boundary=")[2].encode()
    before, headers_and_picture, after = stream.split(b"--" + boundary + b"\r\n")
    assert (before, after) == (b"", b"")
    headers, _, picture = headers_and_picture.partition(b"\r\n\r\n")
    assert picture == frame.jpeg + b"\r\n"
    assert headers.split(b"\r\n") == [
        b"Content-Type: image/jpeg",
        b"Content-Length: %d" % len(frame.jpeg),
        b"X-Timestamp: 1700000007.000000",
    ]


def test_a_part_is_its_three_pieces() -> None:
    frame = make_frame(1)
    assert mjpeg.part(frame) == mjpeg.head(frame) + frame.jpeg + mjpeg.TAIL
