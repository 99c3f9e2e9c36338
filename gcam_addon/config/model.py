"""Settings as the program sees them: frozen, complete, valid. Made only by `config.schema`.

Every section belongs to one component and is all that it sees. Defaults live here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from gcam_addon.model import Kind, Polygon


class RtspTransport(StrEnum):
    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How the pictures come. `url` may hold credentials and is never shown: see `wire.address.redact`."""

    url: str = field(repr=False)
    connect_timeout_s: float = 10.0
    stall_timeout_s: float = 10.0
    """Silence after which an open connection is given up; an ESP32 that hangs never closes it."""
    verify_tls: bool = True
    poll_fps: float = 1.0
    """How many pictures a second to ask for where the camera sends one at a time; of no meaning elsewhere."""
    capture_size: str | None = None
    """Of a camera of this machine, as `1280x720`; None: as it likes."""
    capture_fps: float | None = None
    """Pictures per second of a camera of this machine; None: as it likes."""
    rtsp_transport: RtspTransport = RtspTransport.TCP
    """UDP loses parts where the network is busy; a few cameras know nothing else."""
    url_hd: str | None = field(default=None, repr=False)
    """A second address of the same camera, in higher resolution: it is recorded and shown large; `url` is
    looked at for motion and shown small. Both are connected to all the time.
    """

    @property
    def urls(self) -> tuple[str, ...]:
        return (self.url,) if self.url_hd is None else (self.url, self.url_hd)


class DetectorName(StrEnum):
    ADAPTIVE = "adaptive"
    DIFFERENCE = "difference"
    MOG2 = "mog2"


@dataclass(frozen=True, slots=True)
class Zone:
    """A named part of the picture; with zones, only motion inside one counts."""

    name: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    enabled: bool = True
    detector: DetectorName = DetectorName.ADAPTIVE
    sensitivity: int = 50
    """1 (only large things) .. 100 (the smallest stir)."""
    idle_fps: float = 5.0
    """Pictures analysed per second while nothing moves."""
    active_fps: float = 10.0
    """… and from the first that moves until it is an event, or was nothing."""
    scale: str = "auto"
    """Decoded size: `1/8`, `1/4`, `1/2` or `auto` (by frame size)."""
    min_motion_s: float = 0.2
    """Motion shorter than this is no event."""
    event_gap_s: float = 3.0
    """Quiet time after which an event is over."""
    warmup_s: float = 3.0
    """After start, reconnect or a change of frame size nothing is reported for this long."""
    zones: tuple[Zone, ...] = ()
    masks: tuple[Polygon, ...] = ()
    """Places where motion never counts."""
    tamper: bool = True
    """Whether it is told that the lens is covered or blinded, or the camera turned away."""


@dataclass(frozen=True, slots=True)
class NamingSettings:
    """Who says what moved, and what of it makes an event."""

    enabled: bool = True
    kinds: tuple[Kind, ...] = tuple(Kind)
    """What makes an event. Of what is none of these only a line remains; its clip goes to the trash."""
    min_score: int = 60
    """Percent from which two looks are believed; one alone from 25 more, several from less."""
    min_size: float = 0.0
    """Percent of the picture's height below which a thing has no name."""


class RecordingMode(StrEnum):
    OFF = "off"
    MOTION = "motion"
    CONTINUOUS = "continuous"
    TIMELAPSE = "timelapse"


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    enabled: bool = True
    mode: RecordingMode = RecordingMode.MOTION
    pre_roll_s: float = 5.0
    post_roll_s: float = 5.0
    pre_roll_max_bytes: int = 8 * 1024 * 1024
    max_clip_s: float = 300.0
    """A longer recording goes on in a next clip, without a gap."""
    timelapse_interval_s: float = 10.0
    keep_original: bool = False
    """Keep the journal with the camera's own JPEGs beside the MP4."""
    keep_days: float | None = None
    """Age at which this camera's clips go; None: the general setting."""
    max_bytes: int | None = None
    """Size of this camera's clips above which its oldest go; None: no limit of its own."""


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera, as `cameras.json` describes it. `id` is a slug (`[a-z0-9_]+`) and never changes."""

    id: str
    name: str
    source: SourceSettings
    group: str | None = None
    """What it is shown together with, such as a floor or the garden."""
    enabled: bool = True
    privacy: bool = False
    """Privacy mode: the connection is closed, nothing is shown and nothing recorded until it is off."""
    rotation: int = 0
    """How far the picture is turned, clockwise: 0, 90, 180 or 270 degrees. All coordinates of settings and
    of what is found are those of the picture as it is shown, turned.
    """
    privacy_masks: tuple[Polygon, ...] = ()
    """Places that are blackened before anything else sees a picture."""
    make_h264: bool = True
    """Of H.265, for browsers that don't play it, while they watch; else they are shown single pictures."""
    idle_fps: float | None = 5.0
    """How many pictures a second a board with Gcam's firmware is asked for while nothing moves and nobody
    watches; None or 0: always for all. Of no meaning elsewhere.
    """
    detection: DetectionSettings = DetectionSettings()
    naming: NamingSettings = NamingSettings()
    recording: RecordingSettings = RecordingSettings()


class MqttMode(StrEnum):
    OFF = "off"
    EMBEDDED = "embedded"
    BROKER = "broker"
    SUPERVISOR = "supervisor"  # as Home Assistant's Supervisor says; only where Gcam is its add-on


