"""`gcam network`: what a camera network could be made of, what Gcam would make of it, who is in it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from gcam_addon.config.load import load_settings
from gcam_addon.config.model import NetworkSettings, Settings
from gcam_addon.errors import ConfigError, NetworkError
from gcam_addon.lan.access_point import beginning, making
from gcam_addon.lan.boards import with_those_of_the_page
from gcam_addon.lan.configuration import configuration
from gcam_addon.lan.interfaces import read_interfaces
from gcam_addon.lan.judging import Interface, judge
from gcam_addon.lan.leases import Lease
from gcam_addon.lan.service import FOLDER, Machine, read_leases
from gcam_addon.lan.trial import require_servable
from gcam_addon.words.reason import because

_WHAT = {
    "interfaces": "this machine's interfaces, and which could carry cameras (needs no settings)",
    "plan": "what Gcam would serve, as dnsmasq is told it",
    "check": "whether it may be served; asks for other DHCP servers, which takes 7 seconds",
    "leases": "the boards that have an address",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "; ".join(f"{name}: {text}" for name, text in _WHAT.items())
    parser.add_argument("what", nargs="?", default="interfaces", choices=list(_WHAT), help=said)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    parser.add_argument("--options", type=Path, metavar="FILE", help="a JSON file of settings")


async def run(args: argparse.Namespace) -> int:
    """0 where all is well; 1, and a line that says what to do, where it is not."""
    try:
        settings = load_settings(args.options, data_dir=args.data)
        match args.what:
            case "interfaces":
                print(_listed(read_interfaces(), settings.network))
            case "plan":
                print(_plan(_wanted(settings), Machine()))
            case "check":
                await require_servable(_wanted(settings), args.duties, Machine())
                where = settings.network
                print(because("check_lan_ready", interface=where.interface, address=where.address))
            case _:
                print(_told(_leases(settings)))
    except NetworkError as error:
        print(f"gcam network: {error}")
        return 1
    return 0


def _wanted(settings: Settings) -> NetworkSettings:
    """Raises ConfigError."""
    if settings.network.interface is None:
        raise ConfigError(because("lan_not_set"), field="network")
    return with_those_of_the_page(settings.network, settings.storage.data_dir / FOLDER)


def _listed(found: Mapping[str, Interface], settings: NetworkSettings) -> str:
    lines = [f"{'INTERFACE':<16} {'ADDRESS':<20} {'STATE':<10} FOR CAMERAS"]
    for one in sorted(found.values(), key=lambda each: each.name):
        addresses = ", ".join(map(str, one.addresses)) or "-"
        lines.append(f"{one.name:<16} {addresses:<20} {_state(one):<10} {_suitable(one, found, settings)}")
    return "\n".join(lines)


def _state(one: Interface) -> str:
    link = "on" if one.has_link else "no link"
    return f"Wi-Fi, {link}" if one.is_wireless else link if one.is_up else "off"


def _suitable(one: Interface, found: Mapping[str, Interface], settings: NetworkSettings) -> str:
    try:
        judge(NetworkSettings(interface=one.name, address=settings.address), found)
    except NetworkError as error:
        return f"no: {error}"
    return "yes, and chosen" if settings.interface == one.name else "yes"


def _plan(settings: NetworkSettings, machine: Machine) -> str:
    first, last = settings.pool
    lines = [
        f"interface   {settings.interface}",
        f"Gcam is     {settings.address}",
        f"boards get  {first} to {last}",
        f"internet    {'allowed' if settings.internet else 'no'}",
    ]
    if settings.access_point is not None and settings.interface is not None:
        made = making(settings.interface, settings.address, settings.access_point.ssid)
        lines += ["Wi-Fi       by NetworkManager:"]
        lines += [f"            nmcli {' '.join(command)}" for command in (made, beginning("FILE"))]
    return "\n".join([*lines, "", configuration(settings, machine.resolvers()).rstrip()])


def _leases(settings: Settings) -> tuple[Lease, ...]:
    """Raises `NetworkError`."""
    file = settings.storage.data_dir / FOLDER / "leases"
    try:
        return read_leases(file, _wanted(settings), time.time())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise NetworkError(because("lan_no_leases", file=file, why=error)) from error


def _told(leases: tuple[Lease, ...]) -> str:
    if not leases:
        return "No board has an address yet."
    lines = [f"{'ADDRESS':<16} {'MAC':<18} {'UNTIL':<17} NAME"]
    lines += [f"{one.address!s:<16} {one.mac:<18} {_until(one):<17} {one.name or '-'}" for one in leases]
    return "\n".join(lines)


def _until(lease: Lease) -> str:
    if lease.expires_at is None:
        return "always"
    return datetime.fromtimestamp(lease.expires_at).astimezone().strftime("%Y-%m-%d %H:%M")
