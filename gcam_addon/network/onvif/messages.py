"""What is asked of an ONVIF camera and what its answers mean. Pure.

SOAP 1.2; a login is a WS-UsernameToken whose password is a digest of the moment, by the camera's own clock.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from xml.sax.saxutils import escape

from gcam_addon.network.onvif.xml import Element

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA_2 = "http://www.onvif.org/ver20/media/wsdl"
"""The only one that tells H.265."""

_SCHEMA = "http://www.onvif.org/ver10/schema"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

_ENCODINGS = {"H264": "h264", "H265": "h265", "JPEG": "mjpeg"}
_ABOUT_LOGIN = ("notauthorized", "failedauthentication", "unauthorized", "authorityfailure")
_SD_WIDTH = 640
_MAX_PROFILES = 12
_MAX_TEXT = 64
_MAX_URL = 1500


@dataclass(frozen=True, slots=True)
class Device:
    """As it calls itself; each may be empty."""

    maker: str
    model: str
    version: str


@dataclass(frozen=True, slots=True)
class Profile:
    """`token` is the camera's name for it, `codec` one of Gcam's; `fps` is 0 where it is not told."""

    token: str
    name: str
    codec: str
    width: int
    height: int
    fps: float


def envelope(body: str, header: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="{_SCHEMA}">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def security(username: str, password: str, nonce: bytes, at: datetime) -> str:
    """The header that says who asks. `at`: now, by the camera's clock."""
    created = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    return (
        f'<w:Security xmlns:w="{_SECURITY}" xmlns:u="{_UTILITY}" s:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{escape(username)}</w:Username>"
        f'<w:Password Type="{_TOKEN}#PasswordDigest">{b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{_BASE64}">{b64encode(nonce).decode()}</w:Nonce>'
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )


def ask(namespace: str, name: str, inside: str = "") -> str:
    return f'<q:{name} xmlns:q="{namespace}">{inside}</q:{name}>'


def ask_capabilities() -> str:
    return ask(DEVICE, "GetCapabilities", "<q:Category>All</q:Category>")


def ask_services() -> str:
    return ask(DEVICE, "GetServices", "<q:IncludeCapability>false</q:IncludeCapability>")


def ask_profiles(media: str) -> str:
    return ask(media, "GetProfiles", "<q:Type>VideoEncoder</q:Type>" if media == MEDIA_2 else "")


def ask_stream(media: str, token: str) -> str:
    profile = f"<q:ProfileToken>{escape(token)}</q:ProfileToken>"
    if media == MEDIA_2:
        return ask(media, "GetStreamUri", f"<q:Protocol>RTSP</q:Protocol>{profile}")
    how = "<tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>"
    return ask(media, "GetStreamUri", f"<q:StreamSetup>{how}</q:StreamSetup>{profile}")


def ask_snapshot(media: str, token: str) -> str:
    return ask(media, "GetSnapshotUri", f"<q:ProfileToken>{escape(token)}</q:ProfileToken>")


def fault_in(answer: Element) -> str | None:
    """In the camera's own words, shortened; None where it is no refusal."""
    fault = answer.first("Body", "Fault")
    if fault is None:
        return None
    codes = " ".join(one.text.rpartition(":")[2] for one in fault.all("Value"))
    said = fault.text_of("Reason", "Text") or fault.text_of("faultstring")
    return shown(f"{said} {codes}", 160) or "?"


def is_about_login(fault: str) -> bool:
    plain = fault.lower().replace(" ", "")
    return any(word in plain for word in _ABOUT_LOGIN)


def clock_in(answer: Element) -> datetime | None:
    """What the camera's clock shows; None where it does not tell, or tells nonsense."""
    utc = answer.first("UTCDateTime")
    if utc is None:
        return None
    names = (("Date", "Year"), ("Date", "Month"), ("Date", "Day"),
             ("Time", "Hour"), ("Time", "Minute"), ("Time", "Second"))  # fmt: skip
    try:
        year, month, day, hour, minute, second = (int(utc.text_of(*name)) for name in names)
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def device_in(answer: Element) -> Device:
    told = (shown(answer.text_of(name)) for name in ("Manufacturer", "Model", "FirmwareVersion"))
    return Device(*told)


def services_in(answer: Element) -> dict[str, str]:
    """Where it offers which of the media services, by namespace; of both answers, new and old."""
    found = {one.text_of("Namespace"): one.text_of("XAddr") for one in answer.all("Service")}
    media = answer.text_of("Capabilities", "Media", "XAddr")
    if media:
        found[MEDIA] = media
    return {name: url for name, url in found.items() if name in {MEDIA, MEDIA_2} and url}


def profiles_in(answer: Element) -> tuple[Profile, ...]:
    """Those with pictures in a codec that Gcam knows, largest first."""
    found = []
    for one in answer.all("Profiles"):
        encoder = one.first("VideoEncoderConfiguration") or one.first("VideoEncoder")
        token = one.attributes.get("token", "")
        if encoder is None or not token or len(token) > _MAX_TEXT:
            continue
        codec = _ENCODINGS.get(encoder.text_of("Encoding").upper().replace(".", ""))
        width, height = (_whole(encoder.text_of("Resolution", side)) for side in ("Width", "Height"))
        if codec and width and height:
            name = next((child.text for child in one.children if child.name == "Name"), "")
            fps = float(_whole(encoder.text_of("RateControl", "FrameRateLimit")))
            found.append(Profile(token, shown(name) or token, codec, width, height, fps))
    found.sort(key=lambda one: (-one.width * one.height, one.token))
    return tuple(found[:_MAX_PROFILES])


def chosen(profiles: Sequence[Profile]) -> tuple[Profile, Profile]:
    """The one to watch (the smallest of at least 640 pixels' width, else the largest) and the best."""
    best = max(profiles, key=lambda one: one.width * one.height)
    enough = [one for one in profiles if one.width >= _SD_WIDTH]
    return min(enough, key=lambda one: one.width * one.height, default=best), best


def uri_in(answer: Element, host: str, port: int, schemes: Sequence[str]) -> str | None:
    """The address told, on `host`, whichever it tells: it may be the one that it has behind its router, and
    must be no other machine's. `port`: what was asked, which a web address on another host gets. Without
    credentials; None where it is unusable.
    """
    uri = answer.text_of("Body", "Uri")
    try:
        parts = urlsplit(uri)
        told = parts.port
    except ValueError:
        return None
    if parts.scheme not in schemes or not uri.isprintable() or " " in uri or len(uri) > _MAX_URL:
        return None
    if parts.scheme in {"http", "https"} and parts.hostname != host:
        told = port
    shown_host = f"[{host}]" if ":" in host else host
    authority = shown_host if told is None else f"{shown_host}:{told}"
    return urlunsplit((parts.scheme, authority, parts.path, parts.query, ""))


def shown(text: str, most: int = _MAX_TEXT) -> str:
    """What a camera says of itself, fit to be shown."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:most]


def _whole(text: str) -> int:
    """0 for what is no size or rate."""
    try:
        number = float(text[:12])
    except ValueError:
        return 0
    return int(number) if 0 < number < 100_000 else 0
