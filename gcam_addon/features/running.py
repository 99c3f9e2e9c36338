"""The program while it runs: what every feature counts on, and what features leave to those after them."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol, TypeVar

from gcam_addon.access.service import Access
from gcam_addon.alerts.service import Alerts
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.lamps import Lamps
from gcam_addon.boards.rounds import Rounds
from gcam_addon.cameras.roster import Roster
from gcam_addon.clock import SystemClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.model import Camera, Settings
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.guard.service import GuardService
from gcam_addon.history.service import History
from gcam_addon.lan.boards import NamedBoards
from gcam_addon.lan.service import CameraNetwork
from gcam_addon.log.ring import LogRing
from gcam_addon.mqtt.bridge import MqttBridge
from gcam_addon.nodes.engine import SharedEngine
from gcam_addon.recording.service import Recordings
from gcam_addon.supervisor.link import HomeAssistantLink
from gcam_addon.wire.arrivals import Arrivals


class Part(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


_P = TypeVar("_P", bound=Part)


class Running:
    """`stack` ends in reverse what was begun. A feature sets what bears its name; those that begin before it
    don't know of it.
    """

    engine: LocalEngine | SharedEngine
    arrivals: Arrivals
    recordings: Recordings
    access: Access
    history: History
    alerts: Alerts
    roster: Roster
    guard: GuardService
    boards: Acquaintances
    lamps: Lamps
    rounds: Rounds
    log: LogRing
    store: CameraStore
    choosing: Choosing
    instance_id: str
    link: HomeAssistantLink | None = None
    """To the Supervisor, where Gcam is an add-on."""
    bridge: MqttBridge | None = None
    network: CameraNetwork | None = None
    """The boards' own, where there is one."""
    named_boards: NamedBoards
    """Of that network, also while there is none."""
    url = ""
    tls: ssl.SSLContext | None = None
    """The page's."""
    ingress: str | None = None
    """Where Home Assistant's ingress comes in."""
    port: int
    """That the page is on; as it was given, until then."""

    def __init__(
        self, settings: Settings, cameras: Sequence[Camera], clock: SystemClock, duties: Duties
    ) -> None:
        """`cameras`: those of the command line."""
        self.settings = settings
        self.cameras = tuple(cameras)
        self.clock = clock
        self.duties = duties
        self.stack = AsyncExitStack()
        self.port = settings.web.port

    async def begin(self, part: _P) -> _P:
        """Start it now, and stop it when its turn comes."""
        await part.start()
        self.stack.push_async_callback(part.stop)
        return part

    def beside(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`work` as a duty of that name, until the end."""
        self.stack.callback(self.duties.task(name, work).cancel)
