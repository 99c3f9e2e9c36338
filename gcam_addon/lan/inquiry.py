"""Asking whether somebody gives addresses away (DHCP, RFC 2131): the question as bytes, and who answers.
Pure.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

_REQUEST, _REPLY = 1, 2
_COOKIE = b"\x63\x82\x53\x63"
_BROADCAST = 0x8000
_HEAD = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_PAD, _END = 0, 255
_TYPE, _SERVER, _WANTED, _VENDOR = 53, 54, 55, 60
_DISCOVER, _OFFER = 1, 2
_NOBODY = bytes(4)


@dataclass(frozen=True, slots=True)
class Offer:
    """`server` is who answers, `address` what it would give."""

    server: IPv4Address
    address: IPv4Address


def discover(number: int, mac: bytes, vendor_class: str) -> bytes:
    """A question of nobody's, which takes no address; answers are to come to everybody, as who asks has
    none.
    """
    options = (
        _option(_TYPE, bytes([_DISCOVER]))
        + _option(_VENDOR, vendor_class.encode())
        + _option(_WANTED, bytes([1, 3, 6]))
        + bytes([_END])
    )
    head = _HEAD.pack(
        *(_REQUEST, 1, 6, 0, number, 0, _BROADCAST),
        *(_NOBODY, _NOBODY, _NOBODY, _NOBODY, mac.ljust(16, b"\0"), bytes(64), bytes(128)),
    )
    return (head + _COOKIE + options).ljust(300, b"\0")  # some answer no shorter one


def offer_in(packet: bytes, number: int) -> Offer | None:
    """None for everything that is no answer to the question of that number."""
    if len(packet) < _HEAD.size + len(_COOKIE):
        return None
    kind, _, _, _, answered, _, _, _, address, sender, *_ = _HEAD.unpack_from(packet)
    rest = packet[_HEAD.size :]
    if kind != _REPLY or answered != number or not rest.startswith(_COOKIE):
        return None
    options = _options(rest[len(_COOKIE) :])
    if options.get(_TYPE) != bytes([_OFFER]):
        return None
    server = options.get(_SERVER, sender)
    return Offer(IPv4Address(server if len(server) == 4 else sender), IPv4Address(address))


def _option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


def _options(packed: bytes) -> dict[int, bytes]:
    """As far as they are whole."""
    found: dict[int, bytes] = {}
    place = 0
    while place < len(packed) and packed[place] != _END:
        code = packed[place]
        if code == _PAD:
            place += 1
            continue
        length = packed[place + 1] if place + 1 < len(packed) else 256
        value = packed[place + 2 : place + 2 + length]
        if len(value) < length:
            break
        found.setdefault(code, value)
        place += 2 + length
    return found
