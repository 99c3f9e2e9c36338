"""Which settings there are and what each may be: JSON values in, the dataclasses of `model` out, and back.

Unknown settings and wrong values raise `ConfigError`: path, value and remedy on one line, never a secret.
Defaults are the dataclasses' own. The rules themselves are in `rules` and `addresses`; files in `load` and
`cameras`. The settings are explained to people in docs/ref/settings.md.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from gcam_addon.config.addresses import (
    MQTT_TLS_PORT,
    broker,
    camera_url,
    camera_url_hd,
    is_file,
    listen,
    listen_for_cameras,
    page_address,
)
from gcam_addon.config.model import (
    SOFTWARE,
    X264_PRESETS,
    Camera,
    DetectionSettings,
    DetectorName,
    EncoderSettings,
    IceServer,
    IngressSettings,
    LogFormat,
    LogSettings,
    MqttMode,
    MqttSettings,
    NamingSettings,
    PushSettings,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    RtspTransport,
    Settings,
    SourceSettings,
    StorageSettings,
    WebSettings,
    Zone,
)
from gcam_addon.config.network import NETWORK
from gcam_addon.config.rules import (
    Check,
    Rule,
    Wrong,
    checked,
    choice,
    flag,
    listing,
    named,
    number,
    one_of,
    optional,
    polygon,
    secret,
    section,
    shown,
    text,
    whole,
)
from gcam_addon.config.slug import SLUG_PATTERN, slug
from gcam_addon.config.written_url import divided
from gcam_addon.machine.timezone import is_timezone
from gcam_addon.model import Kind
from gcam_addon.words.reason import because

__all__ = [
    "CAMERA",
    "CHANGE",
    "LANGUAGES",
    "LOG_LEVELS",
    "camera_to_dict",
    "network",
    "parse_camera",
    "parse_log",
    "parse_options",
    "slug",
]

LOG_LEVELS = ("debug", "info", "warning", "error")
LANGUAGES = ("en", "fr")
"""Of the page and of the entities' names."""


def parse_camera(data: object, path: str = "camera") -> Camera:
    """One camera as `cameras.json` and the API write it. Raises `ConfigError`; its `field` begins with
    `path`. Without `id` one is made from `name`: whoever knows the other cameras gives one that is free.
    """
    camera: Camera = checked(_CAMERA, data, path)
    return camera


def camera_to_dict(camera: Camera, *, complete: bool = False) -> dict[str, Any]:
    """JSON values that `parse_camera` turns into an equal camera; the url is in them in full.

    Only what differs from the defaults, so a better default of a later version reaches everybody who chose
    nothing; `complete` gives every setting, for a form.
    """
    plain = _plain(camera, complete=complete)
    source = plain.pop("source")
    urls = {name: source.pop(name) for name in ("url", "url_hd") if name in source}
    rest = {name: value for name, value in plain.items() if name not in ("id", "name")}
    return {
        "id": camera.id,
        "name": camera.name,
        **urls,
        **({"source": source} if source else {}),
        **rest,
    }


def parse_options(data: object, *, data_dir: Path, path: str = "") -> Settings:
    """All settings but the cameras. `data_dir` is used where `data` names none; paths stay relative as given.
    Raises `ConfigError`; its `field` begins with `path`.
    """
    settings: Settings = checked(
        section(lambda **given: _settings(data_dir, **given), _OPTIONS, _HINTS), data, path
    )
    return settings


def parse_log(data: object, path: str) -> LogSettings:
    """The section `log` alone. Raises `ConfigError`."""
    log: LogSettings = checked(_LOG, data, path)
    return log


# -- cameras ---------------------------------------------------------------------------------------------

_DAY_S = 86_400.0
_TIB = 1024**4

_NAME = text(64)

_SOURCE: dict[str, Any] = {
    "connect_timeout_s": number(0.5, 120, "seconds"),
    "stall_timeout_s": number(1, 600, "seconds"),
    "verify_tls": flag,
    "poll_fps": number(0.1, 5, "pictures per second"),
    "rtsp_transport": choice(RtspTransport),
    "capture_size": optional(text(9, r"[1-9]\d{1,3}x[1-9]\d{1,3}", because("give_capture_size"))),
    "capture_fps": optional(number(1, 120, "pictures per second, or null")),
}

