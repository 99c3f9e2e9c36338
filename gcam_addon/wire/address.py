"""What a person writes as a camera's address: `http://user:pass@192.168.1.50:81/stream`, `cam.local`,
`rtsp://…`, a file.

Pure text work: nothing here asks the network or the disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import url2pathname

from gcam_addon.config.written_url import divided, escaped, hidden, is_ambiguous
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

_PORTS = {"http": 80, "https": 443}
_RTSP_PORTS = {"rtsp": 554, "rtsps": 322}
_HIDDEN = "***"
_MOST_CHARACTERS = 2048

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f:.]+(?:%[\w.-]+)?")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_FILE_SUFFIX = re.compile(
    r"\.(?:mp4|m4v|mkv|avi|mov|webm|mjpe?g|mpe?g|ts|wmv|flv|3gp|jpe?g|png)$", re.IGNORECASE
)
_DEVICE = re.compile(r"/dev/(?:video\d{1,3}|v4l/by-(?:id|path)/[^/]{1,200})")
_TELLTALE = re.compile(r"pass|pwd|token|secret|auth|key|user|usr|login|sig|sess|sid", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.-])([\w.-]++)=")
_VALUE = re.compile(r"[^&#\s]*")
_SECRET_VALUE = re.compile(r"=([\w.~%+/-]{20,})")


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """`str()` shows it without credentials; `host` is without brackets, `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str = "/"
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    has_port: bool = False
    """The port was written down, so no other may be tried."""

    @property
    def authority(self) -> str:
        """Host, and port where it is not the usual one."""
        return _authority(self.host, self.port, _PORTS[self.scheme])

    @property
    def host_header(self) -> str:
        """As the camera wants to read it: without the zone of a link-local address."""
        return re.sub(r"%[^\]]*", "", self.authority)

    @property
    def is_bare(self) -> bool:
        """Only a host was written down: where its stream is has to be found out."""
        return self.target == "/"

    def at(self, target: str, port: int | None = None) -> HttpAddress:
        """Another place on the same host."""
        return replace(self, target=target, port=port or self.port)

    def follow(self, location: str) -> HttpAddress:
        """Where a redirect leads. Credentials go along to the same host only, and never from https to http.

        Raises ConfigError where it leads to nothing usable.
        """
        try:
            there = parse(urljoin(f"{self.scheme}://{self.authority}{self.target}", location.strip()))
        except ValueError:  # its text may show a password
            raise ConfigError(because("leads_to_nothing")) from None
        if not isinstance(there, HttpAddress):
            raise ConfigError(because("leads_nowhere", where=there))
        if there.username is None and self.may_tell(there):
            return replace(there, username=self.username, password=self.password)
        return there

    def may_tell(self, there: Address) -> bool:
        """Whether credentials for this address may be sent to that one."""
        is_safe = self.scheme == "http" or (isinstance(there, HttpAddress) and there.scheme == "https")
        return isinstance(there, HttpAddress) and there.host == self.host and is_safe

    def __str__(self) -> str:
        return redact(f"{self.scheme}://{self.authority}{self.target if self.target != '/' else ''}")


@dataclass(frozen=True, slots=True)
class RtspAddress:
    """`str()` shows it without credentials; `host` is without brackets, `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str = ""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def authority(self) -> str:
        """Host, and port where it is not the usual one."""
        return _authority(self.host, self.port, _RTSP_PORTS[self.scheme])

    @property
    def place(self) -> str:
        """In full, but without credentials: what is asked for."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def url(self) -> str:
        """In full, credentials and all: for whoever connects, and nobody else."""
        return with_credentials(self.place, self.username, self.password)

    def follow(self, location: str) -> RtspAddress:
        """Where a redirect leads, as `HttpAddress.follow`."""
        text = location.strip()
        there = replace(self, target=text) if text.startswith("/") else parse(text)
        if not isinstance(there, RtspAddress):
            raise ConfigError(because("leads_nowhere", where=there))
        if there.username is None and self.may_tell(there):
            return replace(there, username=self.username, password=self.password)
        return there

    def may_tell(self, there: Address) -> bool:
        """Whether credentials for this address may be sent to that one."""
        is_safe = self.scheme == "rtsp" or (isinstance(there, RtspAddress) and there.scheme == "rtsps")
        return isinstance(there, RtspAddress) and there.host == self.host and is_safe

    def __str__(self) -> str:
        return redact(self.place)


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A video file, or a folder of pictures, on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """A webcam of this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PiAddress:
    """A camera of this Raspberry Pi; `number` as `rpicam-vid` counts them."""

    number: int

    def __str__(self) -> str:
        return f"rpicam://{self.number}"


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Of a camera that dials in. `key` is its secret, None where none was made yet; `caller` is the id that
    it shows with it.
    """

    key: str | None = field(default=None, repr=False)
    caller: str | None = None

    def __str__(self) -> str:
        return PUSH_URL


PUSH_URL = "push://gcam"
"""Of a camera that dials in, as a person writes it; with its key once that is made."""
NetworkAddress = HttpAddress | RtspAddress
NETWORK = (HttpAddress, RtspAddress)
LocalDevice = DeviceAddress | PiAddress
Address = NetworkAddress | FileAddress | PushAddress | LocalDevice


def parse(text: str) -> Address:
    """Read a camera's address; a bare host means http. Raises ConfigError, without the text's secrets."""
    text = text.strip()
    if not text:
        raise ConfigError(because("address_empty", accepted=because("accepted")))
    if len(text) > _MOST_CHARACTERS:
        raise ConfigError(because("address_long", most=_MOST_CHARACTERS, accepted=because("accepted")))
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _file(text) if _is_path(text) else _http(f"http://{text}")
    name = scheme[1].lower()
    if name == "file":
        return FileAddress(Path(url2pathname(_split(text)[0].path)))
    if name in _RTSP_PORTS:
        return _rtsp(text)
    if name == "rpicam":
        number = text[len("rpicam://") :].strip("/") or "0"
        if not (number.isascii() and number.isdigit() and len(number) < 3):
            raise ConfigError(because("no_pi", address=redact(text)))
        return PiAddress(int(number))
    if name == "push":
        parts = _split(text)[0]
        return PushAddress(parts.password or None, parts.username or None)
    if name not in _PORTS:
        raise ConfigError(
            because("address_scheme", address=redact(text), scheme=name, accepted=because("accepted"))
        )
    return _http(text)


def _file(text: str) -> FileAddress | DeviceAddress:
    if _DEVICE.fullmatch(text):
        return DeviceAddress(Path(text))
    try:
        return FileAddress(Path(text).expanduser())
    except RuntimeError as error:
        raise ConfigError(because("home_unknown")) from error


def redact(url: str) -> str:
    """The address as it may be shown: no user, no password, no value that looks like a key or a token."""
    before, mark, rest = url.partition("://")
    if not mark:
        before, rest = "", url
    host, tail = hidden(rest)
    return before + mark + host + _SECRET_VALUE.sub(f"={_HIDDEN}", _without_telling_values(tail))


def _without_telling_values(tail: str) -> str:
    """In one pass: a camera may send its visitors to an address made to take long."""
    shown, done = [], 0
    for name in _NAME.finditer(tail):
        if name.start() >= done and _TELLTALE.search(name[1]):
            shown += [tail[done : name.end()], _HIDDEN]
            value = _VALUE.match(tail, name.end())
            done = value.end() if value else name.end()
    return "".join((*shown, tail[done:]))


def dials_in(url: str) -> bool:
    """Whether that is the address of a camera that dials in."""
    return url.strip().lower().startswith("push://")


def push_key_of(url: str) -> str | None:
    """The key of a camera that dials in; None where it does not, or has none yet."""
    if not dials_in(url):
        return None
    address = parse(url)
    return address.key if isinstance(address, PushAddress) else None


def with_push_key(camera_id: str, secret: str) -> str:
    """The address of a camera that dials in."""
    return with_credentials(PUSH_URL, camera_id, secret)


def with_credentials(url: str, username: str | None, password: str | None) -> str:
    """The same address with these credentials instead of its own; None for both takes them away."""
    before, mark, rest = url.strip().rpartition("://")
    _, host, tail = divided(rest)
    if username is not None and is_ambiguous(f"user@{host}{tail}"):
        tail = tail.replace("@", "%40")
    who = "" if username is None else quote(username, safe="")
    if password:
        who += ":" + quote(password, safe="")
    return f"{before if mark else 'http'}://{who + '@' if who else ''}{host}{tail}"


def _is_path(text: str) -> bool:
    if re.match(r"[/\\.~]|[A-Za-z]:[\\/]", text):
        return True
    first, slash, _ = text.partition("/")
    is_name = not slash or not re.search(r"[.:@]", first)
    return is_name and _FILE_SUFFIX.search(text) is not None


def _place(url: str, text: str) -> tuple[SplitResult, str, int | None]:
    """What `url` says, which was made of the `text` that somebody wrote."""
    parts, host, port = _split(url)
    if _UNPRINTABLE.search(text) or not _HOST.fullmatch(host):
        raise ConfigError(because("no_address", address=repr(redact(text)), accepted=because("accepted")))
    return parts, host, port


def _http(text: str) -> HttpAddress:
    parts, host, port = _place(text, text)
    scheme = parts.scheme.lower()
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    return HttpAddress(
        scheme=scheme,
        host=host.lower(),
        port=_PORTS[scheme] if port is None else port,
        target=target,
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        has_port=port is not None,
    )


def _authority(host: str, port: int, usual: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == usual else f"{shown}:{port}"


def _rtsp(text: str) -> RtspAddress:
    if is_ambiguous(text.partition("://")[2]):
        raise ConfigError(because("address_ambiguous"))
    parts, host, port = _place(escaped(text), text)
    scheme = parts.scheme.lower()
    return RtspAddress(
        scheme=scheme,
        host=host.lower(),
        port=port or _RTSP_PORTS[scheme],
        target=parts.path + (f"?{parts.query}" if parts.query else ""),
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def _split(text: str) -> tuple[SplitResult, str, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
        if port == 0:
            raise ValueError
        return parts, parts.hostname or "", port
    except ValueError:  # its text may show a password: it must not become the cause that is logged
        shown = redact(text)
    raise ConfigError(because("address_wrong", address=shown))
