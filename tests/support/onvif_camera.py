"""ONVIF cameras of two kinds over real sockets: one takes WS-UsernameToken and knows the older
media service only, the other takes HTTP's Digest and tells H.265 by the newer one.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from xml.etree import ElementTree as ET

from aiohttp import web

from gcam_addon.clock import Clock
from tests.support.apps import RunningApp

USER, PASSWORD = "admin", "pä&<ss>\"'1"
BEHIND = "192.168.1.108"
"""What a camera behind a router tells as its own address."""

_FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" \
xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" \
xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" \
xmlns:ter="http://www.onvif.org/ver10/error"><SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>"""

_FAULT = """<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:{who}</SOAP-ENV:Value><SOAP-ENV:Subcode>\
<SOAP-ENV:Value>ter:{code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>\
<SOAP-ENV:Text xml:lang="en">{text}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>"""


def fault(code: str, text: str, who: str = "Sender") -> str:
    return _FAULT.format(who=who, code=code, text=text)


@dataclass
class OnvifCamera:
    """`answers`: bytes that it says instead to requests of that name. `bodies`: what it was sent. With `tls`
    it speaks https, and tells so.
    """

    clock: Clock
    takes: str
    ahead: timedelta = timedelta()
    told_host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    answers: dict[str, bytes] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    port: int = 0
    media_port: int = 0
    _nonces: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/onvif/device_service"

    @property
    def scheme(self) -> str:
        return "http" if self.tls is None else "https"

    async def answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.bodies.append(text)
        root = ET.fromstring(text)
        body = root.find("{http://www.w3.org/2003/05/soap-envelope}Body")
        assert body is not None
        name = body[0].tag.rpartition("}")[2]
        namespace = body[0].tag.partition("}")[0][1:]
        if name != "GetSystemDateAndTime" and (refusal := self._refusal(request, root)) is not None:
            return refusal
        if name in self.answers:
            return web.Response(body=self.answers[name], content_type="application/soap+xml")
        made = self._said(name, namespace, body[0])
        status = 400 if "Fault" in made else 200
        return web.Response(text=_FRAME.format(made), content_type="application/soap+xml", status=status)

    def _refusal(self, request: web.Request, root: ET.Element) -> web.Response | None:
        if self.takes == "token":
            if self._knows(root):
                return None
            return web.Response(
                text=_FRAME.format(fault("NotAuthorized", "Sender not authorized")), status=400
            )
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', request.headers.get("Authorization", "")))
        if given.get("nonce") in self._nonces and self._knows_digest(given, request):
            return None
        nonce = secrets.token_hex(8)
        self._nonces.add(nonce)
        challenge = f'Digest qop="auth", realm="IP Camera", nonce="{nonce}", stale="FALSE"'
        return web.Response(status=401, text="<html>401</html>", headers={"WWW-Authenticate": challenge})

    def _knows(self, root: ET.Element) -> bool:
        found = {element.tag.rpartition("}")[2]: element.text or "" for element in root.iter()}
        if found.get("Username") != USER or found.get("Nonce", "") in {"", *self._nonces}:
            return False
        self._nonces.add(found["Nonce"])
        created = datetime.strptime(found["Created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        made = hashlib.sha1(
            b64decode(found["Nonce"]) + found["Created"].encode() + PASSWORD.encode()
        ).digest()
        return found["Password"] == b64encode(made).decode() and abs(created - self._now()) < timedelta(
            seconds=30
        )

    def _knows_digest(self, given: dict[str, str], request: web.Request) -> bool:
        def md5(*parts: str) -> str:
            return hashlib.md5(":".join(parts).encode()).hexdigest()

        secret, what = md5(USER, "IP Camera", PASSWORD), md5(request.method, request.path_qs)
        wanted = md5(secret, given["nonce"], given["nc"], given["cnonce"], "auth", what)
        return (given["username"], given["response"]) == (USER, wanted)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.wall(), UTC) + self.ahead

    def _said(self, name: str, namespace: str, asked: ET.Element) -> str:
        is_new = namespace.endswith("ver20/media/wsdl")
        known: dict[str, Callable[[], str]] = {
            "GetSystemDateAndTime": self._time,
            "GetDeviceInformation": self._information,
            "GetServices": self._services,
            "GetCapabilities": self._capabilities,
            "GetProfiles": _new_profiles if is_new else _old_profiles,
            "GetStreamUri": lambda: self._stream(asked, is_new=is_new),
            "GetSnapshotUri": self._snapshot,
        }
        return known[name]()

    def _time(self) -> str:
        now = self._now()
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime>"
            "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _information(self) -> str:
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>Eye 4"
            "</tds:Model><tds:FirmwareVersion>1.2.3 build 45</tds:FirmwareVersion><tds:SerialNumber>7"
            "</tds:SerialNumber></tds:GetDeviceInformationResponse>"
        )

    def _services(self) -> str:
        if self.takes == "token":
            return fault("ActionNotSupported", "Optional Action Not Implemented", "Receiver")
        kinds = ("ver10/device", "ver10/media", "ver20/media", "ver20/ptz")
        told = "".join(
            f"<tds:Service><tds:Namespace>http://www.onvif.org/{kind}/wsdl</tds:Namespace><tds:XAddr>"
            f"{self.scheme}://{self.told_host}:{self.media_port}/onvif/{kind[-5:]}</tds:XAddr></tds:Service>"
            for kind in kinds
        )
        return f"<tds:GetServicesResponse>{told}</tds:GetServicesResponse>"

    def _capabilities(self) -> str:
        at = f"{self.scheme}://{self.told_host}:{self.port}/onvif"
        return (
            f"<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>{at}/device_service</tt:XAddr>"
            f"</tt:Device><tt:Events><tt:XAddr>{at}/events</tt:XAddr></tt:Events><tt:Media><tt:XAddr>"
            f"{at}/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def _stream(self, asked: ET.Element, *, is_new: bool) -> str:
        wanted = next(one.text for one in asked.iter() if one.tag.endswith("}ProfileToken"))
        uri = f"rtsp://{self.told_host}:554/live?channel=1&amp;profile={wanted}"
        if is_new:
            return f"<tr2:GetStreamUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetStreamUriResponse>"
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri><tt:Timeout>PT0S</tt:Timeout>"
            "</trt:MediaUri></trt:GetStreamUriResponse>"
        )

    def _snapshot(self) -> str:
        if self.takes == "digest":
            return fault("ActionNotSupported", "none", "Receiver")
        return (
            f"<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>http://{self.told_host}/snap.jpg</tt:Uri>"
            "</trt:MediaUri></trt:GetSnapshotUriResponse>"
        )


