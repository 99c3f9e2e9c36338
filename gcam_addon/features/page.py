"""The page and its interface, and that they are announced on the network and to Home Assistant."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from gcam_addon import __version__
from gcam_addon.analysis.what_if import WhatIfs
from gcam_addon.assembly import build_classifier
from gcam_addon.backup.archive import Backups, StoredPart
from gcam_addon.boards.recognise import identify
from gcam_addon.check.finding import Finding
from gcam_addon.check.survey import check_setup
from gcam_addon.config.chosen import FILE as CHOICES
from gcam_addon.config.model import MqttMode
from gcam_addon.features.running import Running
from gcam_addon.features.surroundings import Surroundings
from gcam_addon.guard.settings import FILE as GUARD
from gcam_addon.guard.stored import CODES, StoredCodes, StoredModes
from gcam_addon.lan.boards import FILE as BOARDS
from gcam_addon.lan.service import CameraNetwork
from gcam_addon.live.broadcast import Broadcasts
from gcam_addon.network.beacon import Beacon
from gcam_addon.network.finder import Finder, Leased, Seen
from gcam_addon.network.sweep import reachable_at
from gcam_addon.planning.lately import of_clips
from gcam_addon.planning.planner import Now, Planner
from gcam_addon.web import site
from gcam_addon.web.app import build_app
from gcam_addon.web.direct import Introductions
from gcam_addon.web.events import EventHub
from gcam_addon.web.greeting import Greeting
from gcam_addon.web.info import API_LEVEL, Info
from gcam_addon.web.load import LoadMeter
from gcam_addon.web.server import WebServer
from gcam_addon.web.services import Services


async def begin(gcam: Running) -> None:
    surroundings, info = Surroundings(gcam), _info(gcam)
    events = _events(gcam, surroundings, info)
    app = build_app(_services(gcam, surroundings, info, events), site.routes())
    server = await gcam.begin(WebServer(app, gcam.settings.web, duties=gcam.duties))
    gcam.url, gcam.ingress, gcam.port, gcam.tls = server.url, server.ingress, server.port, server.tls
    _introduce(gcam, events)
    await _advertise(gcam, server)


def _info(gcam: Running) -> Info:
    return Info(
        version=__version__,
        listen=gcam.settings.web,
        instance_id=gcam.instance_id,
    )


def _events(gcam: Running, surroundings: Surroundings, info: Info) -> EventHub:
    clips = gcam.recordings.clips
    greeting = Greeting(
        gcam.engine, gcam.roster, gcam.boards, clips, gcam.clock, info, surroundings, duties=gcam.duties
    )
    return EventHub(greeting)


def _services(gcam: Running, surroundings: Surroundings, info: Info, events: EventHub) -> Services:
    what_ifs = WhatIfs(duties=gcam.duties, classifier=build_classifier())
    gcam.stack.push_async_callback(asyncio.to_thread, what_ifs.stop)
    crf = gcam.settings.storage.encoder.quality
    broadcasts = Broadcasts(
        gcam.engine.watch, gcam.engine.epoch, gcam.engine.units, duties=gcam.duties, crf=crf
    )
    gcam.stack.push_async_callback(broadcasts.close)

    async def find(url: str, thorough: bool) -> Seen | None:
        facts = await identify(url, gcam.clock, thorough=thorough)
        return None if facts is None else Seen(str(facts.firmware), facts.name, facts.claimed, facts.id)

    return Services(
        engine=gcam.engine,
        load=LoadMeter(gcam.engine.cost),
        cameras=gcam.roster,
        clips=gcam.recordings.clips,
        clock=gcam.clock,
        files=gcam.recordings,
        pictures=gcam.recordings.pictures,
        exports=gcam.recordings.exports,
        shares=gcam.recordings.shares,
        info=info,
        surroundings=surroundings,
        log_book=gcam.log,
        check=partial(_check, gcam),
        plan=_planner(gcam).plan,
        duties=gcam.duties,
        backups=Backups(
            gcam.settings, gcam.roster, _backed_up(gcam), gcam.access, gcam.clock, of_people={CODES}
        ),
        what_ifs=what_ifs,
        boards=gcam.boards,
        board_health=lambda: gcam.rounds.newest,
        board_days=lambda: gcam.rounds.days,
        lamps=gcam.lamps,
        finder=Finder(find, networks=gcam.link.networks if gcam.link else None, leased=_leased(gcam.network)),
        network=gcam.network,
        broadcasts=broadcasts,
        access=gcam.access,
        alerts=gcam.alerts,
        arrivals=gcam.arrivals,
        introductions=Introductions(gcam.roster.get, gcam.settings.web.ice_servers),
        push=gcam.settings.push,
        choosing=gcam.choosing,
        history=gcam.history,
        guard=gcam.guard,
        events=events,
        started_s=gcam.clock.monotonic(),
    )


def _leased(network: CameraNetwork | None) -> Leased:
    """The boards of the camera network."""

    def leased() -> Sequence[tuple[str, str]]:
        return [(one.title, str(one.address)) for one in (network.leases if network else ())]

    return leased


def _backed_up(gcam: Running) -> Mapping[str, StoredPart]:
    return {
        BOARDS: gcam.network or gcam.named_boards,
        CHOICES: gcam.choosing,
        GUARD: StoredModes(gcam.guard),
        CODES: StoredCodes(gcam.guard),
    }


def _planner(gcam: Running) -> Planner:
    async def now() -> Now:
        states = tuple(gcam.engine.states().values())
        return Now(gcam.roster.list(), states, await of_clips(gcam.recordings.clips, gcam.clock.wall()))

    storage = lambda: gcam.choosing.settings.storage  # noqa: E731
    planner = Planner(storage, now, duties=gcam.duties, workers=gcam.engine.cost)
    gcam.stack.push_async_callback(asyncio.to_thread, planner.stop)
    return planner


def _check(gcam: Running) -> AsyncGenerator[Finding, None]:
    """The port is the one that was given, where any free one was asked for; the broker the one in use."""
    web, mqtt = replace(gcam.settings.web, port=gcam.port), gcam.settings.mqtt
    if gcam.link is not None and mqtt.mode is MqttMode.SUPERVISOR:
        mqtt = gcam.link.mqtt
    return check_setup(replace(gcam.settings, web=web, mqtt=mqtt), (), gcam.clock, gcam.duties)


def _introduce(gcam: Running, events: EventHub) -> None:
    """To Home Assistant, where Gcam is its add-on."""
    if gcam.link is None:
        return
    gcam.link.on_entities(events.greet_anew)
    tls = gcam.settings.web.tls_certificate is not None
    gcam.beside(
        "introduction",
        partial(gcam.link.introduce, gcam.port, tls=tls, instance_id=gcam.instance_id, api_level=API_LEVEL),
    )


async def _advertise(gcam: Running, server: WebServer) -> None:
    """By mDNS, where somebody else than this machine could come."""
    web, listens_on = gcam.settings.web, ipaddress.ip_address(server.host)
    wanted = web.advertise
    if wanted is None:
        wanted = gcam.settings.demo or not listens_on.is_loopback
    if not wanted:
        return
    facts = {"id": gcam.instance_id, "api": str(API_LEVEL), "tls": "1" if web.tls_certificate else "0"}
    name = f"Gcam {socket.gethostname().partition('.')[0]}"
    host = f"gcam-{gcam.instance_id[:8]}"
    addresses = partial(reachable_at, listens_on)
    await gcam.begin(Beacon(name, host, server.port, facts, addresses, duties=gcam.duties))
