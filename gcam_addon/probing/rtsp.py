"""Looking at an RTSP camera for a moment: its first picture, how fast it sends, and in what."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from gcam_addon.bitstream.inter import InterDecoder
from gcam_addon.boards.board import BoardFacts, Firmware, Note
from gcam_addon.boards.probe import Probe
from gcam_addon.boards.visit import Picture
from gcam_addon.clock import Clock
from gcam_addon.config.model import RtspTransport, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import SourceError
from gcam_addon.model import Codec, Unit
from gcam_addon.sources.rtsp import RtspSource
from gcam_addon.wire.address import RtspAddress

_CONNECT_S: Final = 6.0
_WATCH_S: Final = 1.5
_QUALITY: Final = 85
_H265: Final = Note("h265", "It sends H.265, which not every browser plays: those get H.264.")
_UDP: Final = Note("udp", "It sends by UDP alone, which loses parts where the network is busy.")
_WATCHED: Final = Note("watched", "Gcam watches it already: it was left alone.")


async def look(
    address: RtspAddress, clock: Clock, duties: Duties, *, verify_tls: bool, is_watched: bool = False
) -> Probe:
    """By TCP, or by UDP where it sends by that alone. Raises `SourceError`."""
    if is_watched:
        return _told(address, notes=(_WATCHED,))
    settings = SourceSettings(address.url, _CONNECT_S, _CONNECT_S, verify_tls=verify_tls)
    try:
        units = await _watched(settings, clock, duties)
    except SourceError as error:
        if error.reason is None or error.reason.code != "rtsp_other_way":
            raise
        settings = replace(settings, rtsp_transport=RtspTransport.UDP)
        units = await _watched(settings, clock, duties)
    tracks = units[-1].tracks
    notes = []
    if tracks.video.codec is Codec.H265:
        notes.append(_H265)
    if settings.rtsp_transport is RtspTransport.UDP:
        notes.append(_UDP)
    return replace(
        _told(address, notes=tuple(notes)),
        picture=await asyncio.to_thread(_picture, units),
        fps=_fps(units),
        codec=tracks.video.codec,
        sound=tracks.sound is not None,
        rtsp_transport=settings.rtsp_transport,
    )


def _told(address: RtspAddress, notes: tuple[Note, ...]) -> Probe:
    facts = BoardFacts(Firmware.RTSP)
    return Probe(
        facts=facts,
        title=facts.title,
        name=address.host,
        url=address.place,
        snapshot_url=None,
        controls=(),
        picture=None,
        fps=None,
        notes=notes,
    )


async def _watched(settings: SourceSettings, clock: Clock, duties: Duties) -> Sequence[Unit]:
    """The pictures of a moment."""
    units: list[Unit] = []
    async with aclosing(RtspSource(settings, clock, duties).units()) as stream:
        async for unit in stream:
            if not unit.is_sound:
                units.append(unit)
                if unit.pts_s - units[0].pts_s >= _WATCH_S:
                    break
    return units


def _fps(units: Sequence[Unit]) -> float | None:
    shown = sorted(unit.pts_s for unit in units)
    span_s = shown[-1] - shown[0]
    return (len(shown) - 1) / span_s if span_s > 0.0 else None


def _picture(units: Sequence[Unit]) -> Picture | None:
    """The first that is whole; None where there is none. Blocking."""
    decoder = InterDecoder()
    for unit in units:
        if not unit.tracks.video.codec.is_inter:
            return Picture(unit.data, unit.size)
        for picture in decoder.pictures(unit):
            return Picture(picture.jpeg(_QUALITY), picture.size)
    return None