def _old_profiles() -> str:
    def one(token: str, codec: str, width: int, height: int) -> str:
        return (
            f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token} stream</tt:Name>'
            '<tt:VideoSourceConfiguration token="v"><tt:Name>source</tt:Name></tt:VideoSourceConfiguration>'
            f'<tt:VideoEncoderConfiguration token="e{token}"><tt:Name>enc</tt:Name><tt:Encoding>{codec}'
            f"</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
            "</tt:Resolution><tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit></tt:RateControl>"
            "</tt:VideoEncoderConfiguration></trt:Profiles>"
        )

    profiles = (
        one("main", "H264", 2560, 1440), one("sub", "H264", 640, 360), one("tiny", "H264", 320, 180),
        one("old", "MPEG4", 800, 600),
        '<trt:Profiles token="bare"><tt:Name>no video</tt:Name></trt:Profiles>',
    )  # fmt: skip
    return f"<trt:GetProfilesResponse>{''.join(profiles)}</trt:GetProfilesResponse>"


def _new_profiles() -> str:
    def one(token: str, codec: str, width: int, height: int) -> str:
        return (
            f'<tr2:Profiles token="{token}"><tr2:Name>{token}</tr2:Name><tr2:Configurations>'
            f'<tr2:VideoEncoder token="e" GovLength="50"><tt:Encoding>{codec}</tt:Encoding><tt:Resolution>'
            f"<tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:RateControl>"
            "<tt:FrameRateLimit>12.5</tt:FrameRateLimit></tt:RateControl></tr2:VideoEncoder>"
            "</tr2:Configurations></tr2:Profiles>"
        )

    profiles = one("101", "H265", 3840, 2160), one("102", "H264", 704, 576)
    return f"<tr2:GetProfilesResponse>{''.join(profiles)}</tr2:GetProfilesResponse>"


@asynccontextmanager
async def onvif_camera(camera: OnvifCamera) -> AsyncIterator[OnvifCamera]:
    app = web.Application()
    app.router.add_post("/onvif/{service:.*}", camera.answer)
    served = RunningApp(app)
    await served.start()
    try:
        camera.port = await served.listen(tls=camera.tls)
        camera.media_port = await served.listen(tls=camera.tls)
        yield camera
    finally:
        await served.stop()


MATCH = """<?xml version="1.0" encoding="utf-8"?><env:Envelope \
xmlns:env="http://www.w3.org/2003/05/soap-envelope" \
xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">\
<env:Body><d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>\
onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%20door \
onvif://www.onvif.org/hardware/Eye-4</d:Scopes><d:XAddrs>{urls}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>\
</env:Body></env:Envelope>"""


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert b"discovery/Probe<" in data
        assert self._transport is not None
        for answer in self._answers:
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def answering_probes(*answers: bytes) -> AsyncIterator[tuple[str, int]]:
    """Where questions for cameras are answered like this."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Answering(list(answers)), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")
    finally:
        transport.close()
