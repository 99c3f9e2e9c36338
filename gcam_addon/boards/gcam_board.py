"""Gcam's own firmware (docs/ref/board.md): all on port 81, behind a token that whoever claims it sets."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from gcam_addon.boards import lamp
from gcam_addon.boards.board import BoardFacts, Control, ControlKind, Firmware, Note, Value
from gcam_addon.boards.sensor_controls import not_kept, told, unknown_control, whole_number
from gcam_addon.boards.visit import Answer, Visit
from gcam_addon.errors import ConfigError, ProtocolError, Rejected
from gcam_addon.model.board_health import BoardHealth, health_in
from gcam_addon.wire.address import HttpAddress
from gcam_addon.words.reason import because

PORT: Final = 81
PROTOCOL: Final = 1
STREAM: Final = "/stream"
_CAPTURE = "/capture"
_TOKEN_CHARACTERS = string.ascii_letters + string.digits + "-_"
_TOKEN = re.compile("[A-Za-z0-9_-]{16,64}")
_ID = re.compile("[0-9a-f]{12}")
_NAME = re.compile("[a-z][a-z0-9_]{0,31}")
_MOST_CONTROLS, _MOST_CHOICES = 32, 32
_SIZES: Mapping[str, str] = {
    "qqvga": "160x120",
    "qvga": "320x240",
    "cif": "400x296",
    "hvga": "480x320",
    "vga": "640x480",
    "svga": "800x600",
    "xga": "1024x768",
    "hd": "1280x720",
    "sxga": "1280x1024",
    "uxga": "1600x1200",
}
_SIZE = "frame_size"
_UNCLAIMED = Note(
    "unclaimed", "Nobody has claimed it yet: adding it makes it yours, and nobody else sees it."
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a board tells to anybody."""

    id: str
    protocol: int
    name: str | None
    model: str | None
    version: str | None
    claimed: bool
    fixed: bool
    """Its token stands in its YAML."""

    @property
    def mac(self) -> str:
        return ":".join(re.findall("..", self.id.upper()))


def home_of(address: HttpAddress) -> HttpAddress:
    """Where a board's requests go whose stream, or only whose host, was written down."""
    port = PORT if address.is_bare and not address.has_port else address.port
    return address.at("/", port)


def is_token(text: str | None) -> bool:
    return text is not None and _TOKEN.fullmatch(text) is not None


def new_token() -> str:
    """That whoever claims a board sets."""
    return "".join(secrets.choice(_TOKEN_CHARACTERS) for _ in range(32))


class OtherProtocol(ProtocolError):  # noqa: N818
    """Than ours is spoken there; to others as `ProtocolError`."""


async def recognise(visit: Visit, port: int | None = None) -> GcamBoard | None:
    """By what it tells to anybody. Raises `OtherProtocol` where it speaks another than ours."""
    identity = identity_in(await visit.page("/board", port))
    if identity is None:
        return None
    check_protocol(identity, visit.address)
    return GcamBoard(visit, identity, port or visit.address.port)


def identity_in(answer: Answer) -> Identity | None:
    """None where that is no board with Gcam's firmware."""
    return None if answer.json is None else identity_of(answer.json)


def identity_of(said: Mapping[str, Any]) -> Identity | None:
    """Of what a board says of itself; None where that is none with Gcam's firmware."""
    protocol, board_id = whole_number(said, "gcam"), told(said, "id")
    if protocol is None or board_id is None or not _ID.fullmatch(board_id):
        return None
    return Identity(
        id=board_id,
        protocol=protocol,
        name=told(said, "name"),
        model=told(said, "board"),
        version=told(said, "version"),
        claimed=said.get("claimed") is True,
        fixed=said.get("fixed") is True,
    )


def check_protocol(identity: Identity, address: HttpAddress) -> None:
    """Raises `OtherProtocol`."""
    if identity.protocol != PROTOCOL:
        is_newer = identity.protocol > PROTOCOL
        raise OtherProtocol(
            because(
                "board_too_new" if is_newer else "board_too_old",
                address=address,
                theirs=identity.protocol,
                ours=PROTOCOL,
            )
        )


async def claim(visit: Visit, token: str) -> None:
    """Make the board there ours, known from now on by this token; it is already, where an answer was lost.
    Raises `Rejected` (401) where it is somebody else's, `SourceError` where it does not answer.
    """
    answer = await visit.ask("/claim", form={"token": token})
    if answer.head.status == 409:
        await visit.ask("/status")  # with our token: 401 where it is not its
    elif answer.head.status != 204:
        raise _refused(answer, visit.address)


async def release(visit: Visit) -> None:
    """Nobody's any more. Raises `SourceError`."""
    answer = await visit.ask("/release", form={})
    if answer.head.status not in (204, 403):  # 403: it is nobody's already
        raise _refused(answer, visit.address)


