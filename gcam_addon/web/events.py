"""What happens, to every web page that listens: the engine's sink for WebSocket clients.

No sockets here: `web.api.events` writes what `follow` yields.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from functools import cache, partial

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.model import (
    ClipReady,
    ClipRemoved,
    DutyChanged,
    Event,
    GuardEvent,
    HistoryChanged,
    NetworkChanged,
    StorageChanged,
)
from gcam_addon.model.guard import TamperChanged, UnderDuress
from gcam_addon.web.greeting import Greeting, hears_of_disk, hears_of_duties, hears_of_guard
from gcam_addon.web.views import camera_of, encode, event_json

QUEUE_EVENTS = 256
"""Events a client may lag behind before it is told everything anew."""


class EventHub:
    """A `Sink` with any number of listeners, each behind its own bounded queue. Loop only.

    A listener first gets a `hello` with everything there is to know. One that falls behind by more than the
    queue loses what it missed and gets a fresh `hello` (with the number missed) instead: late, never wrong.
    """

    def __init__(self, greeting: Greeting) -> None:
        self._greeting = greeting
        self._inboxes: set[_Inbox] = set()

    @property
    def listeners(self) -> int:
        return len(self._inboxes)

    def publish(self, event: Event) -> None:
        """Encodes once for all of a language; costs nothing while nobody listens."""
        self._greeting.note(event)
        if not self._inboxes:
            return
        shown = event_json(event, self._greeting.camera)
        text_in = cache(partial(encode, shown))
        camera_id = camera_of(event)
        for inbox in self._inboxes:
            if _concerns(inbox.principal, event, camera_id):
                inbox.put(text_in(inbox.language))

    def greet_anew(self) -> None:
        """What only the `hello` tells has changed."""
        for inbox in self._inboxes:
            inbox.put(self._hello(inbox, 0))

    async def follow(self, principal: Principal, language: str = "en") -> AsyncGenerator[str, None]:
        """JSON texts, one per message, of what `principal` sees, their sentences in that language. Closing
        the iterator stops listening.
        """
        await self._greeting.prepare()
        inbox = _Inbox(principal, language)
        self._inboxes.add(inbox)
        try:
            yield self._hello(inbox, 0)
            while True:
                text, missed = await inbox.take()
                yield self._hello(inbox, missed) if text is None else text
        finally:
            self._inboxes.discard(inbox)

    def _hello(self, inbox: _Inbox, missed: int) -> str:
        return encode(self._greeting.hello(inbox.principal, missed), inbox.language)


_OF_PLAYBACK = (ClipReady, ClipRemoved, HistoryChanged)
"""What the routes tell only to who may play back."""


def _concerns(principal: Principal, event: Event, camera_id: str | None) -> bool:
    if isinstance(event, DutyChanged | NetworkChanged):
        return hears_of_duties(principal)
    if isinstance(event, StorageChanged):
        return hears_of_disk(principal)
    if isinstance(event, GuardEvent) and not isinstance(event, TamperChanged):
        return hears_of_guard(principal) and not isinstance(event, UnderDuress)
    if isinstance(event, _OF_PLAYBACK) and not principal.may(Permission.PLAYBACK):
        return False
    return camera_id is None or principal.sees(camera_id)


class _Inbox:
    """A listener's bounded queue, which gives up its contents rather than grow."""

    def __init__(self, principal: Principal, language: str) -> None:
        self.principal = principal
        self.language = language
        self._texts: deque[str] = deque()
        self._missed = 0
        self._filled = asyncio.Event()

    def put(self, text: str) -> None:
        if self._missed or len(self._texts) >= QUEUE_EVENTS:
            self._missed += 1 + len(self._texts)
            self._texts.clear()
        else:
            self._texts.append(text)
        self._filled.set()

    async def take(self) -> tuple[str | None, int]:
        """The next text, or None and the number of texts lost since the last one taken."""
        await self._filled.wait()
        if self._missed:
            result: tuple[str | None, int] = (None, self._missed)
            self._missed = 0
        else:
            result = (self._texts.popleft(), 0)
        if not self._texts:
            self._filled.clear()
        return result
