"""The rules of the camera network's settings: `network` of the options.

What passes can be written into a file of dnsmasq's as it is: a name that would mean something else there is
refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from gcam_addon.config.model import AccessPoint, KnownBoard, NetworkSettings
from gcam_addon.config.rules import Rule, Wrong, flag, listing, optional, section, shown, text
from gcam_addon.words.reason import Reason, because

MOST_BOARDS = 256
_SMALLEST, _LARGEST = 29, 16
"""Prefixes."""
_MEANS_SOMETHING_ELSE = frozenset({"ignore", "infinite", "localhost"})
_SSID_BYTES = 32


def _network(**given: Any) -> NetworkSettings:
    settings = NetworkSettings(**given)
    _check_range(settings)
    for index, board in enumerate(settings.boards):
        try:
            require_fit(board, settings.boards[:index], settings)
        except Wrong as error:
            error.prepend(["boards", index])
            raise
    return settings


def require_fit(board: KnownBoard, others: Iterable[KnownBoard], settings: NetworkSettings) -> None:
    """Whether it can be told to dnsmasq beside the others. Raises `Wrong`."""
    own, network = settings.address.ip, settings.address.network
    if board.address == own:
        raise Wrong(because("lan_address_own", address=own, network=network), path=["address"])
    if board.address is not None and not _is_host(board.address, network):
        raise _elsewhere(board.address, network, ["address"])
    for other in others:
        for name in ("mac", "name", "address"):
            value = getattr(board, name)
            if value is not None and value == getattr(other, name):
                raise Wrong(because("lan_twice", value=value), path=[name])


def _check_range(settings: NetworkSettings) -> None:
    own, network = settings.address.ip, settings.address.network
    if settings.range is None:
        return
    for index, address in enumerate(settings.range):
        if not _is_host(address, network):
            raise _elsewhere(address, network, ["range", index])
    first, last = settings.range
    if first > last:
        raise Wrong(because("lan_range_backwards", first=first, last=last), path=["range"])
    if first <= own <= last:
        raise Wrong(because("lan_range_own", address=own), path=["range"])


def _elsewhere(address: IPv4Address, network: IPv4Network, path: list[Hashable]) -> Wrong:
    first, last = network.network_address + 1, network.broadcast_address - 1
    why = because("lan_elsewhere", address=address, network=network, first=first, last=last)
    return Wrong(why, path=path)


def _is_host(address: IPv4Address, network: IPv4Network) -> bool:
    return address in network and address not in (network.network_address, network.broadcast_address)


def _parsed(parse: Callable[[str], Any], wanted: Reason) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        try:
            return parse(value.strip() if isinstance(value, str) else "")
        except ValueError:
            raise Wrong(because("unknown_value", value=shown(value), wanted=wanted)) from None

    return check


def _own(value: str) -> IPv4Interface:
    address = IPv4Interface(value)
    network = address.network
    is_usable = address.is_private and not address.is_loopback and not address.is_link_local
    if not is_usable or not _LARGEST <= network.prefixlen <= _SMALLEST or not _is_host(address.ip, network):
        raise ValueError(value)
    return address


def _mac(value: str) -> str:
    digits = re.fullmatch(r"([0-9a-f]{2})[:-]?" * 5 + r"([0-9a-f]{2})", value.lower())
    if digits is None or int(digits[1], 16) & 1 or not any(int(pair, 16) for pair in digits.groups()):
        raise ValueError(value)  # an address of nobody, or of several
    return ":".join(digits.groups())


_HOST_NAME = text(63, r"[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", because("give_board_name"))


def _host_name(value: Any) -> str:
    name: str = _HOST_NAME(value)
    if name.lower() in _MEANS_SOMETHING_ELSE:
        raise Wrong(because("unknown_value", value=shown(name), wanted=because("give_board_name")))
    return name.lower()


def _board(**given: Any) -> KnownBoard:
    board = KnownBoard(**given)
    if board.name is None and board.address is None:
        raise Wrong(because("lan_board_empty"))
    return board


def _ssid(value: Any) -> str:
    name: str = text(_SSID_BYTES)(value)
    if (size := len(name.encode())) > _SSID_BYTES:
        raise Wrong(because("text_long", value=shown(name), given=size, wanted=because("give_ssid")))
    return name


def _password(value: Any) -> str:
    """WPA2 takes no other; what is wrong is not quoted."""
    if not isinstance(value, str) or not re.fullmatch(r"[\x20-\x7e]{8,63}", value):
        raise Wrong(because("give_wifi_password"))
    return value


_TEXT = {"type": "string"}

IP = Rule(
    _parsed(IPv4Address, because("give_ipv4")), {"type": "string", "format": "ipv4"}, because("give_ipv4")
)
_ONE_BOARDS = r"^(?!(?:00[:-]?){5}00$)[0-9A-Fa-f][02468ACEace](?:[:-]?[0-9A-Fa-f]{2}){5}$"
MAC = Rule(_parsed(_mac, because("give_mac")), {**_TEXT, "pattern": _ONE_BOARDS}, because("give_mac"))
BOARD_NAME = Rule(_host_name, _HOST_NAME.means, because("give_board_name"))
BOARD = section(
    _board,
    {"mac": MAC, "name": optional(BOARD_NAME), "address": optional(IP)},
    required={"mac": because("give_mac")},
)

NETWORK = section(
    _network,
    {
        "interface": optional(text(15, r"(?!\.{1,2}$)[A-Za-z0-9_.-]+", because("give_interface"))),
        "address": Rule(_parsed(_own, because("give_lan_address")), _TEXT, because("give_lan_address")),
        "range": optional(listing(IP, least=2, most=2)),
        "internet": flag,
        "boards": listing(BOARD, most=MOST_BOARDS),
        "access_point": optional(
            section(
                AccessPoint,
                {
                    "ssid": Rule(_ssid, _TEXT, because("give_ssid")),
                    "password": Rule(_password, _TEXT, because("give_wifi_password")),
                },
                required={"ssid": because("give_ssid"), "password": because("give_wifi_password")},
            )
        ),
    },
    required={"interface": because("give_interface")},
)
