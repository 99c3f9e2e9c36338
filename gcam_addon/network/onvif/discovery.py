"""WS-Discovery: one question to everybody in the network, and who answers that it is an ONVIF camera."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import uuid4

from gcam_addon.errors import ProtocolError
from gcam_addon.network.onvif.messages import shown
from gcam_addon.network.onvif.xml import read

GROUP = ("239.255.255.250", 3702)

_AGAIN_S = 0.5
_MAX_HEARD = 256
_MAX_URL = 500
_MAX_URLS = 16
_MAX_BYTES = 16 * 1024
"""Cameras say 2 or 3 kB. Anybody may answer, as often as they like, and reading costs."""
_log = logging.getLogger(__name__)

_PROBE = """<?xml version="1.0" encoding="utf-8"?>\
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" \
xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>\
<w:MessageID>uuid:{id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>\
<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>\
<e:Body><d:Probe/></e:Body></e:Envelope>"""


@dataclass(frozen=True, slots=True)
class Discovered:
    """A camera that said so. `url` is that of its ONVIF service, on the host which answered."""

    address: str
    url: str
    name: str
    model: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80


def question() -> bytes:
    """For everything, since some cameras answer no question for a type; `heard` tells printers apart."""
    return _PROBE.format(id=uuid4()).encode()


def heard(data: bytes, sender: str, here: Sequence[IPv4Network]) -> Discovered | None:
    """What an answer says; None for what is no camera, or came from outside of the networks `here`. Pure.

    It counts for the host that sent it alone: what it says of other hosts would have Gcam knock there.
    """
    if (
        len(data) > _MAX_BYTES
        or b"onvif" not in data.lower()
        or not any(IPv4Address(sender) in near for near in here)
    ):
        return None
    try:
        answer = read(data)
    except ProtocolError:
        return None
    match = answer.first("ProbeMatch")
    url = (
        None
        if match is None
        else _service(match.text_of("XAddrs").split(maxsplit=_MAX_URLS)[:_MAX_URLS], sender)
    )
    if match is None or url is None:
        return None
    scopes = match.text_of("Scopes").split()
    model = _scope(scopes, "hardware")
    return Discovered(sender, url, _scope(scopes, "name") or model or sender, model)


def _service(urls: Sequence[str], sender: str) -> str | None:
    """The one at the sender's own address; else the first, there: cameras behind a router, or just started,
    tell an address that is not theirs (any more).
    """
    usable = []
    for url in urls:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and len(url) <= _MAX_URL and url.isprintable():
            authority = sender if port is None else f"{sender}:{port}"
            there = urlunsplit((parts.scheme, authority, parts.path, parts.query, ""))
            usable.append((host != sender, there))
    return min(usable, key=lambda one: one[0])[1] if usable else None


def _scope(scopes: Sequence[str], kind: str) -> str:
    mark = f"//www.onvif.org/{kind}/"
    found = next((scope.partition(mark)[2] for scope in scopes if mark in scope), "")
    return shown(unquote(found))


class _Ears(asyncio.DatagramProtocol):
    def __init__(self, answers: asyncio.Queue[tuple[bytes, str]]) -> None:
        self._answers = answers

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self._answers.full():
            self._answers.put_nowait((data, addr[0]))


async def discovered(
    interfaces: Sequence[str],
    here: Sequence[IPv4Network],
    for_s: float,
    group: tuple[str, int] = GROUP,
) -> AsyncGenerator[Discovered, None]:
    """Who answers on these own addresses within `for_s`, each once; asked twice, since datagrams get lost."""
    answers: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue(_MAX_HEARD)
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + for_s
    told: set[str] = set()
    with ExitStack() as stack:
        mouths = [mouth for address in interfaces if (mouth := await _mouth(address, answers))]
        for mouth in mouths:
            stack.callback(mouth.close)
        if not mouths:
            return
        asks_s = [loop.time() + _AGAIN_S, loop.time()]
        while True:
            if asks_s and loop.time() >= asks_s[-1]:
                asks_s.pop()
                for mouth in mouths:
                    mouth.sendto(question(), group)
            try:
                async with asyncio.timeout_at(min([ends_s, *asks_s[-1:]])):
                    data, sender = await answers.get()
            except TimeoutError:
                if loop.time() >= ends_s:
                    return
                continue
            found = heard(data, sender, here)
            if found is not None and found.url not in told:
                told.add(found.url)
                yield found


async def _mouth(address: str, answers: asyncio.Queue[tuple[bytes, str]]) -> asyncio.DatagramTransport | None:
    """None where nothing can be asked from this address."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sock.bind((address, 0))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Ears(answers), sock=sock
        )
    except OSError as error:
        sock.close()
        _log.debug("cameras can't be asked for on %s: %s", address, error)
        return None
    return transport
