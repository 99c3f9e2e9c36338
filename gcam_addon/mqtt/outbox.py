"""What waits to be sent: bounded, and never older than it must be. Pure, used on the loop only.

Two kinds. What the broker *holds* (retained topics) is a table with one newest payload per topic, so a
slow or absent broker costs nothing but its own delay. What is *told* (motion changes, events) keeps its
order and is never merged.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_TOLD_MAX = 512
_STALE_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    message: Message
    at_s: float


class Outbox:
    """`take` gives messages in the order to send them; what failed goes back with `put_back`."""

    def __init__(self) -> None:
        self._held: dict[str, Message] = {}
        self._due: dict[str, None] = {}
        self._told: deque[_Told] = deque()
        self.dropped = 0
        """Events given up because they were too many or too old; never a state."""

    def __bool__(self) -> bool:
        return bool(self._told or self._due)

    @property
    def topics(self) -> frozenset[str]:
        """All that the broker is to hold."""
        return frozenset(topic for topic, message in self._held.items() if message.payload)

    def held(self, topic: str) -> bytes | None:
        """What the broker is to hold there."""
        message = self._held.get(topic)
        return message.payload if message else None

    def hold(self, topic: str, payload: bytes, *, qos: int = 1) -> None:
        """The broker is to hold `payload`; due where that is news. An empty payload removes the topic."""
        message = Message(topic, payload, qos, retain=True)
        if self._held.get(topic) != message:
            self._held[topic] = message
            self._due[topic] = None

    def repeat(self, *topics: str) -> None:
        """Send again what is held on `topics`, changed or not."""
        for topic in topics:
            if topic in self._held:
                self._due.setdefault(topic)

    def tell(self, message: Message, now_s: float) -> None:
        """Next in line, before all that is held. A retained one is held as well."""
        if message.retain:
            self._held[message.topic] = message
            self._due.pop(message.topic, None)
        self._told.append(_Told(message, now_s))
        if len(self._told) > _TOLD_MAX:
            self._shed()

    def reconnected(self, now_s: float) -> None:
        """A broker that may know nothing: all that is held is due, old news is dropped."""
        fresh = [told for told in self._told if now_s - told.at_s <= _STALE_AFTER_S]
        self.dropped += len(self._told) - len(fresh)
        self._told = deque(told for told in fresh if not told.message.retain)
        self._due = dict.fromkeys(self._held)

    def take(self) -> tuple[Message, float] | None:
        """The next message and when it was told; pictures (QoS 0) go after all else."""
        if self._told:
            told = self._told.popleft()
            return told.message, told.at_s
        topic = next((topic for topic in self._due if self._held[topic].qos), next(iter(self._due), None))
        if topic is None:
            return None
        del self._due[topic]
        message = self._held[topic]
        if not message.payload:
            del self._held[topic]
        return message, 0.0

    def put_back(self, message: Message, at_s: float) -> None:
        """It was not sent: an event stays first in line, a state is due unless there is a newer one."""
        if not message.retain:
            self._told.appendleft(_Told(message, at_s))
        elif self._held.setdefault(message.topic, message) == message:
            self._due.setdefault(message.topic)

    def _shed(self) -> None:
        """Too much is waiting: the oldest event goes; among states only, the newest of each is enough."""
        oldest = next((told for told in self._told if not told.message.retain), None)
        if oldest is not None:
            self._told.remove(oldest)
            self.dropped += 1
            return
        for told in self._told:
            self._due.setdefault(told.message.topic)
        self._told.clear()