_RECORDING: dict[str, Any] = {
    "enabled": flag,
    "mode": choice(RecordingMode),
    "pre_roll_s": number(0, 120, "seconds"),
    "post_roll_s": number(0, 600, "seconds"),
    "pre_roll_max_bytes": whole(64 * 1024, 1024**3, "bytes"),
    "max_clip_s": number(5, _DAY_S, "seconds"),
    "timelapse_interval_s": number(0.1, _DAY_S, "seconds"),
    "keep_original": flag,
    "keep_days": optional(number(0.01, 36_500, "days, or null")),
    "max_bytes": optional(whole(1024**2, 1024 * _TIB, "bytes, or null")),
}


def _detection(**given: Any) -> DetectionSettings:
    detection = DetectionSettings(**given)
    if detection.idle_fps > detection.active_fps:
        raise Wrong(
            because("idle_above_active", idle=detection.idle_fps, active=detection.active_fps),
            path=["idle_fps"],
        )
    names = [zone.name.casefold() for zone in detection.zones]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise Wrong(because("zone_name_twice"), path=["zones", index, "name"])
    return detection


def _place(url: str) -> str:
    """What of an address tells one from another: neither its credentials nor how it is written."""
    before, _, rest = url.rpartition("://")
    _, host, tail = divided(rest)
    return f"{before.lower() or 'http'}://{host.lower()}{tail.rstrip('/')}"


def _camera(**given: Any) -> Camera:
    url, url_hd = given.pop("url"), given.pop("url_hd", None)
    if url_hd is not None and is_file(url):
        raise Wrong(because("hd_beside_file"), path=["url_hd"])
    if url_hd is not None and _place(url) == _place(url_hd):
        raise Wrong(because("hd_same"), path=["url_hd"])
    source = SourceSettings(url=url, url_hd=url_hd, **given.pop("source", {}))
    return Camera(id=given.pop("id", None) or slug(given["name"]), source=source, **given)


_ZONE = section(
    Zone,
    {"name": _NAME, "polygon": polygon},
    required={"name": because("zones_name"), "polygon": because("zones_corners")},
)

_DETECTION: dict[str, Any] = {
    "enabled": flag,
    "detector": choice(DetectorName),
    "sensitivity": whole(1, 100),
    "idle_fps": number(0.1, 60, "pictures per second"),
    "active_fps": number(0.1, 60, "pictures per second"),
    "scale": choice(("auto", "1/8", "1/4", "1/2")),
    "min_motion_s": number(0, 60, "seconds"),
    "event_gap_s": number(0.1, 600, "seconds"),
    "warmup_s": number(0, 600, "seconds"),
    "zones": listing(_ZONE, most=32),
    "masks": listing(polygon, most=32),
    "tamper": flag,
}

KIND = named(choice(Kind), "Kind", "Of what moved")

_WHAT_FOR = "Who says what moved, and what of it makes an event"
_NAMING: dict[str, Any] = {
    "enabled": flag,
    "kinds": listing(KIND, most=len(Kind), least=1, unique=True),
    "min_score": whole(1, 100),
    "min_size": number(0, 100, "percent"),
}

CAMERA: Mapping[str, Check] = {
    "id": text(48, SLUG_PATTERN.pattern, because("give_slug")),
    "name": _NAME,
    "url": camera_url,
    "url_hd": optional(camera_url_hd),
    "group": named(optional(text(40)), "Group", "Cameras of the same group are shown together"),
    "enabled": flag,
    "privacy": named(
        flag,
        "PrivacyMode",
        "Privacy mode: the connection is closed, nothing is seen, shown or recorded (status `privacy`)",
    ),
    "rotation": named(
        one_of((0, 90, 180, 270), "degrees"),
        "Rotation",
        "Degrees clockwise. Pictures and JPEGs are shown turned, and all coordinates are those of the turned "
        "picture. Where a change turns the picture and does not name zones or masks itself, they turn along",
    ),
    "privacy_masks": named(
        listing(polygon, most=32), "PrivacyMasks", "Blackened before anything else sees a picture"
    ),
    "make_h264": named(
        flag, "MakeH264", "Whether H.264 is made of H.265, for browsers that don't play it, while they watch"
    ),
    "idle_fps": named(
        optional(number(0, 30, "pictures per second, or null")),
        "IdleFps",
        "How many pictures a second a board with Gcam's firmware, a browser or gcam push is asked for while "
        "nothing moves and nobody watches; null or 0: always for all. What was before an event is recorded "
        "at this rate",
    ),
    "source": named(section(dict, _SOURCE, {"url": because("url_beside_name")}), "Source"),
    "detection": named(section(_detection, _DETECTION), "Detection"),
    "naming": named(section(NamingSettings, _NAMING), "Naming", _WHAT_FOR),
    "recording": named(section(RecordingSettings, _RECORDING), "Recording"),
}
"""A camera's settings, each with its rule."""

