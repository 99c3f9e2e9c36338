"""`multipart/x-mixed-replace`, the writing side: pictures in, bytes out. No I/O, no asyncio.

Every part ends with the *next* boundary: browsers show a part only when they have seen the boundary that
follows it, so leaving that to the next picture would delay each one by a whole frame.
"""

from __future__ import annotations

from gcam_addon.model import EncodedFrame

BOUNDARY = "gcam-frame"

CONTENT_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"

OPENING = f"--{BOUNDARY}\r\n".encode()
"""Sent once, before the first part."""

TAIL = f"\r\n--{BOUNDARY}\r\n".encode()
"""Ends a part and opens the next."""


def head(frame: EncodedFrame) -> bytes:
    """A part's header lines. `X-Timestamp` is the picture's arrival, Unix seconds, as boards send it."""
    return (
        "Content-Type: image/jpeg\r\n"
        f"Content-Length: {len(frame.jpeg)}\r\n"
        f"X-Timestamp: {frame.received_at:.6f}\r\n"
        "\r\n"
    ).encode()


def part(frame: EncodedFrame) -> bytes:
    """A whole part, to be sent with one write.

    Joining copies the picture once, which was measured (21 KB) at a tenth of what writing the three pieces
    one by one costs in further system calls; `socket.sendmsg` was slower still.
    """
    return b"".join((head(frame), frame.jpeg, TAIL))
