"""The camera's side of the push protocol: sends what a source gives to a Gcam, newest first where the line is
slow, and dials again whenever it broke off.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import secrets
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gcam_addon.bitstream.nal import annex_b, sets_in
from gcam_addon.errors import GcamError, ProtocolError, Rejected, Stalled, Unreachable
from gcam_addon.model import Codec, Unit
from gcam_addon.push.pace import Pace, asked_in
from gcam_addon.wire.pushing import (
    GREETING_BYTES,
    HEAD_BYTES,
    MOST_PICTURE_BYTES,
    NONCE_BYTES,
    PING_S,
    PROOF_BYTES,
    SILENCE_S,
    VERSION,
    Head,
    Hello,
    Kind,
    Parting,
    camera_proof,
    count_of,
    gcam_proof,
    is_proof,
    message,
    nonce_of,
)
from gcam_addon.words.reason import because

_CONNECT_S: Final = 10.0
_MOST_ANSWER_BYTES: Final = 1024
_MOST_WAITING: Final = 64
"""Of pictures that build on one another: two to four seconds."""
_PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_REFUSED_PAUSE_S: Final = 30.0
_KINDS = {Codec.MJPEG: Kind.JPEG, Codec.H264: Kind.H264, Codec.H265: Kind.H265}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to dial, and as which camera."""

    host: str
    port: int
    camera_id: str
    secret: str = field(repr=False)
    who: str = ""
    tls: ssl.SSLContext | None = None


class Outbox:
    """What waits to be sent: of JPEGs the newest, where it is due; of others a few, then none up to the next
    key.
    """

    def __init__(self) -> None:
        self.pace = Pace()
        self._waiting: deque[Unit] = deque()
        self._lacks_key = False
        self._filled = asyncio.Event()
        self.left_out = 0

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def put(self, unit: Unit) -> None:
        if unit.is_sound:
            return
        if not unit.tracks.video.codec.is_inter:
            if not self.pace.is_due(unit.pts_s):
                return
            self.left_out += len(self._waiting)
            self._waiting.clear()
        elif len(self._waiting) >= _MOST_WAITING or (self._lacks_key and not unit.is_key):
            self._lacks_key = True
            self.left_out += 1
            return
        self._lacks_key = False
        self._waiting.append(unit)
        self._filled.set()

    def begin(self) -> None:
        """On a new connection: with the newest picture, or the next key."""
        while self._waiting and not self._waiting[0].begins_group:
            self._waiting.popleft()
            self.left_out += 1
        if not self._waiting:
            self._lacks_key = True

    async def get(self) -> Unit:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        return self._waiting.popleft()


class Sender:
    """Sends units to one Gcam until cancelled. `tell` hears of each change, as a line for people."""

    def __init__(self, target: Target, tell: Callable[[str], None], rng: random.Random) -> None:
        self._target = target
        self._tell = tell
        self._rng = rng
        self.outbox = Outbox()
        self.sent = 0
        """Pictures that Gcam took."""

    async def run(self) -> None:
        attempt = 0
        while True:
            sent_before = self.sent
            try:
                await self._once()
            except GcamError as error:
                attempt = 0 if self.sent > sent_before else attempt + 1
                pause_s = self._pause_s(error, attempt)
                self._tell(f"{error}; trying again in {pause_s:.0f} s")
            await asyncio.sleep(pause_s)

    def _pause_s(self, error: GcamError, attempt: int) -> float:
        if isinstance(error, Rejected | ProtocolError):
            return _REFUSED_PAUSE_S
        return _PAUSES_S[min(attempt, len(_PAUSES_S) - 1)] * self._rng.uniform(0.8, 1.2)

    async def _once(self) -> None:
        reader, writer = await self._dial()
        try:
            async with asyncio.timeout(SILENCE_S):
                window = await self._open(reader, writer)
            self._tell(f"Gcam on {self._target.host}:{self._target.port} takes pictures")
            await _Conversation(reader, writer, window, self).run()
        except TimeoutError:
            raise Stalled(because("push_gcam_silent", host=self._target.host, seconds=SILENCE_S)) from None
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Unreachable(because("push_broke_off", host=self._target.host)) from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        target = self._target
        try:
            async with asyncio.timeout(_CONNECT_S):
                return await asyncio.open_connection(target.host, target.port, ssl=target.tls)
        except TimeoutError:
            raise Unreachable(because("push_no_answer", host=target.host, port=target.port)) from None
        except ssl.SSLError as error:
            why = because("push_no_tls", host=target.host, port=target.port, why=error)
            raise Unreachable(why) from error
        except OSError as error:
            raise Unreachable(
                because("push_unreachable", host=target.host, port=target.port, why=error)
            ) from error

    async def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        """Each proves itself; the window."""
        target, own = self._target, secrets.token_bytes(NONCE_BYTES)
        theirs = nonce_of(await reader.readexactly(GREETING_BYTES))
        proof = camera_proof(target.secret, theirs, own, target.camera_id)
        hello = Hello(VERSION, own, proof, target.camera_id, target.who)
        writer.write(message(Kind.HELLO, hello.pack()))
        kind, payload = await read_answer(reader)
        if kind != Kind.WELCOME or len(payload) <= PROOF_BYTES:
            raise ProtocolError(because("push_no_gcam"))
        right = gcam_proof(target.secret, theirs, own, target.camera_id)
        if not is_proof(payload[:PROOF_BYTES], right):
            raise ProtocolError(because("push_false_gcam", host=target.host))
        return payload[PROOF_BYTES]


