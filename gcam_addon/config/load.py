"""From the options file, the command line and what the page chose to `Settings`. Nothing else is opened."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from gcam_addon.config import addresses
from gcam_addon.config.choices import said_in_file, with_choices
from gcam_addon.config.chosen import read_choices
from gcam_addon.config.json_file import parse_json
from gcam_addon.config.model import (
    Camera,
    IngressSettings,
    LogSettings,
    MqttSettings,
    Origin,
    PushSettings,
    Settings,
    WebSettings,
)
from gcam_addon.config.rules import checked
from gcam_addon.config.schema import network, parse_camera, parse_log, parse_options
from gcam_addon.config.slug import slug
from gcam_addon.errors import ConfigError


def load_settings(
    options: Path | None = None,
    *,
    data_dir: Path | None = None,
    listen: str | None = None,
    mqtt: str | None = None,
    demo: bool = False,
    log_level: str | None = None,
    log_format: str | None = None,
) -> Settings:
    """The settings of this run: what the command line says counts, then the options file, then what was
    chosen on the page, then the defaults.

    Paths in the file are relative to the file, others to the current folder; all come out absolute. Blocking,
    short. Raises `ConfigError`.
    """
    data = {} if options is None else _read(options)
    if data_dir is not None and isinstance(data, dict):
        data = {name: value for name, value in data.items() if name != "data_dir"}
    settings = parse_options(data, data_dir=(data_dir or default_data_dir()).expanduser().absolute())
    settings = _anchored(settings, Path.cwd() if options is None else options.absolute().parent)
    settings = replace(settings, elsewhere=said_in_file(data) if isinstance(data, dict) else {})
    settings = with_choices(settings, read_choices(settings.storage.data_dir))
    return with_arguments(
        settings, listen=listen, mqtt=mqtt, demo=demo, log_level=log_level, log_format=log_format
    )


def with_arguments(
    settings: Settings,
    *,
    listen: str | None = None,
    ingress: str | None = None,
    ingress_from: str | None = None,
    mqtt: str | None = None,
    demo: bool = False,
    log_level: str | None = None,
    log_format: str | None = None,
    processes: int | None = None,
) -> Settings:
    """`settings` with what the command line says. `mqtt` replaces broker and login and keeps topics and
    certificates. Raises `ConfigError`.
    """
    web = settings.web if listen is None else _listening(settings.web, parse_listen(listen))
    return replace(
        settings,
        web=replace(web, ingress=_ingress(web.ingress, ingress, ingress_from)),
        mqtt=_at_broker(settings.mqtt, parse_broker(mqtt)) if mqtt is not None else settings.mqtt,
        log=_logged(settings.log, log_level, log_format),
        demo=demo or settings.demo,
        elsewhere={
            **settings.elsewhere,
            **({} if mqtt is None else {"mqtt": Origin.COMMAND_LINE}),
            **({} if log_level is None else {"log_level": Origin.COMMAND_LINE}),
        },
        processes=settings.processes if processes is None else processes,
    )


def default_data_dir() -> Path:
    """The platform's folder for a user's data, + `gcam`."""
    return Path(platformdirs.user_data_dir("gcam", appauthor=False))


def parse_camera_argument(text: str, taken: Collection[str] = (), path: str = "--camera") -> Camera:
    """`NAME=URL` or `URL` as `--camera` takes it; the id, not among `taken`, comes from the name, and the
    name from the address where none is given. Raises `ConfigError`.
    """
    match = _NAMED.fullmatch(text)
    name, address = (match["name"].strip(), match["url"]) if match else ("", text)
    url = checked(addresses.camera_url, address, path)
    name = name or _name_of(url)
    return parse_camera({"id": slug(name, taken), "name": name, "url": url}, path)


def parse_camera_arguments(texts: Sequence[str], path: str = "--camera") -> tuple[Camera, ...]:
    """All `--camera` of a command line, each with its own id. Raises `ConfigError`."""
    cameras: list[Camera] = []
    for text in texts:
        cameras.append(parse_camera_argument(text, {camera.id for camera in cameras}, path))
    return tuple(cameras)


def parse_listen(text: str, path: str = "--listen") -> WebSettings:
    """`HOST:PORT`, `[IPV6]:PORT`, `HOST`, `:PORT` or `PORT`. Raises `ConfigError`."""
    return checked(addresses.listen, text, path)


def parse_push_listen(text: str, path: str = "--listen") -> PushSettings:
    """As `parse_listen`, where cameras dial in. Raises `ConfigError`."""
    return checked(addresses.listen_for_cameras, text, path)


def parse_broker(text: str, path: str = "--mqtt") -> MqttSettings:
    """`off`, `embedded` or `mqtt[s]://[USER:PASSWORD@]HOST[:PORT]`. Raises `ConfigError`."""
    return checked(addresses.broker, text, path)


_NAMED = re.compile(r"(?P<name>[^=/?#@]*)=(?P<url>.*)", re.DOTALL)
"""A `=` after a `/`, `?` or `@` belongs to the URL."""


def _read(path: Path) -> object:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"options file {path}: {error.strerror}; give an existing JSON file that this user may read",
            field="--options",
        ) from error
    return parse_json(content, f"options file {path}")


def _name_of(url: str) -> str:
    """Host, and port if written; of a file its name."""
    if addresses.is_file(url):
        return Path(url).stem[:64] or "camera"
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.hostname or ""
    return (host if parts.port is None else f"{host}:{parts.port}")[:64]


def _logged(file: LogSettings, level: str | None, form: str | None) -> LogSettings:
    return parse_log({"level": level or file.level, "format": form or file.format.value}, "--log")


def _ingress(file: IngressSettings | None, where: str | None, trusted: str | None) -> IngressSettings | None:
    if where is not None:
        listen = parse_listen(where, "--ingress")
        file = replace(file or IngressSettings(), host=listen.host, port=listen.port)
    if trusted is not None:
        file = replace(file or IngressSettings(), trusted=(checked(network, trusted, "--ingress-from"),))
    return file


def _anchored(settings: Settings, base: Path) -> Settings:
    storage, mqtt = settings.storage, settings.mqtt
    return replace(
        settings,
        storage=replace(
            storage,
            data_dir=base / storage.data_dir,
            media_dir=base / storage.media_dir,
            journal_memory_dir=storage.journal_memory_dir and base / storage.journal_memory_dir,
        ),
        mqtt=replace(mqtt, ca_file=mqtt.ca_file and base / mqtt.ca_file),
        web=replace(
            settings.web,
            tls_certificate=settings.web.tls_certificate and base / settings.web.tls_certificate,
            tls_key=settings.web.tls_key and base / settings.web.tls_key,
        ),
    )


def _at_broker(file: MqttSettings, given: MqttSettings) -> MqttSettings:
    return replace(
        given,
        ca_file=file.ca_file,
        verify_tls=file.verify_tls,
        base_topic=file.base_topic,
        discovery_prefix=file.discovery_prefix,
        language=file.language,
    )


def _listening(web: WebSettings, where: WebSettings) -> WebSettings:
    return replace(web, host=where.host, port=where.port)