CHANGE: Mapping[str, Any] = {
    **CAMERA,
    "detection": named(section(dict, _DETECTION), "Detection"),
    "naming": named(section(dict, _NAMING), "Naming", _WHAT_FOR),
    "recording": named(section(dict, _RECORDING), "Recording"),
}
"""The same of a change, which does not say all of a section: what it does to the rest shows when merged."""

_CAMERA = section(
    _camera,
    CAMERA,
    required={"name": because("cameras_name"), "url": because("cameras_address")},
)


# -- options ---------------------------------------------------------------------------------------------


def _path(value: Any) -> Path:
    written = text(1024, wanted=because("give_path"))(value)
    try:
        return Path(written).expanduser()
    except RuntimeError:
        raise Wrong(because("home_unknown")) from None


_TOPIC = text(128, r"[^\s+#$/][^\s+#]*(?<!/)", because("give_topic"))

BROKER_HOST = text(253, r"[A-Za-z0-9_.:%-]+", because("give_broker_or_url"))

_MQTT: dict[str, Any] = {
    "mode": choice([mode for mode in MqttMode if mode is not MqttMode.SUPERVISOR]),
    "host": BROKER_HOST,
    "port": whole(1, 65535),
    "username": optional(secret(256)),
    "password": optional(secret(1024)),
    "tls": flag,
    "ca_file": optional(_path),
    "verify_tls": flag,
    "base_topic": _TOPIC,
    "discovery": flag,
    "discovery_prefix": _TOPIC,
    "language": choice(LANGUAGES),
}


def _mqtt(**given: Any) -> MqttSettings:
    if "url" in given:
        settings: MqttSettings = given.pop("url")
        for name in ("mode", "host", "port", "username", "password", "tls"):
            if name in given:
                raise Wrong(because("url_says_it"), path=[name])
        settings = replace(settings, **given)
    else:
        if "host" in given:
            given.setdefault("mode", MqttMode.BROKER)
        if given.get("tls"):
            given.setdefault("port", MQTT_TLS_PORT)
        settings = MqttSettings(**given)
    if settings.password and not settings.username:
        raise Wrong(because("user_too", name="username"), path=["username"])
    return settings


_MQTT_SECTION = section(_mqtt, {"url": broker, **_MQTT})


def _mqtt_or_text(value: Any) -> Any:
    return broker(value) if isinstance(value, str) else _MQTT_SECTION(value)


def _encoder(**given: Any) -> EncoderSettings:
    encoder = EncoderSettings(**given)
    if encoder.codec == SOFTWARE:
        try:
            choice(X264_PRESETS)(encoder.preset)
        except Wrong as error:
            raise Wrong(error.reason, path=["preset"]) from error
    return encoder


