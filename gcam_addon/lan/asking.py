"""Asking on an interface whether somebody gives addresses away there."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from gcam_addon.errors import NetworkError
from gcam_addon.lan.inquiry import Offer, discover, offer_in
from gcam_addon.words.reason import because

QUESTIONS_S = (0.0, 3.0)
"""After the start."""
LISTEN_S = 7.0
"""dnsmasq looks first whether an address is free, and answers after up to 3 s; the first answer may get
lost.
"""
_SERVER_PORT, _CLIENT_PORT = 67, 68
_MOST_BYTES = 1500


class Channel(Protocol):
    """To everybody on an interface."""

    def send(self, packet: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    def close(self) -> None: ...


def own_class() -> str:
    """By which a server knows that it is its own Gcam who asks; another Gcam's answers."""
    return f"gcam-{secrets.token_hex(8)}"


async def ask_around(
    interface: str,
    vendor_class: str,
    open_channel: Callable[[str], Channel] | None = None,
    *,
    questions_s: Sequence[float] = QUESTIONS_S,
    listen_s: float = LISTEN_S,
) -> Offer | None:
    """Who answers first; None where nobody does. Raises `NetworkError` where it can't be asked."""
    number, mac = secrets.randbits(32), b"\x02gcam" + secrets.token_bytes(1)  # one that nobody has
    try:
        with closing((open_channel or _Broadcast)(interface)) as channel:
            began_s = asyncio.get_running_loop().time()
            for until_s in (*questions_s[1:], listen_s):
                channel.send(discover(number, mac, vendor_class))
                offer = await _heard(channel, number, began_s + until_s)
                if offer is not None:
                    return offer
    except OSError as error:
        raise NetworkError(because("lan_not_asked", interface=interface, why=error)) from error
    return None


async def _heard(channel: Channel, number: int, until_s: float) -> Offer | None:
    try:
        async with asyncio.timeout_at(until_s):
            while True:
                offer = offer_in(await channel.receive(), number)
                if offer is not None:
                    return offer
    except TimeoutError:
        return None


class _Broadcast:
    """OSError where that may not be, or the interface is gone."""

    def __init__(self, interface: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.settimeout(0)
            for option in (socket.SO_REUSEADDR, socket.SO_BROADCAST):
                self._socket.setsockopt(socket.SOL_SOCKET, option, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode() + b"\0")
            self._socket.bind(("", _CLIENT_PORT))
        except OSError:
            self._socket.close()
            raise

    def send(self, packet: bytes) -> None:
        self._socket.sendto(packet, ("255.255.255.255", _SERVER_PORT))

    async def receive(self) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self._socket, _MOST_BYTES)

    def close(self) -> None:
        self._socket.close()
