"""A camera's address and credentials as the page edits them: shown without secrets, never lost.

What is stored is one url with everything in it. The page sees the url without credentials, the user name, and
whether there is a password; it sends what is to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.config.rules import Rule, Wrong
from gcam_addon.errors import ConfigError
from gcam_addon.web.errors import RequestError
from gcam_addon.web.views import Json
from gcam_addon.wire.address import (
    NETWORK,
    Address,
    NetworkAddress,
    PushAddress,
    parse,
    redact,
    with_credentials,
)
from gcam_addon.words.reason import because


def _credential(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _MAX_LENGTH or not value.isprintable():
        raise Wrong(because("secret_unusable", wanted=_CREDENTIAL))
    return value


def _address(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _ADDRESS_LENGTH:
        raise Wrong(because("no_address_at_all", wanted=_ADDRESS))
    return value


_MAX_LENGTH = 200
_ADDRESS_LENGTH = 2000
_CREDENTIAL = because("give_credential", most=_MAX_LENGTH)
_ADDRESS = because("give_address")

CREDENTIAL = Rule(_credential, {"type": ["string", "null"], "maxLength": _MAX_LENGTH}, _CREDENTIAL)
ADDRESS = Rule(_address, {"type": "string", "minLength": 1, "maxLength": _ADDRESS_LENGTH}, _ADDRESS)

_KEYS = ("url", "username", "password")


def connection_json(camera: Camera) -> Json:
    address = _parsed(camera.source.url)
    username, password = None, None
    if isinstance(address, NETWORK):
        username, password = address.username, address.password
    elif isinstance(address, PushAddress):
        password = address.key
    url_hd = camera.source.url_hd
    return {
        "url": redact(camera.source.url),
        "username": username,
        "has_password": bool(password),
        "url_hd": None if url_hd is None else redact(url_hd),
    }


def with_connection(body: Mapping[str, Any], stored: SourceSettings | None = None) -> dict[str, Any]:
    """`body` with `url`, `username` and `password` made the one url that is stored. What is not in it stays
    as it is in `stored`: the credentials too when only the address changes, but a password goes nowhere else
    than where it was given for. `url_hd` has the same credentials where it may, unless they stand in it.
    Raises `RequestError` and `ConfigError`.
    """
    settings = _with_url(body, None if stored is None else stored.url)
    before = None if stored is None else stored.url_hd
    url_hd = body.get("url_hd", before)
    url = settings.get("url", None if stored is None else stored.url)
    if isinstance(url, str) and isinstance(url_hd, str) and any(key in body for key in (*_KEYS, "url_hd")):
        settings["url_hd"] = _hd_like(url_hd.strip(), url, stored)
    return settings


def _hd_like(url_hd: str, url: str, stored: SourceSettings | None) -> str:
    """With the credentials that stand in it; else with those it has of its own; else with the url's. One that
    stays follows the url's where it had the same on the same host.
    """
    before = None if stored is None else stored.url_hd
    own = None if stored is None or before is None or _login(before) == _login(stored.url) else before
    if before is not None and url_hd in (before, redact(before)):
        if own is not None or not _may_tell(url, before):
            return before
        url_hd = with_credentials(before, None, None)
    address = _parsed(url_hd, "url_hd")
    if not isinstance(address, NETWORK) or address.username is not None:
        return url_hd
    for there in map(_parsed, filter(None, (own, url))):
        if isinstance(there, NETWORK) and there.username is not None and there.may_tell(address):
            return with_credentials(url_hd, there.username, there.password)
    return url_hd


def _may_tell(url: str, other: str) -> bool:
    address = _parsed(url)
    return isinstance(address, NETWORK) and address.may_tell(_parsed(other))


def _login(url: str) -> tuple[str | None, str | None] | None:
    address = _parsed(url)
    return (address.username, address.password) if isinstance(address, NETWORK) else None


def _with_url(body: Mapping[str, Any], stored: str | None) -> dict[str, Any]:
    settings = {key: value for key, value in body.items() if key not in ("username", "password")}
    if not any(key in body for key in _KEYS):
        return settings
    given = {key: body[key] or None for key in ("username", "password") if key in body}
    url = body.get("url", stored)
    if not isinstance(url, str):
        return settings
    if stored is not None and url.strip() == redact(stored):
        url = stored
    address = _parsed(url)
    if isinstance(address, NETWORK):
        settings["url"] = _composed(url, address, given, None if stored is None else _parsed(stored))
    elif any(given.values()):
        raise RequestError(because("file_without_login"), field="username")
    else:
        settings["url"] = url
    return settings


def credentials_of(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Those that were typed. Raises `RequestError`."""
    username, password = body.get("username"), body.get("password")
    if username is None and password is not None:
        raise _no_name()
    return None if username is None else (username, password or "")


def _composed(
    url: str, address: NetworkAddress, given: Mapping[str, str | None], before: Address | None
) -> str:
    """Typed credentials count first, then those in the url, then those there were."""
    there: NetworkAddress | None = address if address.username is not None else None
    if there is None and isinstance(before, NETWORK):
        there = before
    username = given.get("username", there.username if there else None)
    password = given.get("password", there.password if there else None)
    if username is None and given.get("password") is not None:
        raise _no_name()
    if username is None and there is None:
        return url
    is_kept = there is before and username is not None and password and "password" not in given
    if is_kept and isinstance(before, NETWORK) and not before.may_tell(address):
        raise RequestError(because("camera_password_elsewhere", host=before.host), field="password")
    return with_credentials(url, username, password if username is not None else None)


def _no_name() -> RequestError:
    return RequestError(because("password_without_name"), field="username")


def _parsed(url: str, field: str = "url") -> Address:
    try:
        return parse(url)
    except ConfigError as error:
        raise ConfigError(error.said, field=field) from error
