"""A compressed camera for viewers: its own units, in the container that they take. Nothing is decoded, so
every viewer has a muxer of its own, which costs less than sharing one would take in code.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from fractions import Fraction

import av

from gcam_addon.bitstream.fragments import Fragments, codecs_of, opening
from gcam_addon.bitstream.leading import Leading
from gcam_addon.bitstream.times import TICKS, Order
from gcam_addon.bitstream.tracks import templates
from gcam_addon.errors import Stalled
from gcam_addon.live.h264 import Piece, Sink, translated
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import Tracks, Unit
from gcam_addon.words.reason import because


async def as_mp4(units: UnitRelay, away_s: float) -> AsyncGenerator[Piece, None]:
    """Fragments from a key on, a stream of its own for every `Tracks` and after every loss. Until the units
    end or none come for `away_s`; raises `Stalled` where not even the first came.
    """
    header, codec, fragments, leading = b"", "", None, None
    last: Unit | None = None
    reorders = units.reorders
    async for unit in _each(units, away_s):
        is_key = unit.begins_group
        if last is None or unit.tracks != last.tracks or units.reorders != reorders:
            if not is_key:
                continue
            reorders = units.reorders
            with translated(unit.size):
                header, codec = opening(unit.tracks), codecs_of(unit.tracks)
            fragments, leading = Fragments(unit, reorders=reorders), Leading(unit)
        elif leading is not None and leading.is_lost(unit):
            continue
        last = unit
        assert fragments is not None
        payload = fragments.of(unit)
        if payload:
            yield Piece(payload, is_key, header, codec, unit.size)


async def as_ts(units: UnitRelay, away_s: float) -> AsyncGenerator[Piece, None]:
    """MPEG-TS from a key on, until the camera sends something else (programs keep the first set-up, and ask
    again); else as `as_mp4`.
    """
    muxer: _Ts | None = None
    tracks: Tracks | None = None
    leading: Leading | None = None
    try:
        async for unit in _each(units, away_s):
            if muxer is None:
                if not unit.begins_group:
                    continue
                tracks, muxer, leading = unit.tracks, _Ts(unit, reorders=units.reorders), Leading(unit)
            elif unit.tracks != tracks:
                return
            elif leading is not None and leading.is_lost(unit):
                continue
            payload = muxer.of(unit)
            if payload:
                yield Piece(payload, unit.begins_group, size=unit.size)
    finally:
        if muxer is not None:
            muxer.close()


async def _each(units: UnitRelay, away_s: float) -> AsyncGenerator[Unit, None]:
    is_first = True
    async with aclosing(units.watch()) as watched:
        while True:
            try:
                async with asyncio.timeout(away_s):
                    several = await anext(watched, None)
            except TimeoutError:
                if is_first:
                    raise Stalled(because("no_picture_for", seconds=away_s)) from None
                return
            if not several:
                return
            is_first = False
            for unit in several:
                yield unit


class _Ts:
    """One viewer's MPEG-TS, tables before every key."""

    def __init__(self, first: Unit, *, reorders: bool) -> None:
        self._order = Order(first.pts_s, reorders=reorders)
        self._sink = Sink()
        options = {
            "mpegts_flags": "resend_headers+pat_pmt_at_frames",
            "flush_packets": "1",
            "max_interleave_delta": "1",
        }
        with translated(first.size), templates(first.tracks) as like:
            self._output = av.open(self._sink, "w", format="mpegts", options=options)
            self._video = self._output.add_stream_from_template(like.video)
            self._sound = self._output.add_stream_from_template(like.sound) if like.sound else None
            self._output.start_encoding()

    def of(self, unit: Unit) -> bytes:
        packet = av.Packet(unit.data)
        packet.time_base = Fraction(1, TICKS)
        if unit.is_sound:
            at_s = self._order.since(unit.pts_s)
            if at_s < 0 or self._sound is None:
                return b""
            packet.pts = packet.dts = round((at_s + self._order.early_s) * TICKS)
            packet.stream = self._sound
        else:
            packet.dts, packet.pts = self._order.next(unit.pts_s)
            packet.is_keyframe = unit.is_key
            packet.stream = self._video
        with translated(unit.size):
            self._output.mux(packet)
        return self._sink.taken()

    def close(self) -> None:
        self._output.close()
