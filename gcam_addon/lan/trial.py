"""Trying whether a camera network could be served, without serving it or changing anything."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from gcam_addon.config.model import NetworkSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import NetworkError
from gcam_addon.lan.asking import own_class
from gcam_addon.lan.configuration import configuration
from gcam_addon.lan.dnsmasq import Dnsmasq
from gcam_addon.lan.inquiry import Offer
from gcam_addon.lan.judging import Interface, judge, require_link
from gcam_addon.lan.service import Machine, other_server, require_rights


async def require_servable(settings: NetworkSettings, duties: Duties, machine: Machine) -> None:
    """Raises `NetworkError`, of what is to be mended first."""
    name = settings.interface or ""
    found = await asyncio.to_thread(machine.interfaces)
    judge(settings, found)
    with tempfile.TemporaryDirectory(prefix="gcam-") as folder:
        text = configuration(settings, machine.resolvers())
        await Dnsmasq(Path(folder) / "network", duties).prepare(text)
    require_rights(machine)
    if found[name].is_up:  # one that is off is switched on by Gcam
        require_link(found[name], name)
        offer = await machine.ask(name, own_class())
        if offer is not None and not _is_own(offer, settings, found[name]):
            raise NetworkError(other_server(name, offer))


def _is_own(offer: Offer, settings: NetworkSettings, one: Interface) -> bool:
    """Of a Gcam that serves it already."""
    return offer.server == settings.address.ip and settings.address in one.addresses
