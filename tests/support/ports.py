"""Ports of loopback that nobody else gets. Whoever can, listens on port 0 and says where that is; these are
for programs that can't, for those that end and come back at the same place, and for places where nobody is.

A socket that is bound and never listens holds a port: Linux gives it to nobody who wants any free one, be it
to listen or to connect from, and refuses whoever connects to it. Only the standard library: see `waiting`.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_TRIES = 1000


@contextmanager
def silent_port() -> Iterator[int]:
    """Where nobody answers and nobody can begin to."""
    with _held() as sock:
        yield _port_of(sock)


@contextmanager
def kept_port() -> Iterator[int]:
    """Where one server listens as often as it likes."""
    with kept_ports(1) as port:
        yield port


@contextmanager
def kept_ports(count: int) -> Iterator[int]:
    """The first of `count` in a row, such as a board has."""
    with ExitStack() as stack:
        row = _row(count)
        for sock in row:
            stack.enter_context(sock)
            # set behind the binding, which thereby got what nobody had; servers set it, too, and so can bind
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield _port_of(row[0])


def _row(count: int) -> list[socket.socket]:
    for _ in range(_TRIES):
        row = [_held()]
        try:
            row.extend(_held(_port_of(row[0]) + offset) for offset in range(1, count))
        except (OSError, OverflowError):
            for sock in row:
                sock.close()
        else:
            return row
    raise AssertionError(f"there are no {count} free ports in a row")


def _held(port: int = 0) -> socket.socket:
    sock = socket.socket()
    try:
        sock.bind(("127.0.0.1", port))
    except BaseException:
        sock.close()
        raise
    return sock


def _port_of(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])


def connections_to(port: int) -> int:
    """How many this machine has open to it, at the calling end."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(int(row[2].rpartition(":")[2], 16) == port and row[3] == "01" for row in rows)
