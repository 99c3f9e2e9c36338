"""A simulated board announces itself by mDNS, so that it can be found as a real one."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Self

from zeroconf import Error, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from gcam_addon.errors import ConfigError
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.firmware.gcam import facts

_KIND = "_http._tcp.local."
_GCAM_KIND = "_gcam-board._tcp.local."
_NAMES: Mapping[str, str] = {
    "mjpeg2sd": "ESP-CAM_MJPEG_",
    "esphome": "esp32cam-",
    "tasmota": "tasmota-cam-",
    "gcam": "gcam-",
}
"""How each firmware calls itself; CameraWebServer announces nothing, so its name in the network stands in."""


class Advertisement:
    """`async with Advertisement(camera, host):` while the camera runs; on `host`'s network interface only."""

    def __init__(self, camera: SimulatedCamera, host: str) -> None:
        self._camera = camera
        self._host = host
        self._voice: AsyncZeroconf | None = None

    @property
    def name(self) -> str:
        return f"{_NAMES.get(self._camera.firmware.name, 'esp32-')}{self._camera.port:06X}"

    async def __aenter__(self) -> Self:
        """Raises `ConfigError` where mDNS can't be used."""
        kind, texts = self._told()
        info = ServiceInfo(
            kind,
            f"{self.name}.{kind}",
            port=self._camera.port,
            properties=texts,
            addresses=[socket.inet_aton(self._host)],
            server=f"{self.name}.local.",
        )
        try:
            self._voice = AsyncZeroconf(interfaces=[self._host], ip_version=IPVersion.V4Only)
            await self._voice.async_register_service(info)
        except (OSError, Error) as error:
            await self.__aexit__()
            raise ConfigError(f"The camera can't announce itself on {self._host}: {error}.") from error
        return self

    def _told(self) -> tuple[str, dict[str, str]]:
        """The service's type and its texts."""
        if self._camera.firmware.name != "gcam":
            return _KIND, {}
        told = facts(self._camera.board)
        texts = {name: str(told[name]) for name in ("id", "board", "version", "name")}
        return _GCAM_KIND, {"protocol": str(told["gcam"]), **texts}

    async def __aexit__(self, *_: object) -> None:
        voice, self._voice = self._voice, None
        if voice is not None:
            await voice.async_unregister_all_services()
            await voice.async_close()