@dataclass(frozen=True, slots=True)
class MqttSettings:
    mode: MqttMode = MqttMode.OFF
    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: Path | None = None
    verify_tls: bool = True
    base_topic: str = "gcam"
    discovery: bool = True
    """Whether cameras are announced to Home Assistant."""
    discovery_prefix: str = "homeassistant"
    language: str = "en"
    """Of the entities' names."""

    @property
    def announces(self) -> bool:
        return self.discovery and self.mode is not MqttMode.OFF


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    keep_days: float = 30.0
    max_bytes: int | None = None
    min_free_bytes: int = 1024**3
    """Oldest clips go until this much of the disk is free; below it recording stops."""


SOFTWARE = "libx264"
X264_PRESETS = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)
"""From quick to small."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    codec: str = SOFTWARE
    """As FFmpeg names it: libx264, or a hardware encoder (h264_v4l2m2m, h264_vaapi, h264_nvenc …)."""
    preset: str = "ultrafast"
    quality: int = 26
    """libx264's CRF: lower is better and larger."""
    workers: int = 1
    leisure_preset: str | None = "veryfast"
    """libx264's, for a clip that no other one waits for; None: always `preset`."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where things lie: see the file contract in docs/architecture.md."""

    data_dir: Path
    media_dir: Path
    """Holds recordings/, thumbnails/ and journal/; the data folder itself where nothing else is said."""
    retention: RetentionSettings = RetentionSettings()
    encoder: EncoderSettings = EncoderSettings()
    journal_memory_dir: Path | None = None
    """A folder in memory where journals are written while it has room; a power cut takes what lies there."""


@dataclass(frozen=True, slots=True)
class IngressSettings:
    """Where Home Assistant's Supervisor reaches Gcam: a port of its own, on which its word counts."""

    host: str = "0.0.0.0"  # noqa: S104  (only `trusted` is listened to)
    port: int = 8098
    trusted: tuple[str, ...] = ("172.30.32.2",)
    """The Supervisor's addresses; whoever else connects there is refused."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """Tells two browsers how they can reach each other (STUN), or passes on what they send (TURN)."""

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WebSettings:
    host: str = "127.0.0.1"
    port: int = 8099
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    language: str | None = None
    """The page's for people who chose none there; None: their browser's."""
    ingress: IngressSettings | None = None
    external_url: str | None = None
    """Where others than the household reach Gcam, without a slash at its end: links begin with it."""
    advertise: bool | None = None
    """Whether the local network is told where Gcam is (mDNS). None: where others can reach it."""
    ice_servers: tuple[IceServer, ...] = ()
    """For browsers' cameras that are seen directly; none: on one network only."""


@dataclass(frozen=True, slots=True)
class PushSettings:
    """Where cameras dial in; open only while there is one that does."""

    host: str = "0.0.0.0"  # noqa: S104  (who connects has to prove which camera it is)
    port: int = 8485
    tls: bool = False
    """With the page's certificate."""


@dataclass(frozen=True, slots=True)
class KnownBoard:
    """A board of the camera network that has a name there, or always the same address."""

    mac: str
    name: str | None = None
    address: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A Wi-Fi that NetworkManager makes of the interface."""

    ssid: str
    password: str = field(repr=False)


_USUAL_NETWORK = IPv4Interface("10.77.0.1/24")


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """The camera network: a network of the boards' own, on an interface that nobody else uses."""

    interface: str | None = None
    """None: there is none."""
    address: IPv4Interface = _USUAL_NETWORK
    """This machine's there, and how large the network is."""
    range: tuple[IPv4Address, IPv4Address] | None = None
    """First and last address that is given away; None: the larger part beside Gcam's own."""
    internet: bool = False
    """Whether boards are told a way out."""
    boards: tuple[KnownBoard, ...] = ()
    access_point: AccessPoint | None = None

    @property
    def pool(self) -> tuple[IPv4Address, IPv4Address]:
        """`range`, or what is taken where none is given."""
        if self.range is not None:
            return self.range
        network, own = self.address.network, self.address.ip
        first, last = network.network_address + 1, network.broadcast_address - 1
        return (own + 1, last) if int(own) - int(first) < int(last) - int(own) else (first, own - 1)


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: str = "info"
    format: LogFormat = LogFormat.TEXT


class EntityMaker(StrEnum):
    """Who makes Home Assistant's entities of states and switches."""

    AUTO = "auto"  # MQTT where Home Assistant has a broker
    MQTT = "mqtt"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True)
class SupervisorSettings:
    """Home Assistant's Supervisor, which runs Gcam as its add-on."""

    url: str
    token: str = field(repr=False)
    entities: EntityMaker = EntityMaker.AUTO


class Origin(StrEnum):
    """Who says a setting."""

    DEFAULT = "default"
    PAGE = "page"
    FILE = "file"
    ADDON = "addon"
    COMMAND_LINE = "command_line"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that concerns this run of Gcam, except the cameras."""

    storage: StorageSettings
    web: WebSettings = WebSettings()
    push: PushSettings = PushSettings()
    network: NetworkSettings = NetworkSettings()
    mqtt: MqttSettings = MqttSettings()
    log: LogSettings = LogSettings()
    workers: int = 0
    """Detection threads; 0: as many as there are cores that Gcam may use."""
    processes: int = 0
    """Workers that cameras are shared out over; 0 or 1: none, all run in Gcam's own process."""
    timezone: str | None = None
    """Whose local times are said; None: the machine's."""
    demo: bool = False
    supervisor: SupervisorSettings | None = None
    """None: not an add-on."""
    elsewhere: Mapping[str, Origin] = field(default_factory=dict)
    """Which of `choices.CHOICES` the page has no say in, and who has."""
