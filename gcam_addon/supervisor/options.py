"""The add-on's options, as Home Assistant's form gives them, to `Settings`. Pure: reads no file, asks nobody.

What may be chosen is said twice, in config.yaml for the form and here for the program; a test holds them
together. What an option is for is told in translations/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gcam_addon.config.addresses import MQTT_TLS_PORT, page_address
from gcam_addon.config.model import (
    EntityMaker,
    IngressSettings,
    MqttMode,
    MqttSettings,
    RetentionSettings,
    Settings,
    StorageSettings,
    SupervisorSettings,
    WebSettings,
)
from gcam_addon.config.rules import (
    Check,
    Wrong,
    checked,
    choice,
    flag,
    listing,
    number,
    secret,
    section,
    text,
    whole,
)
from gcam_addon.config.schema import LANGUAGES, LOG_LEVELS, network
from gcam_addon.words.reason import because

_GB = 1000**3
_IN_SSL = text(255, r"(?!/)(?!.*\.\.).+", because("give_in_ssl"))

OPTIONS: Mapping[str, Check] = {
    "log_level": choice(LOG_LEVELS),
    "language": choice(LANGUAGES),
    "recordings_folder": text(255, r"/media(/[^/.][^/]*)+", because("give_media_folder")),
    "keep_days": whole(1, 36_500, "days"),
    "max_size_gb": number(0.01, 1_000_000, "GB"),
    "min_free_gb": number(0, 1_000_000, "GB"),
    "journal_in_memory": flag,
    "entities": choice(EntityMaker),
    "mqtt": choice(("auto", "off")),
    "mqtt_host": text(253, r"[A-Za-z0-9_.:%-]+", because("give_broker")),
    "mqtt_port": whole(1, 65535),
    "mqtt_username": secret(256),
    "mqtt_password": secret(1024),
    "mqtt_tls": flag,
    "mqtt_ca_file": _IN_SSL,
    "ssl": flag,
    "certfile": _IN_SSL,
    "keyfile": _IN_SSL,
    "trusted_proxies": listing(network, most=16),
    "external_url": page_address,
}


@dataclass(frozen=True, slots=True)
class Container:
    """Where the Supervisor mounts things. `root` is another folder only where somebody tries this out."""

    root: Path = Path("/")

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def options(self) -> Path:
        return self.data / "options.json"

    @property
    def ssl(self) -> Path:
        return self.root / "ssl"

    @property
    def media(self) -> Path:
        return self.root / "media" / "gcam"

    @property
    def memory(self) -> Path:
        """With `tmpfs` in config.yaml, files there live in memory."""
        return self.root / "tmp" / "gcam-journal"

    def settings(self, supervisor: SupervisorSettings) -> Settings:
        """Those of a container whose owner chose nothing."""
        return Settings(
            storage=StorageSettings(data_dir=self.data, media_dir=self.media),
            web=WebSettings(
                host="0.0.0.0",  # noqa: S104  (of the container)
                ingress=IngressSettings(),
                advertise=False,  # its network is the Supervisor's own, where nobody would hear it
            ),
            mqtt=MqttSettings(mode=MqttMode.SUPERVISOR),
            supervisor=supervisor,
        )


def apply_options(options: object, container: Container, base: Settings) -> Settings:
    """`base` with what the owner chose. Raises `ConfigError`, whose `field` is the option's name."""
    settings: Settings = checked(
        section(lambda **chosen: _applied(chosen, container, base), OPTIONS), options, ""
    )
    return settings


def _applied(chosen: dict[str, Any], container: Container, base: Settings) -> Settings:
    supervisor = base.supervisor and replace(
        base.supervisor, entities=chosen.get("entities", base.supervisor.entities)
    )
    return replace(
        base,
        supervisor=supervisor,
        storage=_storage(chosen, container, base.storage),
        web=_web(chosen, container, base.web),
        mqtt=_mqtt(chosen, container, base.mqtt),
        log=replace(base.log, level=chosen.get("log_level", base.log.level)),
    )


def _storage(chosen: dict[str, Any], container: Container, base: StorageSettings) -> StorageSettings:
    if "recordings_folder" in chosen:
        base = replace(base, media_dir=container.root / chosen["recordings_folder"].lstrip("/"))
    if chosen.get("journal_in_memory"):
        base = replace(base, journal_memory_dir=container.memory)
    return replace(base, retention=_retention(chosen, base.retention))


def _retention(chosen: dict[str, Any], base: RetentionSettings) -> RetentionSettings:
    if "keep_days" in chosen:
        base = replace(base, keep_days=float(chosen["keep_days"]))
    if "max_size_gb" in chosen:
        base = replace(base, max_bytes=round(chosen["max_size_gb"] * _GB))
    if "min_free_gb" in chosen:
        base = replace(base, min_free_bytes=round(chosen["min_free_gb"] * _GB))
    return base


def _web(chosen: dict[str, Any], container: Container, base: WebSettings) -> WebSettings:
    base = replace(
        base,
        trusted_proxies=chosen.get("trusted_proxies", base.trusted_proxies),
        language=chosen.get("language", base.language),
        external_url=chosen.get("external_url", base.external_url),
    )
    if not chosen.get("ssl"):
        return base
    return replace(
        base,
        tls_certificate=container.ssl / chosen.get("certfile", "fullchain.pem"),
        tls_key=container.ssl / chosen.get("keyfile", "privkey.pem"),
    )


def _mqtt(chosen: dict[str, Any], container: Container, base: MqttSettings) -> MqttSettings:
    """A broker of their own replaces Home Assistant's."""
    base = replace(
        base,
        discovery=chosen.get("entities") is not EntityMaker.INTEGRATION,
        language=chosen.get("language", base.language),
    )
    if chosen.get("mqtt") == "off":
        return replace(base, mode=MqttMode.OFF)
    if "mqtt_host" not in chosen:
        return _without_own(chosen, base)
    if "mqtt_password" in chosen and "mqtt_username" not in chosen:
        raise Wrong(because("user_too", name="mqtt_username"), path=["mqtt_username"])
    tls = chosen.get("mqtt_tls", False)
    ca_file = chosen.get("mqtt_ca_file")
    return replace(
        base,
        mode=MqttMode.BROKER,
        host=chosen["mqtt_host"],
        port=chosen.get("mqtt_port", MQTT_TLS_PORT if tls else base.port),
        username=chosen.get("mqtt_username"),
        password=chosen.get("mqtt_password"),
        tls=tls,
        ca_file=None if ca_file is None else container.ssl / ca_file,
    )


def _without_own(chosen: dict[str, Any], base: MqttSettings) -> MqttSettings:
    """Nothing may be chosen in vain."""
    for name in ("mqtt_port", "mqtt_username", "mqtt_password", "mqtt_tls", "mqtt_ca_file"):
        if name in chosen:
            raise Wrong(
                because("own_broker_only"),
                path=[name],
            )
    return base