async def status_of(visit: Visit) -> Mapping[str, Any]:
    """Raises `SourceError`."""
    try:
        answer = await visit.ask("/status")
    except Rejected as error:
        if error.status != 401 or visit.address.username is None:
            raise
        raise Rejected(because("board_token_wrong", address=visit.address), status=401) from error
    if answer.json is None:
        raise _refused(answer, visit.address)
    return answer.json


class GcamBoard:
    """boards.Board."""

    def __init__(self, visit: Visit, identity: Identity, port: int) -> None:
        self._visit = visit.elsewhere(port)
        self.identity = identity

    @property
    def notes(self) -> tuple[Note, ...]:
        return () if self.identity.claimed else (_UNCLAIMED,)

    @property
    def facts(self) -> BoardFacts:
        identity = self.identity
        return BoardFacts(
            Firmware.GCAM,
            identity.version,
            name=identity.name,
            mac=identity.mac,
            id=identity.id,
            claimed=identity.claimed,
        )

    @property
    def streams(self) -> tuple[HttpAddress, ...]:
        return (self._visit.address.at(STREAM),)

    @property
    def snapshot(self) -> HttpAddress | None:
        return self._visit.address.at(_CAPTURE)

    async def health(self, at: float) -> BoardHealth:
        """How it fares, and who it is by now: it may have got another name or firmware, or be another board.
        Raises `SourceError`.
        """
        health = health_in(await status_of(self._visit), at)
        if health is None:
            raise ProtocolError(because("board_silent", address=self._visit.address))
        self.identity = identity_in(await self._visit.ask("/board")) or self.identity
        return replace(health, id=self.identity.id)

    async def controls(self) -> tuple[Control, ...]:
        if not self.identity.claimed:
            return ()
        return tuple(controls_in((await status_of(self._visit)).get("controls")))

    async def set(self, name: str, value: Value) -> None:
        accepted(await self.controls(), name, value)
        answer = await self._visit.ask("/control", form={name: written(name, value)})
        if answer.head.status == 400:
            raise not_kept(name, value)
        if answer.json is None:
            raise _refused(answer, self._visit.address)
        if named(tuple(controls_in(answer.json)), name).value != value:
            raise not_kept(name, value)

    async def lamp(self) -> int | None:
        return lamp_level(await self.controls())

    async def light(self, level: int) -> None:
        await self.set(lamp.NAME, level)


def lamp_level(controls: Iterable[Control]) -> int | None:
    """Percent; None where there is no lamp among them."""
    level = next((control.value for control in controls if control.name == lamp.NAME), None)
    return level if isinstance(level, int) else None


def controls_in(said: object) -> Iterator[Control]:
    """What of the board's controls can be understood."""
    if not isinstance(said, Mapping):
        return
    for name, control in list(said.items())[:_MOST_CONTROLS]:
        if _NAME.fullmatch(name) and isinstance(control, Mapping):
            understood = _control(name, control)
            if understood is not None:
                yield understood


def written(name: str, value: Value) -> str:
    """A value as the board reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if name == _SIZE:
        return next((ours for ours, size in _SIZES.items() if size == value), str(value))
    return str(value)


def _control(name: str, said: Mapping[str, Any]) -> Control | None:
    value = said.get("value")
    match said:
        case {"one_of": [*words]} if all(isinstance(word, str) and _is_word(word) for word in words):
            choices = tuple(_shown(name, word) for word in words[:_MOST_CHOICES])
            shown = _shown(name, value) if isinstance(value, str) else None
            return Control(name, ControlKind.CHOICE, shown if shown in choices else None, choices=choices)
        case {"from": int(least), "to": int(most)}:
            return Control(name, ControlKind.NUMBER, whole_number(said, "value"), least, most)
        case {"value": bool(value)}:
            return Control(name, ControlKind.SWITCH, value)
    return None


def _is_word(text: str) -> bool:
    return re.fullmatch("[a-z0-9_]{1,16}", text) is not None


def _shown(name: str, word: str) -> str:
    return _SIZES.get(word, word) if name == _SIZE else word


def accepted(controls: tuple[Control, ...], name: str, value: Value) -> None:
    """Raises `ConfigError` where it can't be set so."""
    control = named(controls, name)
    if not control.accepts(value):
        raise ConfigError(because("control_takes", name=name, takes=control.takes), field=name)


def named(controls: tuple[Control, ...], name: str) -> Control:
    """Raises `ConfigError`."""
    for control in controls:
        if control.name == name:
            return control
    raise unknown_control(name)


def _refused(answer: Answer, address: HttpAddress) -> Rejected:
    status = answer.head.status
    if status == 403:
        return Rejected(because("board_unclaimed", address=address), status=status)
    return Rejected(because("board_refuses", address=address, status=status), status=status)
