"""Rules for addresses a person writes: a camera's URL, the broker, where to listen.

They never quote a text in which a password could stand.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import voluptuous as vol

from gcam_addon.config.model import MqttMode, MqttSettings, WebSettings
from gcam_addon.config.rules import shown
from gcam_addon.log.setup import MASK

MQTT_TLS_PORT = 8883
"""Where brokers listen for TLS, when no port is given."""


def camera_url(value: Any) -> str:
    """An http or https URL, a host without its scheme, or a file or folder (`file://…`, `/…`, `~/…`, `./…`).

    Kept as written, so a person finds it again; `wire.address` reads it.
    """
    if not isinstance(value, str):
        raise vol.Invalid(f"it is no text; {_CAMERA_REMEDY}")
    text = value.strip()
    if is_file(text):
        return _file(text)
    parts = _split(text if "://" in text else f"http://{text}", ("http", "https"), _CAMERA_REMEDY)
    if MASK in (parts.password, parts.username) or f"={MASK}" in parts.query:
        raise vol.Invalid(f"a secret in it is hidden as {MASK}; write it in full, or leave url as it is")
    return text


def broker(value: Any) -> MqttSettings:
    """`off`, `embedded` or `mqtt://[USER:PASSWORD@]HOST[:PORT]`, `mqtts://…` for TLS."""
    remedy = "give off, embedded, mqtt://[USER:PASSWORD@]HOST[:PORT] or mqtts://… for TLS"
    if not isinstance(value, str):
        raise vol.Invalid(f"it is no text; {remedy}")
    text = value.strip()
    if text.lower() in (MqttMode.OFF, MqttMode.EMBEDDED):
        return MqttSettings(mode=MqttMode(text.lower()))
    parts = _split(text, ("mqtt", "mqtts"), remedy)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise vol.Invalid(
            f"there is something after host and port; {remedy} (a password's / is written %2F, ? %3F, # %23)"
        )
    if parts.password and not parts.username:
        raise vol.Invalid("there is a password but no user; give mqtt://USER:PASSWORD@HOST")
    tls = parts.scheme == "mqtts"
    return MqttSettings(
        mode=MqttMode.BROKER,
        host=parts.hostname or "",
        port=parts.port or (MQTT_TLS_PORT if tls else MqttSettings().port),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


def listen(value: Any) -> WebSettings:
    """`HOST:PORT`, `HOST`, `:PORT` or `PORT`; an IPv6 address in brackets where a port follows.

    Port 0 takes any free one.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise vol.Invalid(f"{shown(value)} is no address; {_LISTEN_REMEDY}")
    text = value.strip()
    if text.isascii() and text.isdigit():
        return WebSettings(port=_port(text))
    if _is_ipv6(text):
        return WebSettings(host=text)
    match = _LISTEN.fullmatch(text)
    if not text or match is None or (match["ipv6"] and not _is_ipv6(match["ipv6"])):
        raise vol.Invalid(f"{shown(value)} is no address; {_LISTEN_REMEDY}")
    settings = WebSettings(host=match["ipv6"] or match["host"] or WebSettings().host)
    return settings if match["port"] is None else replace(settings, port=_port(match["port"]))


def is_file(url: str) -> bool:
    """Whether a camera's address is plainly a file or folder of this machine."""
    return _FILE.match(url) is not None


_LISTEN_REMEDY = "give HOST:PORT, such as 127.0.0.1:8099, 0.0.0.0:8099 or [::]:8099"
_LISTEN = re.compile(r"(?:\[(?P<ipv6>[^\]]+)\]|(?P<host>[A-Za-z0-9_.-]*))(?::(?P<port>[0-9]{1,6}))?")
_CAMERA_REMEDY = (
    "give the camera's address, such as http://192.168.1.50 or http://USER:PASSWORD@HOST:81/stream"
)
_FILE = re.compile(r"file://|[/\\]|~|\.\.?[/\\]|[A-Za-z]:[\\/](?!/)", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f:.]+(?:%[\w.-]+)?")
_URL_MAX_LENGTH = 2000


def _file(text: str) -> str:
    if len(text) > _URL_MAX_LENGTH or not text.isprintable():
        raise vol.Invalid("it is no usable path; give a shorter one without control characters")
    if text.lower().startswith("file://"):
        try:
            parts = urlsplit(text)
            path = parts.path if parts.port is None else ""
        except ValueError:  # also a port that is none
            path = ""
        if not path.strip("/"):
            raise vol.Invalid("there is no path in it; give file:///PATH")
        return text
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise vol.Invalid("the home folder it begins with is unknown; give the full path") from None
    return text


def _split(text: str, schemes: tuple[str, ...], remedy: str) -> SplitResult:
    """A URL's parts: known scheme, host there, port valid."""
    if len(text) > _URL_MAX_LENGTH:
        raise vol.Invalid(f"it is too long ({len(text)} characters); {remedy}")
    if not text.isprintable() or " " in text:
        raise vol.Invalid(f"there are blanks or control characters in it; {remedy}")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text quotes the port, which may be a part of a password: not chained
        raise vol.Invalid(f"host or port can't be understood; {remedy}") from None
    if "://" not in text or not parts.scheme:
        raise vol.Invalid(f"there is no {schemes[0]}:// at its front; {remedy}")
    if parts.scheme not in schemes:
        raise vol.Invalid(f"{shown(parts.scheme)} addresses are not supported; {remedy}")
    if not host or not _HOST.fullmatch(host):
        raise vol.Invalid(f"there is no usable host in it; {remedy}")
    if port == 0:
        raise vol.Invalid(f"{shown(f'{parts.scheme}://{host}:0')} has port 0; {remedy}")
    return parts


def _port(text: str) -> int:
    if int(text) > 65535:
        raise vol.Invalid(f"{text} is too high for a port; give one from 0 to 65535")
    return int(text)


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