class _Conversation:
    """One open connection: at most `window` pictures are under way."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, window: int, sender: Sender
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._window = window
        self._sender = sender
        self._sent = 0
        self._taken = 0
        self._told = False
        self._room = asyncio.Event()

    async def run(self) -> None:
        """Raises what ended it."""
        self._sender.outbox.begin()
        self._sender.outbox.pace.ask(None)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send())
                group.create_task(self._hear())
        except* (GcamError, OSError, EOFError, TimeoutError) as failures:
            first = failures.exceptions[0]
        raise first

    async def _send(self) -> None:
        while True:
            while self._sent - self._taken >= self._window:
                self._room.clear()
                async with asyncio.timeout(SILENCE_S):
                    await self._room.wait()
            try:
                async with asyncio.timeout(PING_S):
                    unit = await self._sender.outbox.get()
            except TimeoutError:
                self._writer.write(message(Kind.PING))
                continue
            data = _as_sent(unit)
            if len(data) > MOST_PICTURE_BYTES:
                self._sender.outbox.left_out += 1
                continue
            if not self._told and not unit.tracks.video.codec.is_inter:
                self._tell()
            kind = _KINDS[unit.tracks.video.codec]
            self._writer.write(message(kind, data, max(1, int(unit.pts_s * 1e6))))
            self._sent += 1
            await self._writer.drain()

    async def _hear(self) -> None:
        while True:
            kind, payload = await read_answer(self._reader)
            if kind == Kind.SET:
                self._obey(payload)
            if kind != Kind.TAKEN:
                continue
            newly = (count_of(payload) - self._taken) & 0xFFFFFFFF
            if newly > self._sent - self._taken:
                raise ProtocolError(because("push_no_gcam"))
            self._taken += newly
            self._sender.sent += newly
            self._room.set()

    def _obey(self, form: bytes) -> None:
        try:
            self._sender.outbox.pace.ask(asked_in(form))
        except ValueError as error:
            self._tell(refused=str(error))
        else:
            self._tell()

    def _tell(self, **more: str) -> None:
        """Whoever tells its pace may be asked for another: of whole pictures alone, the others build on those
        before.
        """
        self._told = True
        said = json.dumps({"fps": self._sender.outbox.pace.fps, **more})
        self._writer.write(message(Kind.STATUS, said.encode()))


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Gcam's next message. Raises what its BYE says."""
    head = Head.unpack(await reader.readexactly(HEAD_BYTES))
    if head.length > _MOST_ANSWER_BYTES:
        raise ProtocolError(because("push_no_gcam"))
    payload = await reader.readexactly(head.length)
    if head.kind == Kind.BYE:
        why, said = payload[0] if payload else 0, payload[1:].decode(errors="replace")
        if why in (Parting.UNKNOWN, Parting.RESTING):
            raise Rejected(because("push_refused", says=said), status=403)
        raise Unreachable(because("push_refused", says=said))
    return head.kind, payload


def _as_sent(unit: Unit) -> bytes:
    video = unit.tracks.video
    if not video.codec.is_inter:
        return unit.data
    return annex_b(unit.data, tuple(sets_in(video.setup, video.codec)) if unit.is_key else ())
