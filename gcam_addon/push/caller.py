"""One connection of a camera that dials in, on Gcam's side: who it is, then its pictures."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable

from gcam_addon.clock import Clock
from gcam_addon.errors import AccessDenied, ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.wire.arrivals import Sent, ended_by_gcam, sent_as
from gcam_addon.wire.pushing import (
    HEAD_BYTES,
    MOST_HELLO_BYTES,
    NONCE_BYTES,
    SILENCE_S,
    VERSION,
    Head,
    Hello,
    Kind,
    OtherVersion,
    Parting,
    bye,
    camera_proof,
    gcam_proof,
    greeting,
    is_proof,
    looks_pickled,
    taken,
    welcome,
)
from gcam_addon.wire.talk import Talk
from gcam_addon.words.reason import because

KeyOf = Callable[[str], str | None]
"""The key of a camera that dials in; None where there is no such camera."""


class Caller:
    """Implements `wire.arrivals.Arrival` once `prove` has returned."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        clock: Clock,
        *,
        may_speak: bool = True,
    ) -> None:
        """`may_speak`: before it is encrypted nothing is said where it is to be."""
        self._reader = reader
        self._writer = writer
        self.address: str = (writer.get_extra_info("peername") or ("somebody",))[0]
        self._says = ""
        self._nonce = secrets.token_bytes(NONCE_BYTES)
        self._has_greeted = False
        self._may_speak = may_speak
        self._taken = 0
        self._has_untaken = False
        self._end: SourceError | None = None
        self.talk = Talk(writer.write, clock)
        self.dropped = 0

    @property
    def who(self) -> str:
        return f"{self.address} ({self._says})" if self._says else self.address

    async def encrypt(self, tls: ssl.SSLContext) -> None:
        """Before anything is said. Raises OSError where the handshake fails."""
        await self._writer.start_tls(tls)
        self._may_speak = True

    async def prove(self, key_of: KeyOf) -> tuple[str, bytes]:
        """The id of the camera that it is, and Gcam's proof, which is for `accept`. Raises ProtocolError for
        what is no hello of this version, AccessDenied where it has not that camera's key.
        """
        own = self._nonce
        self._greet()
        first = await self._reader.readexactly(HEAD_BYTES)
        head = Head.unpack(first)
        if looks_pickled(first):
            raise ProtocolError(because("push_pickle"))
        if head.kind != Kind.HELLO or head.length > MOST_HELLO_BYTES:
            raise ProtocolError(because("push_no_hello"))
        hello = Hello.unpack(await self._reader.readexactly(head.length))
        if hello.version != VERSION:
            raise OtherVersion(because("push_other_version", theirs=hello.version, ours=VERSION))
        key = key_of(hello.camera_id)
        right = camera_proof(key or secrets.token_urlsafe(), own, hello.nonce, hello.camera_id)
        if not is_proof(hello.proof, right) or key is None:
            raise AccessDenied(because("push_wrong_key", camera=hello.camera_id, who=self.address))
        self._says = hello.who
        return hello.camera_id, gcam_proof(key, own, hello.nonce, hello.camera_id)

    def accept(self, proof: bytes) -> None:
        self._writer.write(welcome(proof))

    async def next(self) -> Sent:
        self._tell_taken()
        while self._end is None:
            try:
                sent = await self._message()
            except (asyncio.IncompleteReadError, OSError) as error:
                raise self._ended(Unreachable(because("push_hung_up", who=self.who))) from error
            except SourceError as error:
                self.close(Parting.NO_MESSAGE if isinstance(error, ProtocolError) else Parting.GOING)
                self._end = error
                raise
            if sent is not None:
                self._has_untaken = True
                return sent
        raise self._end

    def close(self, why: Parting) -> None:
        """Says why, and closes; `next` raises."""
        if self._end is not None:
            return
        self._ended(ended_by_gcam(why))
        if self._may_speak and not self._writer.is_closing():
            self._greet()
            self._writer.write(bye(why, _SENTENCES[why]))
        self._reader.feed_eof()
        self._writer.close()

    def _ended(self, why: SourceError) -> SourceError:
        """What ended it first."""
        self._end = self._end or why
        self.talk.end(self._end)
        return self._end

    def _greet(self) -> None:
        if not self._has_greeted:
            self._has_greeted = True
            self._writer.write(greeting(self._nonce))

    async def _message(self) -> Sent | None:
        try:
            async with asyncio.timeout(SILENCE_S):
                head = Head.unpack(await self._reader.readexactly(HEAD_BYTES))
                if head.length > (most := head.most_bytes):
                    raise ProtocolError(because("push_long", who=self.who, length=head.length, most=most))
                payload = await self._reader.readexactly(head.length)
        except TimeoutError:
            raise Stalled(because("push_silent", who=self.who, seconds=SILENCE_S)) from None
        if head.kind == Kind.PING:
            self._writer.write(taken(self._taken))
        if head.kind == Kind.STATUS and not self.talk.hear(payload):
            self.dropped += 1
        if not head.is_picture:
            return None
        return sent_as(head, payload)

    def _tell_taken(self) -> None:
        if self._has_untaken and not self._writer.is_closing():
            self._has_untaken = False
            self._taken += 1
            self._writer.write(taken(self._taken))


_SENTENCES = {
    Parting.UNKNOWN: "there is no such camera, or this is not its key",
    Parting.RESTING: "the camera is switched off in Gcam, or in privacy mode",
    Parting.REPLACED: "the same camera dialled in again",
    Parting.NO_MESSAGE: "this is no message of the push protocol",
    Parting.CROWDED: "too many are dialling in: try again later",
    Parting.GOING: "this connection is over: dial again",
    Parting.OTHER_VERSION: f"this Gcam speaks version {VERSION} of the push protocol",
}
