"""One simulated ESP32-CAM on real ports: a board, a firmware, and what happens to them."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Coroutine
from typing import Self

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.faults import Fault, Faults, Schedule
from gcam_addon.simulator.firmware import Firmware, firmware_named
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.port import Port

_VGA = Size(640, 480)
_REBOOT_S = 3.0
_PORT_TRIES = 50


class SimulatedCamera:
    """Loop only. Start it, connect to `url`, break it with `faults`, stop it; or use `async with`."""

    def __init__(
        self,
        firmware: str,
        pictures: Pictures,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        fps: float = 10.0,
        size: Size | None = None,
        quality: int = 12,
        phase_s: float = 0.0,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        """`port`: the board's first one (its others follow), 0: any free ones. `size`: default the
        footage's own, else VGA. `quality`: 0 (best) .. 63. Raises `ConfigError` for an unknown firmware.
        """
        self.firmware: Firmware = firmware_named(firmware)
        self.faults = Faults(time.monotonic)
        self.faults.watch(self._fault_added)
        adjustments = Adjustments(size or pictures.size or _VGA, quality)
        self.board = Board(
            pictures,
            self.faults,
            time.monotonic,
            adjustments=adjustments,
            fps=fps,
            phase_s=phase_s,
            credentials=credentials,
        )
        self._host = host
        self._port = port
        self._ports: list[Port] = []
        self._kept: list[socket.socket] = []
        """Bound to the same ports, so that nobody takes them while the board reboots."""
        self._plans: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. Raises `ConfigError` when a port is taken."""
        bound = _bind_all(self._host, self._port, len(self.firmware.backlogs))
        self._port = bound[0].getsockname()[1]
        if not self._kept:
            self._kept = [_bind(self._host, self._port + offset) for offset in range(len(bound))]
        for offset, sock in enumerate(bound):
            self._ports.append(self._open(offset, sock))

    async def stop(self) -> None:
        """Stop listening and reset all connections."""
        for plan in self._plans:
            plan.cancel()
        if self._plans:
            await asyncio.wait(self._plans)
        await self._close_ports()
        while self._kept:
            self._kept.pop().close()

    @property
    def port(self) -> int:
        """The board's first port (`:80` of most firmwares); 0 before the start with port 0."""
        return self._port

    @property
    def url(self) -> str:
        """The stream's address."""
        return f"{self._origin(self.firmware.stream_port)}{self.firmware.stream_path}"

    @property
    def control_url(self) -> str:
        """The address of the board's first port, without a path."""
        return self._origin(0)

    @property
    def clients(self) -> int:
        """Streams being sent now."""
        return self.board.counters.clients

    @property
    def frames_sent(self) -> int:
        return self.board.counters.frames_sent

    @property
    def streams_opened(self) -> int:
        return self.board.counters.streams_opened

    async def reboot(self, gone_s: float = _REBOOT_S) -> None:
        """Reset all connections, be unreachable for `gone_s`, come back with the settings of a fresh boot."""
        await self.vanish()
        await asyncio.sleep(gone_s)
        await self.come_back()

    async def vanish(self) -> None:
        """Reset all connections and be unreachable until `come_back`; its ports stay its own."""
        await self._close_ports()

    async def come_back(self) -> None:
        """With the settings of a fresh boot."""
        self.board.reboot()
        await self.start()

    def _origin(self, offset: int) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port + offset}"

    def _open(self, offset: int, bound: socket.socket) -> Port:
        async def serve(port: Port, connection: Connection) -> None:
            connection.counted = self.board.counters.count_bytes
            await self.firmware.serve(offset, port, connection, self.board)

        def refuses() -> bool:
            streams = offset == self.firmware.stream_port and self.clients > 0
            return streams and self.faults.active(Fault.REFUSE_SECOND_CLIENT)

        port = Port(bound, self.firmware.backlogs[offset], serve, refuses)
        port.open()
        return port

    async def _close_ports(self) -> None:
        closing, self._ports = self._ports, []
        for port in closing:
            await port.close()

    def _fault_added(self, schedule: Schedule) -> None:
        """Faults that concern more than one stream happen here."""
        if schedule.fault is Fault.REBOOT:
            self._plan(self._reboot_later(schedule))
        elif schedule.fault is Fault.REFUSE_SECOND_CLIENT:
            self._plan(self._reconsider_later(schedule))

    def _plan(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._plans.add(task)
        task.add_done_callback(self._plans.discard)

    async def _reboot_later(self, schedule: Schedule) -> None:
        await asyncio.sleep(schedule.from_s)
        await self.reboot(_REBOOT_S if schedule.for_s is None else schedule.for_s)

    async def _reconsider_later(self, schedule: Schedule) -> None:
        await asyncio.sleep(schedule.from_s)
        for port in self._ports:
            port.reconsider()


def _bind_all(host: str, first: int, count: int) -> list[socket.socket]:
    """`count` ports in a row, from `first`, or anywhere for 0."""
    for attempt in range(_PORT_TRIES):
        bound: list[socket.socket] = []
        try:
            bound.append(_bind(host, first, alone=first == 0))
            start = bound[0].getsockname()[1]
            bound.extend(_bind(host, start + offset, alone=first == 0) for offset in range(1, count))
        except (OSError, OverflowError) as error:
            for sock in bound:
                sock.close()
            if first or attempt == _PORT_TRIES - 1:
                reason = getattr(error, "strerror", None) or "the port number is too large"
                raise ConfigError(f"Can't listen on {host}:{first}: {reason}.", field="listen") from error
        else:
            return bound
    raise AssertionError


def _bind(host: str, port: int, *, alone: bool = False) -> socket.socket:
    """`alone`: not even beside somebody who has yet to listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if not alone:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except BaseException:
        sock.close()
        raise
    return sock
