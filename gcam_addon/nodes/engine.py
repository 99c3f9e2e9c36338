"""One engine over several processes: which camera lives where, and who is to be asked about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence

from gcam_addon.config.model import Camera
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import NotFound
from gcam_addon.interfaces import Sink
from gcam_addon.live.units import UnitRelay
from gcam_addon.machine.limits import Cost
from gcam_addon.model import CameraState, Decision, EncodedFrame, Event
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.nodes.remote import RemoteNode
from gcam_addon.wire.address import PushAddress, parse
from gcam_addon.words.reason import because


class SharedEngine:
    """interfaces.Engine. `here` runs what dials in, since its connections come in here; all else is shared
    out evenly over `nodes`, and stays where it is. `here` tells what happens everywhere.
    """

    def __init__(self, here: LocalEngine, nodes: Sequence[RemoteNode]) -> None:
        self._here = here
        self._nodes = tuple(nodes)
        self._places: dict[str, LocalEngine | RemoteNode] = {}

    async def start(self, camera: Camera) -> None:
        former = self._places.get(camera.id)
        place = self._place_of(camera, former)
        if former is not None and former is not place:
            await former.stop(camera.id)
        self._places[camera.id] = place
        await place.start(camera)

    async def stop(self, camera_id: str) -> None:
        place = self._places.pop(camera_id, None)
        if place is not None:
            await place.stop(camera_id)

    async def close(self) -> None:
        await asyncio.gather(*(node.close() for node in self._nodes))
        await self._here.close()

    def subscribe(self, sink: Sink) -> None:
        self._here.subscribe(sink)

    def publish(self, event: Event) -> None:
        """Loop. Tell every sink."""
        self._here.publish(event)

    def states(self) -> Mapping[str, CameraState]:
        found = ((camera_id, place.state(camera_id)) for camera_id, place in self._places.items())
        return {camera_id: state for camera_id, state in found if state is not None}

    def state(self, camera_id: str) -> CameraState | None:
        place = self._places.get(camera_id)
        return None if place is None else place.state(camera_id)

    def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        return self._find(camera_id).watch(camera_id, hd=hd)

    def units(self, camera_id: str, *, hd: bool = False) -> UnitRelay:
        return self._find(camera_id).units(camera_id, hd=hd)

    def decisions(self, camera_id: str) -> AsyncGenerator[Decision, None]:
        return self._find(camera_id).decisions(camera_id)

    def epoch(self, camera_id: str) -> int:
        place = self._places.get(camera_id)
        return 0 if place is None else place.epoch(camera_id)

    def skipped(self, camera_id: str) -> int:
        place = self._places.get(camera_id)
        return 0 if place is None else place.skipped(camera_id)

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        return await self._find(camera_id).snapshot(camera_id, hd=hd)

    def record(self, camera_id: str, seconds: float | None) -> None:
        self._find(camera_id).record(camera_id, seconds)

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        if (place := self._places.get(camera_id)) is not None:
            place.note_lamp(camera_id, level)

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None:
        if (place := self._places.get(camera_id)) is not None:
            place.note_board(camera_id, health)

    def calm(self, camera_id: str) -> None:
        if (place := self._places.get(camera_id)) is not None:
            place.calm(camera_id)

    def cost(self) -> Cost:
        """Of all other processes."""
        return sum((node.cost for node in self._nodes), Cost())

    def follow_clock(self) -> None:
        """The wall clock was anchored anew."""
        for node in self._nodes:
            node.follow_clock()

    def follow_settings(self) -> None:
        """What is chosen while Gcam runs holds everywhere."""
        for node in self._nodes:
            node.follow_settings()

    def _place_of(self, camera: Camera, former: LocalEngine | RemoteNode | None) -> LocalEngine | RemoteNode:
        if isinstance(parse(camera.source.url), PushAddress):
            return self._here
        return min(self._nodes, key=len) if former is None or former is self._here else former

    def _find(self, camera_id: str) -> LocalEngine | RemoteNode:
        try:
            return self._places[camera_id]
        except KeyError:
            raise NotFound(because("no_camera", camera=camera_id)) from None
