"""Where cameras dial in: a TCP port that is open only while there is a camera that does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, PushSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import AccessDenied, ProtocolError, SourceError
from gcam_addon.machine.households import household_of
from gcam_addon.machine.loop import stop_listening
from gcam_addon.model import CameraAdded, CameraRemoved, DutyStatus, Event
from gcam_addon.push.caller import Caller
from gcam_addon.wire.address import push_key_of
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.wire.pushing import OtherVersion, Parting
from gcam_addon.words.reason import because

HELLO_WITHIN_S: Final = 5.0
WRONG_KEY_S: Final = 1.0
"""So long the answer to a wrong proof takes."""
MOST_UNPROVEN: Final = 50
MOST_UNPROVEN_OF_ONE: Final = 5
_BUFFER_BYTES: Final = 512 * 1024
_TRY_AGAIN_S: Final = 10.0
_LOG_AGAIN_S: Final = 60.0
_log = logging.getLogger(__name__)


class PushListener:
    """interfaces.Sink: follows which cameras there are. `run` is a duty. Loop only."""

    def __init__(
        self,
        settings: PushSettings,
        cameras: Callable[[], Sequence[Camera]],
        arrivals: Arrivals,
        clock: Clock,
        *,
        duties: Duties,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._cameras = cameras
        self._arrivals = arrivals
        self._clock = clock
        self._duties = duties
        self._tls = tls
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._keys: dict[str, str] = {}
        self._unproven: Counter[str] = Counter()
        self._said_s: dict[str, float] = {}

    @property
    def port(self) -> int | None:
        """Where it listens; None while it does not."""
        return self._server.sockets[0].getsockname()[1] if self._server else None

    @property
    def unproven(self) -> int:
        """Connections that have not shown yet whose they are."""
        return self._unproven.total()

    def publish(self, event: Event) -> None:
        if isinstance(event, CameraAdded | CameraRemoved):
            self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._changed.clear()
                self._follow()
                if self._keys and self._server is None:
                    await self._open()
                elif not self._keys:
                    await self._close()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_TRY_AGAIN_S if self._arrivals.obstacle else None):
                        await self._changed.wait()
        finally:
            await self._close()

    def _follow(self) -> None:
        """Whoever holds a key that counts no more is sent away."""
        former, self._keys = self._keys, _keys_of(self._cameras())
        for camera_id, key in former.items():
            if self._keys.get(camera_id) != key:
                self._arrivals.forget(camera_id)

    async def _open(self) -> None:
        host, port = self._settings.host, self._settings.port
        try:
            self._server = await asyncio.start_server(self._accept, host, port, limit=_BUFFER_BYTES)
        except OSError as error:
            problem = because("push_port", host=host, port=port, why=error)
            if self._arrivals.obstacle != problem:
                _log.error("%s", problem)
            self._arrivals.obstacle = problem
            return
        self._arrivals.obstacle = None
        _log.info("cameras may dial in on %s:%s", host, self.port)

    async def _close(self) -> None:
        self._arrivals.obstacle = None
        if self._server is not None:
            await stop_listening(self._server)
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(Caller(reader, writer, self._clock, may_speak=self._tls is None))
        except (OSError, EOFError):
            pass  # it went away
        except asyncio.CancelledError:
            pass  # nobody waits for this task, and asyncio calls a cancelled one an error
        except Exception as error:  # noqa: BLE001  (one connection's defect ends nothing else)
            self._duties.failed("push connection", error, DutyStatus.ENDED, "is over")
        finally:
            writer.close()

    async def _serve(self, caller: Caller) -> None:
        proven = await self._proven(caller)
        if proven is None:
            return
        camera_id, proof = proven
        camera = next((one for one in self._cameras() if one.id == camera_id), None)
        if camera is None or not camera.enabled or camera.privacy:
            caller.close(Parting.RESTING)
            return
        caller.accept(proof)
        try:
            await self._arrivals.receive(camera_id, caller)
        except SourceError as error:
            self._say(camera_id, f"{caller.who}: {error}")
            caller.close(Parting.GOING)

    async def _proven(self, caller: Caller) -> tuple[str, bytes] | None:
        """None where it was sent away."""
        household = household_of(caller.address)
        if self.unproven >= MOST_UNPROVEN or self._unproven[household] >= MOST_UNPROVEN_OF_ONE:
            caller.close(Parting.CROWDED)
            self._say(household, f"{caller.address} is sent away: too many that dial in have no proof yet")
            return None
        self._unproven[household] += 1
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                if self._tls is not None:  # not before it is counted: a handshake costs memory and time
                    await caller.encrypt(self._tls)
                return await caller.prove(self._keys.get)
        except TimeoutError:
            self._say(household, f"{caller.address} dialled in and said nothing for {HELLO_WITHIN_S:.0f} s")
        except ProtocolError as error:
            self._say(household, f"{caller.address}: {error}")
            is_other = isinstance(error, OtherVersion)
            caller.close(Parting.OTHER_VERSION if is_other else Parting.NO_MESSAGE)
        except AccessDenied as error:
            self._say(household, str(error))
            await asyncio.sleep(WRONG_KEY_S)
            caller.close(Parting.UNKNOWN)
        finally:
            self._unproven[household] -= 1
            if not self._unproven[household]:
                del self._unproven[household]
        return None

    def _say(self, whom: str, what: str) -> None:
        """At most once a minute of each."""
        now_s = self._clock.monotonic()
        self._said_s = {one: at_s for one, at_s in self._said_s.items() if now_s - at_s < _LOG_AGAIN_S}
        if whom not in self._said_s:
            self._said_s[whom] = now_s
            _log.warning("%s", what)


def _keys_of(cameras: Sequence[Camera]) -> dict[str, str]:
    keys = ((camera.id, push_key_of(camera.source.url)) for camera in cameras)
    return {camera_id: key for camera_id, key in keys if key is not None}
