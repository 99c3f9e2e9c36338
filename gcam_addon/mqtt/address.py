"""What `--mqtt` accepts, as settings. The password is never part of an error."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from gcam_addon.config.model import MqttMode, MqttSettings
from gcam_addon.errors import ConfigError

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_FORMS = "mqtt://[user:password@]host[:1883], mqtts://… for TLS, embedded, or off"
_ENCODE = "in a password, write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25"


def parse_broker(text: str) -> MqttSettings:
    """`mqtt://user:password@host:1883`, `mqtts://…` (port 8883), `embedded` or `off`.

    Special characters in user and password are percent-encoded. Raises `ConfigError`.
    """
    value = text.strip()
    if value.lower() in (MqttMode.OFF, MqttMode.EMBEDDED):
        return MqttSettings(mode=MqttMode(value.lower()))
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused(value, f"its host or port can't be read; {_ENCODE}") from None
    if parts.scheme not in _PORTS:
        raise _refused(value, "it doesn't begin with mqtt:// or mqtts://")
    if not host:
        raise _refused(value, "the host is missing")
    if port == 0:
        raise _refused(value, "port 0 can't be connected to")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _refused(value, f"nothing may follow the port; {_ENCODE}")
    username, password = _login(parts, value)
    return MqttSettings(
        mode=MqttMode.BROKER,
        host=host,
        port=port or _PORTS[parts.scheme],
        username=username,
        password=password,
        tls=parts.scheme == "mqtts",
    )


def _login(parts: SplitResult, value: str) -> tuple[str | None, str | None]:
    username = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if password is not None and username is None:
        raise _refused(value, "a password needs a user in front of it")
    return username, password


def _refused(value: str, why: str) -> ConfigError:
    return ConfigError(f"--mqtt {_without_secrets(value)}: {why}. It takes {_FORMS}", field="mqtt")


def _without_secrets(value: str) -> str:
    """For error messages: nothing of what may be a login, well-formed or not."""
    scheme, separator, rest = value.rpartition("://") if "@" not in value else value.partition("://")
    if not separator:
        scheme, rest = "", value
    if "@" in rest:
        rest = "***@" + rest.rpartition("@")[2]
    elif not re.fullmatch(r"(\[[0-9a-fA-F:.]*\]|[^:/?#]*)(:\d*)?([/?#].*)?", rest):
        rest = rest.partition(":")[0] + ":***"
    return f"{scheme}{separator}{rest}"
