"""Who is told of what, and how: `alerts.json` as frozen values. Its rules are in `alerts`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gcam_addon.model import Kind
from gcam_addon.model.alerts import Importance, Topic


class ChannelKind(StrEnum):
    MAIL = "mail"
    NTFY = "ntfy"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    WEBHOOK = "webhook"


class MailSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailSettings:
    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NtfySettings:
    topic: str = field(repr=False)
    """Who knows it can read along where the server has no accounts."""
    server: str = "https://ntfy.sh"
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    token: str = field(repr=False)
    chat: str
    server: str = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    url: str = field(repr=False)
    """Of the webhook; a secret as a whole."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    """What is sent is signed with it."""


ChannelSettings = MailSettings | NtfySettings | TelegramSettings | DiscordSettings | WebhookSettings


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere alerts go. `person`: the account whose it is, who is told only of cameras they may see; None:
    the household's.
    """

    id: str
    name: str
    kind: ChannelKind
    settings: ChannelSettings
    language: str = "en"
    enabled: bool = True
    person: str | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from one time of day to another, `HH:MM`, over midnight too."""

    start: str
    end: str

    def hold(self, time_of_day: str) -> bool:
        if self.start <= self.end:
            return self.start <= time_of_day < self.end
        return time_of_day >= self.start or time_of_day < self.end


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Empty `cameras`, `kinds` and `zones`: whichever. `kinds` and `zones` are of motion."""

    id: str
    name: str
    topics: frozenset[Topic]
    to: tuple[str, ...]
    """Ids of destinations."""
    armed: bool = False
    """Only while the guard is armed, in one of `modes` (ids; empty: whichever)."""
    modes: frozenset[str] = frozenset()
    quiet: QuietHours | None = None
    """When alerts come without a sound, but urgent ones."""
    enabled: bool = True
    cameras: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    zones: frozenset[str] = frozenset()
    picture: bool = True
    clip: bool = True
    importance: Importance = Importance.NORMAL
    at_most_every_s: float = 60.0
    """Between two alerts that were sent to one destination of one camera; what came between is told of by the
    next.
    """
    lost_after_s: float = 300.0
    """How long a camera is away before it is told."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Somebody wants peace from that camera until then. `camera` None: from all of them."""

    until: float
    camera: str | None = None


@dataclass(frozen=True, slots=True)
class HeartbeatSettings:
    """What is called while Gcam is well, so that somebody else notices when it is gone."""

    url: str = field(repr=False)
    """Who knows it can say so, too."""
    every_s: float = 300.0


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Nothing leaves the house until there is a destination and a rule."""

    destinations: tuple[Destination, ...] = ()
    rules: tuple[AlertRule, ...] = ()
    link: str | None = None
    """Where people reach Gcam's page, for links in alerts."""
    snoozes: tuple[Snooze, ...] = ()
    heartbeat: HeartbeatSettings | None = None

    def destination(self, destination_id: str) -> Destination | None:
        return next((one for one in self.destinations if one.id == destination_id), None)

    def snoozes_at(self, camera_id: str, now: float) -> bool:
        return any(one.until > now and one.camera in {None, camera_id} for one in self.snoozes)