def _timezone(value: Any) -> str:
    name: str = text(64, r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", because("give_timezone"))(value)
    if not is_timezone(name):
        raise Wrong(because("unknown_value", value=shown(name), wanted=because("give_timezone")))
    return name


_LOG = section(
    LogSettings,
    {"level": choice(LOG_LEVELS), "format": choice(LogFormat)},
)

TIMEZONE = Rule(_timezone, {"type": "string", "minLength": 1, "maxLength": 64}, because("give_timezone"))
DAYS = number(0.01, 36_500, "days")
LIMIT_BYTES = optional(whole(1024**2, 1024 * _TIB, "bytes, or null"))
ROOM_BYTES = whole(0, 1024 * _TIB, "bytes")

_OPTIONS: dict[str, Any] = {
    "data_dir": _path,
    "media_dir": _path,
    "journal_memory_dir": optional(_path),
    "listen": listen,
    "log": _LOG,
    "workers": whole(0, 256),
    "processes": whole(0, 64),
    "timezone": optional(TIMEZONE),
    "demo": flag,
    "mqtt": _mqtt_or_text,
    "retention": section(
        RetentionSettings,
        {
            "keep_days": DAYS,
            "max_bytes": LIMIT_BYTES,
            "min_free_bytes": ROOM_BYTES,
        },
    ),
    "encoder": section(
        _encoder,
        {
            "codec": text(48, r"[a-z0-9_]+", because("give_encoder")),
            "preset": text(48, r"[A-Za-z0-9_]+", because("give_preset")),
            "quality": whole(0, 51),
            "workers": whole(1, 16),
            "leisure_preset": optional(choice(X264_PRESETS)),
        },
    ),
}

_HINTS = {
    "cameras": because("cameras_kept_elsewhere"),
    "port": because("use_listen"),
    "host": because("use_listen"),
}


def _web(**given: Any) -> WebSettings:
    if ("tls_certificate" in given) != ("tls_key" in given):
        missing = "tls_key" if "tls_certificate" in given else "tls_certificate"
        raise Wrong(because("tls_needs_both"), path=[missing])
    trusted = given.pop("ingress_trusted", None)
    ingress = given.pop("ingress", None)
    if ingress is not None:
        where = IngressSettings(host=ingress.host, port=ingress.port)
        given["ingress"] = where if trusted is None else replace(where, trusted=trusted)
    return WebSettings(**given)


def network(value: Any) -> str:
    """An IP address or network."""
    try:
        return str(ipaddress.ip_network(value if isinstance(value, str) else ""))
    except ValueError:
        raise Wrong(because("give_network")) from None


_ICE_URL = text(300, r"(stun|turns?):[A-Za-z0-9_.\[\]:-]+(\?transport=(udp|tcp))?", because("give_ice_url"))
_ICE_LOGIN = section(
    IceServer,
    {"url": _ICE_URL, "username": secret(256), "password": secret(256)},
    required={"url": because("give_ice_url")},
)


def _ice_server(value: Any) -> IceServer:
    """An address alone, or with a login."""
    server: IceServer = IceServer(_ICE_URL(value)) if isinstance(value, str) else _ICE_LOGIN(value)
    if server.url.startswith("turn") and not (server.username and server.password):
        raise Wrong(because("ice_login"))
    return server


_WEB = section(
    _web,
    {
        "language": choice(LANGUAGES),
        "trusted_proxies": listing(network, most=16),
        "tls_certificate": _path,
        "tls_key": _path,
        "ingress": listen,
        "ingress_trusted": listing(network, most=16),
        "external_url": optional(page_address),
        "advertise": optional(flag),
        "ice_servers": listing(_ice_server, most=8),
    },
    {"listen": because("listen_beside_web")},
)
_OPTIONS["web"] = _WEB


def _push(listen: PushSettings | None = None, **given: Any) -> PushSettings:
    return replace(listen or PushSettings(), **given)


_OPTIONS["push"] = section(_push, {"listen": listen_for_cameras, "tls": flag})
_OPTIONS["network"] = NETWORK


def _settings(default_data_dir: Path, **given: Any) -> Settings:
    data_dir = given.pop("data_dir", default_data_dir)
    parts = {
        name: given.pop(name) for name in ("retention", "encoder", "journal_memory_dir") if name in given
    }
    storage = StorageSettings(data_dir=data_dir, media_dir=given.pop("media_dir", data_dir), **parts)
    web, where = given.pop("web", WebSettings()), given.pop("listen", None)
    if where is not None:
        web = replace(web, host=where.host, port=where.port)
    if given.get("push", PushSettings()).tls and web.tls_certificate is None:
        raise Wrong(because("push_tls_needs"), path=["push", "tls"])
    return Settings(storage=storage, web=web, **given)


# -- back to JSON ----------------------------------------------------------------------------------------


def _plain(value: Any, *, complete: bool) -> Any:
    """JSON values of a settings dataclass; fields at their default are left out, unless complete."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(item, complete=complete)
            for field in fields(value)
            if (item := getattr(value, field.name)) != field.default or complete
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item, complete=complete) for item in value]
    return value
