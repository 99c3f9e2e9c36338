"""The only way to Gcam: its HTTP API and its one WebSocket, with typed results. Knows nothing of entities.

GcamError ├ CannotConnect ─ BadCertificate ├ InvalidAuth ├ Forbidden ├ NotFound ├ NotGcam ├ TooOld └ Refused
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from http import HTTPStatus

import aiohttp
from yarl import URL

from .const import API_LEVEL
from .models import Camera, Clip, Gcam, Info, Json, Message, Panel, parse_message
from .recordings import Export, Picture, Recordings

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ENDLESS = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
_HEARTBEAT_S = 20.0
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_USER = "token"


class GcamError(Exception):
    """Gcam can't be asked, or does not do what it was asked for."""


class CannotConnect(GcamError):
    """Nothing answers there, or not in time."""


class BadCertificate(CannotConnect):
    """It is spoken to over TLS, and its certificate is not trusted."""


class InvalidAuth(GcamError):
    """It does not know the token."""


class Forbidden(GcamError):
    """The token does not allow it."""


class NotFound(GcamError):
    """There is no such camera, clip or export."""


class NotGcam(GcamError):
    """Something else answers there."""


class TooOld(GcamError):
    """The integration needs a newer Gcam."""


class Refused(GcamError):
    """Gcam says no. `code` is stable, `message` a sentence in the language it was asked in."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class GcamClient:
    """One Gcam at `url`, asked with `token`. Every method raises `GcamError`.

    What Gcam says is passed on to people, so it is asked to speak their `language`: it knows all of its
    sentences, also those of versions to come, which texts of ours could only repeat.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, language: str = "en") -> None:
        self.url = URL(url)
        self._session = session
        self._token = token
        self._language = language

    async def info(self) -> Info:
        """What it says to anybody. Raises `NotGcam` and `TooOld`."""
        try:
            body = await self._json("GET", "info", authorized=False)
            if body["product"] != "gcam":
                raise NotGcam(f"{body['product']} answers at {self.url}")
            info = Info.parse(body)
        except (NotFound, Refused, InvalidAuth, Forbidden, KeyError, TypeError, ValueError) as error:
            raise NotGcam(f"what answers at {self.url} is no Gcam") from error
        if info.api_level < API_LEVEL:
            raise TooOld(f"Gcam at {self.url} speaks level {info.api_level}, needed is {API_LEVEL}")
        return info

    async def hello(self) -> Gcam:
        """Everything there is to know, now."""
        async with aclosing(self._listen(heartbeat_s=None)) as messages:
            async for message in messages:
                if isinstance(message, Gcam):
                    return message
        raise CannotConnect(f"{self.url} hung up")

    async def panel(self) -> Panel:
        """How its guard can be armed."""
        with _translated(self.url):
            return Panel.parse(await self._json("GET", "guard"))

    async def arm(self, mode_id: str, *, code: str | None, by: str | None) -> None:
        """`by`: the name of the user who wants it."""
        await self._json("POST", "guard/arm", body={"mode_id": mode_id, "code": code, "by": by})

    async def disarm(self, *, code: str | None, by: str | None) -> None:
        await self._json("POST", "guard/disarm", body={"code": code, "by": by})

    async def trigger(self) -> None:
        """An alarm by hand."""
        await self._json("POST", "guard/trigger")

    def messages(self) -> AsyncGenerator[Message]:
        """Everything, then what changes. Ends when Gcam hangs up; raises when it can't be reached."""
        return self._listen(heartbeat_s=_HEARTBEAT_S)

    async def snapshot(self, camera_id: str) -> bytes:
        """The newest picture, JPEG."""
        return await self._bytes(f"cameras/{camera_id}/snapshot.jpg")

    async def picture(self, camera_id: str) -> Picture:
        """The newest picture, and when it came."""
        async with self.open(f"cameras/{camera_id}/snapshot.jpg") as response:
            with _translated(self.url):
                return Picture.parse(await response.read(), response.headers)

    @asynccontextmanager
    async def mjpeg(self, camera_id: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Live pictures without end, `multipart/x-mixed-replace`."""
        async with self.open(f"cameras/{camera_id}/stream.mjpg") as response:
            yield response

    def h264_url(self, camera_id: str, *, hd: bool = False) -> str:
        """Live pictures as H.264 in MPEG-TS, with the token in the address: for FFmpeg and go2rtc, which take
        nothing but an address. Home Assistant hides such credentials in its logs. `hd`: of the camera's
        second address while that is there.
        """
        url = self._api(f"cameras/{camera_id}/live.ts").with_user(_USER).with_password(self._token)
        return str(url.with_query(hd=1) if hd else url)

    async def switch(self, camera_id: str, **settings: bool | int) -> Camera:
        """Turns `enabled`, `privacy`, `detection`, `recording` on or off, or sets `sensitivity` (1..100)."""
        with _translated(self.url):
            return Camera.parse(await self._json("PATCH", f"cameras/{camera_id}/switches", body=settings))

    async def light(self, camera_id: str, *, on: bool, level: int | None = None) -> None:
        """Switches the lamp; `level` in percent, None: as brightly as it shone last."""
        body = {"on": on} if level is None else {"on": on, "level": level}
        with _translated(self.url):
            await self._json("PUT", f"cameras/{camera_id}/light", body=body)

    async def record(self, camera_id: str, duration_s: float) -> None:
        """Records from now on for so long; 0 stops."""
        await self._json("POST", f"cameras/{camera_id}/record", body={"seconds": duration_s})

    async def clip(self, clip_id: str) -> Clip:
        with _translated(self.url):
            return Clip.parse(await self._json("GET", f"clips/{clip_id}"))

    async def clips(
        self,
        camera_id: str | None = None,
        *,
        after: datetime | None = None,
        before: datetime | None = None,
        older_than: str | None = None,
        zone: str | None = None,
        kind: str | None = None,
        limit: int = 100,
    ) -> list[Clip]:
        """Newest first; the next page begins with `older_than` set to the last one's id."""
        query = {
            "camera": camera_id,
            "after": None if after is None else after.timestamp(),
            "before": None if before is None else before.timestamp(),
            "older_than": older_than,
            "zone": zone,
            "kind": kind,
            "limit": limit,
        }
        with _translated(self.url):
            body = await self._json("GET", "clips", query=query)
            return [Clip.parse(clip) for clip in body["clips"]]

    async def recordings(self, camera_id: str | None = None, *, timezone: str) -> Recordings:
        """Which days of `timezone` and which cameras there are recordings of."""
        query = {"camera": camera_id, "timezone": timezone}
        with _translated(self.url):
            return Recordings.parse(await self._json("GET", "days", query=query))

    async def protect(self, clip_id: str, *, protected: bool) -> Clip:
        """Whether it is kept from every clean-up."""
        change = {"protected": protected}
        with _translated(self.url):
            return Clip.parse(await self._json("PATCH", f"clips/{clip_id}", body=change))

    async def thumbnail(self, clip_id: str) -> bytes:
        """JPEG."""
        return await self._bytes(f"clips/{clip_id}/thumbnail.jpg")

    async def add_export(self, camera_id: str, after: datetime, before: datetime) -> Export:
        """Begins to join what a camera recorded between two moments. `NotFound`: that is nothing."""
        body = {"camera": camera_id, "after": after.timestamp(), "before": before.timestamp()}
        with _translated(self.url):
            return Export.parse(await self._json("POST", "exports", body=body))

    async def export(self, export_id: str) -> Export:
        with _translated(self.url):
            return Export.parse(await self._json("GET", f"exports/{export_id}"))

    async def remove_export(self, export_id: str) -> None:
        async with self.open(f"exports/{export_id}", method="DELETE"):
            return

    async def download(self, path: str) -> AsyncGenerator[bytes]:
        """A file below `/api/v1/`, as it comes, to its end."""
        async with self.open(path) as response:
            with _translated(self.url):
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk

    @asynccontextmanager
    async def open(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        passing: Collection[int] = (),
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer that is read as it comes, below `/api/v1/`: video, pictures. Errors while it is read are
        aiohttp's own. A status of `passing` is an answer, not an error.
        """
        with _translated(self.url):
            response = await self._session.request(
                method, self._api(path), headers={**self._headers, **(headers or {})}, timeout=_ENDLESS
            )
        try:
            with _translated(self.url):
                if response.status not in passing:
                    await _check(response)
            yield response
        finally:
            response.close()

    async def _listen(self, heartbeat_s: float | None) -> AsyncGenerator[Message]:
        with _translated(self.url):
            async with self._session.ws_connect(
                self._api("events"),
                headers=self._headers,
                heartbeat=heartbeat_s,
                max_msg_size=_MAX_MESSAGE_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            ) as socket:
                async for raw in socket:
                    if raw.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    message = parse_message(json.loads(raw.data))
                    if message is not None:
                        yield message

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", **self._spoken}

    @property
    def _spoken(self) -> dict[str, str]:
        return {"Accept-Language": self._language}

    def _api(self, path: str) -> URL:
        return self.url / f"api/v1/{path}"

    async def _bytes(self, path: str) -> bytes:
        with _translated(self.url):
            async with self._session.get(
                self._api(path), headers=self._headers, timeout=_TIMEOUT
            ) as response:
                await _check(response)
                return await response.read()

    async def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | float | None] | None = None,
        body: Json | None = None,
        authorized: bool = True,
    ) -> Json:
        wanted = {key: value for key, value in (query or {}).items() if value is not None}
        with _translated(self.url):
            async with self._session.request(
                method,
                self._api(path),
                params=wanted,
                json=body,
                headers=self._headers if authorized else self._spoken,
                timeout=_TIMEOUT,
            ) as response:
                await _check(response)
                answer: Json = await response.json()
                return answer


class _translated:  # noqa: N801
    """Turns aiohttp's errors, and those of reading an answer, into `GcamError`."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        match error:
            case aiohttp.ClientConnectorCertificateError():
                raise BadCertificate(f"the certificate of {self._url} is not trusted") from error
            case aiohttp.WSServerHandshakeError(status=HTTPStatus.UNAUTHORIZED):
                raise InvalidAuth("Gcam does not know the token") from error
            case aiohttp.WSServerHandshakeError(status=HTTPStatus.FORBIDDEN):
                raise Forbidden("the token does not allow to listen") from error
            case aiohttp.ContentTypeError() | KeyError() | TypeError() | ValueError():
                raise NotGcam(f"{self._url} answers what Gcam would not: {error!r}") from error
            case aiohttp.ClientError() | TimeoutError() | OSError():
                raise CannotConnect(f"{self._url} can't be reached: {error or repr(error)}") from error


async def _check(response: aiohttp.ClientResponse) -> None:
    """Raises what an error answer means."""
    if response.status < HTTPStatus.BAD_REQUEST:
        return
    code, message = await _reason(response)
    match response.status:
        case HTTPStatus.UNAUTHORIZED:
            raise InvalidAuth(message)
        case HTTPStatus.FORBIDDEN:
            raise Forbidden(message)
        case HTTPStatus.NOT_FOUND:
            raise NotFound(message)
        case _:
            raise Refused(code, message)


async def _reason(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """(code, message) of Gcam's error, or as well as can be told of somebody else's."""
    try:
        error = (await response.json())["error"]
        return str(error["code"]), str(error["message"])
    except aiohttp.ContentTypeError, KeyError, TypeError, ValueError:
        return "http", f"HTTP {response.status}"
