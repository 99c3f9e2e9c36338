"""A conversation with one ONVIF camera: log in, and ask which streams it has. Nothing is changed on it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp

from gcam_addon.clock import Clock
from gcam_addon.errors import (
    ConfigError,
    ProtocolError,
    Rejected,
    SourceError,
    Stalled,
    Unreachable,
    Untrusted,
)
from gcam_addon.network.onvif.messages import (
    DEVICE,
    MEDIA,
    MEDIA_2,
    Device,
    Profile,
    ask,
    ask_capabilities,
    ask_profiles,
    ask_services,
    ask_snapshot,
    ask_stream,
    chosen,
    clock_in,
    device_in,
    envelope,
    fault_in,
    is_about_login,
    profiles_in,
    security,
    services_in,
    uri_in,
)
from gcam_addon.network.onvif.xml import MAX_BYTES, Element, read
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.wire.certificate import unverified
from gcam_addon.wire.connection import reason_of
from gcam_addon.words.reason import because

USUAL_TARGET = "/onvif/device_service"

_TALK_S = 30.0
_ANSWER_S = 6.0
_HEADERS = {"Content-Type": "application/soap+xml; charset=utf-8", "Accept-Encoding": "identity"}
_ANSWER = aiohttp.ClientTimeout(total=_ANSWER_S, sock_connect=4.0)


@dataclass(frozen=True, slots=True)
class Stream:
    """`url` is without credentials, on the host that was asked."""

    profile: Profile
    url: str


@dataclass(frozen=True, slots=True)
class Streams:
    """What a camera has, largest first. `url` is the one to watch, `url_hd` the best: they may be one."""

    device: Device
    streams: tuple[Stream, ...]
    url: str
    url_hd: str
    snapshot_url: str | None


async def streams_of(address: HttpAddress, clock: Clock, *, verify_tls: bool = True) -> Streams:
    """With the credentials of `address`. Raises `SourceError` saying what is wrong; a password that is wanted
    or wrong is a `Rejected` of status 401.
    """
    if address.is_bare:
        address = address.at(USUAL_TARGET)
    connector = aiohttp.TCPConnector(ssl=True if verify_tls else await asyncio.to_thread(unverified))
    try:
        async with (
            asyncio.timeout(_TALK_S),
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_ANSWER,
                auto_decompress=False,
            ) as http,
        ):
            return await _Conversation(address, http, clock).streams()
    except TimeoutError as error:
        raise Stalled(because("probe_slow", address=address, seconds=_TALK_S)) from error


class _Conversation:
    def __init__(self, address: HttpAddress, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._address = address
        self._http = http
        self._clock = clock
        self._ahead = timedelta()
        self._digests: dict[str, aiohttp.DigestAuthMiddleware] = {}

    async def streams(self) -> Streams:
        await self._compare_clocks()
        device = device_in(await self._ask(self._address, ask(DEVICE, "GetDeviceInformation")))
        media, place, profiles = await self._profiles()
        found = []
        failure = ProtocolError(because("onvif_no_stream", address=self._address))
        for profile in profiles:
            try:
                answer = await self._ask(place, ask_stream(media, profile.token))
            except ProtocolError as error:  # of one that is switched off
                failure = error
                continue
            url = uri_in(answer, self._address.host, self._address.port, ("rtsp", "rtsps"))
            if url is not None:
                found.append(Stream(profile, url))
        if not found:
            raise failure
        urls = {stream.profile: stream.url for stream in found}
        watched, best = chosen(tuple(urls))
        snapshot = await self._snapshot(media, place, best)
        return Streams(device, tuple(found), urls[watched], urls[best], snapshot)

    async def _compare_clocks(self) -> None:
        """A login is by the camera's clock, and that of a camera without internet is often wrong."""
        answer = await self._ask(self._address, ask(DEVICE, "GetSystemDateAndTime"), is_open=True)
        shows = clock_in(answer)
        if shows is not None:
            self._ahead = shows - self._now()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.wall(), UTC)

    async def _profiles(self) -> tuple[str, HttpAddress, tuple[Profile, ...]]:
        """Of the newer media service, where there is one that tells any; else of the older."""
        services = await self._services()
        for media in (MEDIA_2, MEDIA):
            if media not in services:
                continue
            place = self._here(services[media])
            try:
                profiles = profiles_in(await self._ask(place, ask_profiles(media)))
            except ProtocolError:
                if media == MEDIA:
                    raise
                continue
            if profiles:
                return media, place, profiles
        raise ProtocolError(because("onvif_no_stream", address=self._address))

    async def _services(self) -> Mapping[str, str]:
        try:
            found = services_in(await self._ask(self._address, ask_services()))
        except ProtocolError:  # older than that question
            found = {}
        return found or services_in(await self._ask(self._address, ask_capabilities()))

    def _here(self, url: str) -> HttpAddress:
        """A service's place on the camera itself: the host it tells is often that behind its router."""
        try:
            told = parse(url)
        except ConfigError as error:
            raise ProtocolError(because("onvif_other", address=self._address)) from error
        if not isinstance(told, HttpAddress):
            raise ProtocolError(because("onvif_other", address=self._address))
        port = told.port if (told.host, told.scheme) == (self._address.host, self._address.scheme) else None
        return self._address.at(told.target, port)

    async def _snapshot(self, media: str, place: HttpAddress, profile: Profile) -> str | None:
        try:
            answer = await self._ask(place, ask_snapshot(media, profile.token))
        except SourceError:  # many have none
            return None
        return uri_in(answer, self._address.host, self._address.port, ("http", "https"))

    async def _ask(self, place: HttpAddress, body: str, *, is_open: bool = False) -> Element:
        """`is_open`: it is answered to everybody."""
        status, answer = await self._post(place, body, is_open=is_open)
        fault = fault_in(answer) if answer is not None else None
        if status == 401 or (fault is not None and is_about_login(fault)):
            raise self._refused()
        if fault is not None:
            raise ProtocolError(because("onvif_fault", address=self._address, fault=fault))
        if status != 200 or answer is None or answer.first("Envelope", "Body") is None:
            raise ProtocolError(because("onvif_other", address=self._address))
        return answer

    def _refused(self) -> Rejected:
        if self._address.username is None:
            return Rejected(because("wants_login", address=self._address), status=401)
        return Rejected(because("refuses_login", address=self._address), status=401)

    async def _post(self, place: HttpAddress, body: str, *, is_open: bool) -> tuple[int, Element | None]:
        """The token first; HTTP's Digest from when a camera asks for that, at each of its ports."""
        status, asks_digest, answer = await self._send(place, body, is_open=is_open)
        username, password = self._address.username, self._address.password or ""
        if status != 401 or not asks_digest or place.authority in self._digests or username is None:
            return status, answer
        self._digests[place.authority] = aiohttp.DigestAuthMiddleware(username, password)
        status, _, answer = await self._send(place, body, is_open=is_open)
        return status, answer

    async def _send(
        self, place: HttpAddress, body: str, *, is_open: bool
    ) -> tuple[int, bool, Element | None]:
        """Status, whether it asks for Digest, and the answer where it is XML."""
        digest = self._digests.get(place.authority)
        header = "" if is_open or digest else self._token()
        try:
            async with self._http.post(
                f"{place.scheme}://{place.authority}{place.target}",
                data=envelope(body, header),
                headers=_HEADERS,
                allow_redirects=False,
                middlewares=(digest,) if digest else (),
            ) as response:
                data = await _bounded(response)
                asks = any("digest" in one.lower() for one in response.headers.getall("WWW-Authenticate", ()))
                return response.status, asks, _read(data)
        except aiohttp.ClientConnectorCertificateError as error:
            raise Untrusted(reason_of(error.certificate_error, place)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise Unreachable(because("camera_unknown", address=place, host=place.host)) from error
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(reason_of(error.os_error, place)) from error
        except TimeoutError as error:
            raise Stalled(because("no_answer", address=place, seconds=_ANSWER_S)) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise ProtocolError(because("onvif_other", address=place)) from error

    def _token(self) -> str:
        if self._address.username is None:
            return ""
        nonce = secrets.token_bytes(16)
        return security(
            self._address.username, self._address.password or "", nonce, self._now() + self._ahead
        )


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for piece in response.content.iter_any():
        data += piece
        if len(data) > MAX_BYTES:
            raise ProtocolError(because("onvif_large"))
    return bytes(data)


def _read(data: bytes) -> Element | None:
    return read(data) if data.lstrip()[:1] == b"<" else None
