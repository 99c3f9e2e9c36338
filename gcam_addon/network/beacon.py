"""Gcam tells the local network where it is (mDNS), so that Home Assistant finds it by itself.

Whether that is wanted, and what is told, the composition root says.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Mapping, Sequence

from zeroconf import Error, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from gcam_addon.duties import Duties

KIND = "_gcam._tcp.local."

_LOOK_EVERY_S = 60.0
_NAME_MAX_BYTES = 63
_log = logging.getLogger(__name__)


class Beacon:
    """`start` and `stop` once. Follows the machine's `addresses` (IPv4; may block briefly), which come and go
    with its networks. Where mDNS can't be used this is said once, and tried again every minute.
    """

    def __init__(
        self,
        name: str,
        host_name: str,
        port: int,
        facts: Mapping[str, str],
        addresses: Callable[[], Sequence[str]],
        *,
        duties: Duties,
    ) -> None:
        self._name = name.encode()[:_NAME_MAX_BYTES].decode(errors="ignore")
        self._host_name = host_name
        self._port = port
        self._facts = dict(facts)
        self._addresses = addresses
        self._duties = duties
        self._voice: AsyncZeroconf | None = None
        self._task: asyncio.Task[None] | None = None
        self._warned = False

    async def start(self) -> None:
        """Returns at once: whether the name is free takes the network a second to say."""
        self._task = self._duties.task("beacon", self._keep_announced)

    async def stop(self) -> None:
        """Says goodbye, so that nobody goes on looking for us."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._hush()

    async def _keep_announced(self) -> None:
        known: Sequence[str] = ()
        while True:
            addresses = await self._look(known)
            if addresses != known:
                await self._hush()
                known = addresses if await self._announce(addresses) else ()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _look(self, known: Sequence[str]) -> Sequence[str]:
        try:
            return tuple(await asyncio.to_thread(self._addresses))
        except OSError as error:
            _log.debug("this machine's addresses can't be looked up: %s", error)
            return known

    async def _announce(self, addresses: Sequence[str]) -> bool:
        if not addresses:
            return True
        try:
            name = await self._register(addresses)
        except (OSError, Error) as error:
            level = logging.DEBUG if self._warned else logging.WARNING
            _log.log(level, "Gcam can't be found by itself in the network, only by its address: %s", error)
            self._warned = True
            await self._hush()
            return False
        self._warned = False
        _log.info("announced as %r on %s", name, ", ".join(addresses))
        return True

    async def _register(self, addresses: Sequence[str]) -> str:
        """The name it got: another one where somebody had it."""
        service = ServiceInfo(
            KIND,
            f"{self._name}.{KIND}",
            port=self._port,
            addresses=[socket.inet_aton(address) for address in addresses],
            properties=self._facts,
            server=f"{self._host_name}.local.",
        )
        self._voice = AsyncZeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only)
        await (await self._voice.async_register_service(service, allow_name_change=True))
        return service.name.removesuffix(f".{KIND}")

    async def _hush(self) -> None:
        voice, self._voice = self._voice, None
        if voice is not None:
            with contextlib.suppress(OSError, Error):
                await voice.async_close()
