"""Rules for addresses a person writes: a camera's URL, the broker, where to listen.

They never quote a text in which a password could stand.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from gcam_addon.config.model import MqttMode, MqttSettings, PushSettings, WebSettings
from gcam_addon.config.rules import Rule, Wrong, shown
from gcam_addon.config.written_url import escaped, is_ambiguous
from gcam_addon.log.setup import MASK
from gcam_addon.words.reason import Reason, because

MQTT_TLS_PORT = 8883
"""Where brokers listen for TLS, when no port is given."""


def camera_url(value: Any) -> str:
    """An http(s) or rtsp(s) URL, a host without its scheme, or a file or folder (`file://…`, `/…`, `~/…`,
    `./…`).

    Kept as written, so a person finds it again; `wire.address` reads it.
    """
    if not isinstance(value, str):
        raise Wrong(because("no_text_at_all", wanted=because("give_camera_address")))
    text = value.strip()
    if is_file(text):
        return _file(text)
    if text.lower().startswith("push:"):
        return _push(text)
    if text.lower().startswith("rpicam:"):
        if not re.fullmatch(r"rpicam://\d{0,2}/?", text):
            raise Wrong(because("give_pi_address"))
        return text
    url = text if "://" in text else f"http://{text}"
    if _RTSP.match(url):
        if is_ambiguous(url.partition("://")[2]):
            raise Wrong(because("address_ambiguous"))
        url = escaped(url)
    parts = _split(url, ("http", "https", "rtsp", "rtsps"), because("give_camera_address"))
    if MASK in (parts.password, parts.username) or f"={MASK}" in parts.query:
        raise Wrong(because("hidden_secret", mask=MASK))
    return text


def _camera_url_hd(value: Any) -> str:
    text = camera_url(value)
    if is_file(text):
        raise Wrong(because("hd_no_file"))
    if text.lower().startswith("push:"):
        raise Wrong(because("hd_no_push"))
    return text


camera_url_hd = Rule(_camera_url_hd, {"type": "string"}, because("give_camera_address"))
"""The same of a camera's second address, which is no file."""


def broker(value: Any) -> MqttSettings:
    """`off`, `embedded` or `mqtt://[USER:PASSWORD@]HOST[:PORT]`, `mqtts://…` for TLS."""
    remedy = because("give_broker_address")
    if not isinstance(value, str):
        raise Wrong(because("no_text_at_all", wanted=remedy))
    text = value.strip()
    if text.lower() in (MqttMode.OFF, MqttMode.EMBEDDED):
        return MqttSettings(mode=MqttMode(text.lower()))
    parts = _split(text, ("mqtt", "mqtts"), remedy)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Wrong(because("after_port", wanted=remedy))
    if parts.password and not parts.username:
        raise Wrong(because("password_but_no_user"))
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
    usual = WebSettings()
    host, port = _place(value)
    return WebSettings(host=host or usual.host, port=usual.port if port is None else port)


def listen_for_cameras(value: Any) -> PushSettings:
    """As `listen`, where cameras dial in."""
    usual = PushSettings()
    host, port = _place(value)
    return PushSettings(host=host or usual.host, port=usual.port if port is None else port)


def _place(value: Any) -> tuple[str | None, int | None]:
    """Host and port, as far as they are given."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Wrong(because("no_listen_address", value=shown(value)))
    text = value.strip()
    if text.isascii() and text.isdigit():
        return None, _port(text)
    if _is_ipv6(text):
        return text, None
    match = _LISTEN.fullmatch(text)
    if not text or match is None or (match["ipv6"] and not _is_ipv6(match["ipv6"])):
        raise Wrong(because("no_listen_address", value=shown(value)))
    port = None if match["port"] is None else _port(match["port"])
    return match["ipv6"] or match["host"], port


def page_address(value: Any) -> str:
    """`http(s)://HOST[:PORT][/PATH]`, where Gcam's page is reached; without the slash at its end."""
    remedy = because("give_page_address")
    if not isinstance(value, str):
        raise Wrong(because("no_text_at_all", wanted=remedy))
    text = value.strip()
    parts = _split(text, ("http", "https"), remedy)
    if parts.username is not None or parts.query or parts.fragment or text[-1] in "?#":
        raise Wrong(remedy)
    return text.rstrip("/")


def is_file(url: str) -> bool:
    """Whether a camera's address is plainly a file or folder of this machine."""
    return _FILE.match(url) is not None


_LISTEN = re.compile(r"(?:\[(?P<ipv6>[^\]]+)\]|(?P<host>[A-Za-z0-9_.-]*))(?::(?P<port>[0-9]{1,6}))?")
_FILE = re.compile(r"file://|[/\\]|~|\.\.?[/\\]|[A-Za-z]:[\\/](?!/)", re.IGNORECASE)
_RTSP = re.compile(r"rtsps?://", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f:.]+(?:%[\w.-]+)?")
_URL_MAX_LENGTH = 2000


def _push(text: str) -> str:
    """`push://gcam`; its key, once there is one, is put in by Gcam."""
    parts = _split(text, ("push",), because("give_push_address"))
    if parts.hostname != "gcam" or parts.port or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Wrong(because("give_push_address"))
    if MASK in (parts.password, parts.username):
        raise Wrong(because("hidden_secret", mask=MASK))
    return text


def _file(text: str) -> str:
    if len(text) > _URL_MAX_LENGTH or not text.isprintable():
        raise Wrong(because("path_unusable"))
    if text.lower().startswith("file://"):
        try:
            parts = urlsplit(text)
            path = parts.path if parts.port is None else ""
        except ValueError:  # also a port that is none
            path = ""
        if not path.strip("/"):
            raise Wrong(because("path_missing"))
        return text
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise Wrong(because("home_unknown")) from None
    return text


def _split(text: str, schemes: tuple[str, ...], remedy: Reason) -> SplitResult:
    """A URL's parts: known scheme, host there, port valid."""
    if len(text) > _URL_MAX_LENGTH:
        raise Wrong(because("url_long", given=len(text), wanted=remedy))
    if not text.isprintable() or " " in text:
        raise Wrong(because("url_blanks", wanted=remedy))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text quotes the port, which may be a part of a password: not chained
        raise Wrong(because("url_unclear", wanted=remedy)) from None
    if "://" not in text or not parts.scheme:
        raise Wrong(because("url_no_scheme", scheme=schemes[0], wanted=remedy))
    if parts.scheme not in schemes:
        raise Wrong(because("url_scheme", scheme=shown(parts.scheme), wanted=remedy))
    if not host or not _HOST.fullmatch(host):
        raise Wrong(because("url_no_host", wanted=remedy))
    if port == 0:
        raise Wrong(because("url_port_0", address=shown(f"{parts.scheme}://{host}:0"), wanted=remedy))
    return parts


def _port(text: str) -> int:
    if int(text) > 65535:
        raise Wrong(because("port_high", port=text))
    return int(text)


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
