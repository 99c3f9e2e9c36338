"""What a camera sends while it plays: pieces of streams pass as they are, messages between them are seen."""

from __future__ import annotations

import pytest

from gcam_addon.sources.rtsp_messages import MOST_BYTES, Message, Mixture, status_of

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nSession: 1\r\n\r\n"
REFUSAL = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 8\r\nWWW-Authenticate: Digest realm="x", nonce="n"\r\n\r\n'
WITH_BODY = b"RTSP/1.0 200 OK\nContent-Length: 6\n\n$RTSP\n"
ASKS = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"


def piece(payload: bytes, channel: int = 0) -> bytes:
    return b"$" + bytes([channel]) + len(payload).to_bytes(2) + payload


PIECES = [piece(b""), piece(b"RTSP/1.0 200 OK\r\n\r\n", 1), piece(bytes(1400)), piece(b"$$$$")]
SENT = [PIECES[0], ANSWER, *PIECES[1:3], WITH_BODY, REFUSAL, PIECES[3], ASKS, *PIECES]


def passed(data: bytes, size: int) -> tuple[bytes, list[Message]]:
    """What passes as it is, and the messages, of what comes `size` bytes at a time."""
    mixture, plain, messages = Mixture(), b"", list[Message]()
    for at in range(0, len(data), size):
        for part in mixture.feed(data[at : at + size]):
            if isinstance(part, bytes):
                plain += part
            else:
                messages.append(part)
    return plain, messages


@pytest.mark.parametrize("size", [*range(1, 40), 500, 1403, 1404, 1405, 100_000])
def test_however_it_is_cut_messages_are_found_and_all_else_passes(size: int) -> None:
    plain, messages = passed(b"".join(SENT), size)
    assert plain == b"".join(PIECES * 2)
    assert [message.data for message in messages] == [ANSWER, WITH_BODY, REFUSAL, ASKS]
    assert [status_of(message.first) for message in messages] == [200, 200, 401, 0]
    assert messages[2].headers[-1] == ("WWW-Authenticate", 'Digest realm="x", nonce="n"')


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_blank_lines_around_a_message_are_none_of_it(size: int) -> None:
    plain, messages = passed(b"\r\n" + ANSWER + b"\r\n\r\n" + PIECES[2], size)
    assert ([message.data for message in messages], plain) == ([ANSWER], PIECES[2])


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    "rubbish",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"\0\1\2\3 lost its place \n\n",
        b"R" * (MOST_BYTES + 10),
    ],
    ids=["other", "two lengths", "no length", "rubbish", "endless"],
)
def test_what_is_no_message_passes_with_all_that_follows(rubbish: bytes, size: int) -> None:
    data = PIECES[2] + rubbish + ANSWER + PIECES[2]
    assert passed(data, size if len(data) < 10_000 else 1000) == (data, [])
