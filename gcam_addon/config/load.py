"""From the options file and the command line to `Settings`. Nothing is opened but the options file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from gcam_addon.config.addresses import broker, camera_url, listen
from gcam_addon.config.json_file import parse_json
from gcam_addon.config.model import Camera, MqttSettings, Settings, WebSettings
from gcam_addon.config.rules import checked
from gcam_addon.config.schema import parse_camera, parse_options
from gcam_addon.config.slug import slug
from gcam_addon.errors import ConfigError


def load_settings(
    options: Path | None = None,
    *,
    data_dir: Path | None = None,
    web: WebSettings | None = None,
    mqtt: MqttSettings | None = None,
    demo: bool = False,
) -> Settings:
    """The settings of this run: what is given here counts, then the options file, then the defaults.

    `mqtt` replaces where the broker is and who we are, and keeps the file's topics. Paths in the file are
    relative to the file, others to the current folder; all come out absolute. Blocking, short. Raises
    `ConfigError`.
    """
    default = data_dir or default_data_dir()
    data = {} if options is None else _read(options)
    if data_dir is not None and isinstance(data, dict):
        data = {name: value for name, value in data.items() if name != "data_dir"}
    settings = parse_options(data, data_dir=default.expanduser().absolute())
    settings = _anchored(settings, Path.cwd() if options is None else options.absolute().parent)
    return replace(
        settings,
        web=web or settings.web,
        mqtt=_at_broker(settings.mqtt, mqtt) if mqtt else settings.mqtt,
        demo=demo or settings.demo,
    )


def default_data_dir() -> Path:
    """The platform's folder for a user's data, + `gcam`."""
    return Path(platformdirs.user_data_dir("gcam", appauthor=False))


def parse_camera_argument(text: str, taken: Collection[str] = (), path: str = "--camera") -> Camera:
    """`NAME=URL` or `URL` as `--camera` takes it; the id, not among `taken`, comes from the name, and the
    name from host and port where none is given. Raises `ConfigError`.
    """
    match = _NAMED.fullmatch(text)
    name, address = (match["name"].strip(), match["url"]) if match else ("", text)
    url = checked(camera_url, address, path)
    parts = urlsplit(url)
    host = parts.hostname or ""
    name = name or (host if parts.port is None else f"{host}:{parts.port}")
    return parse_camera({"id": slug(name, taken), "name": name, "url": url}, path)


def parse_listen(text: str, path: str = "--listen") -> WebSettings:
    """`HOST:PORT`, `[IPV6]:PORT`, `HOST`, `:PORT` or `PORT`. Raises `ConfigError`."""
    return checked(listen, text, path)


def parse_broker(text: str, path: str = "--mqtt") -> MqttSettings:
    """`off`, `embedded` or `mqtt[s]://[USER:PASSWORD@]HOST[:PORT]`. Raises `ConfigError`."""
    return checked(broker, text, path)


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


def _anchored(settings: Settings, base: Path) -> Settings:
    storage, mqtt = settings.storage, settings.mqtt
    return replace(
        settings,
        storage=replace(storage, data_dir=base / storage.data_dir, media_dir=base / storage.media_dir),
        mqtt=replace(mqtt, ca_file=mqtt.ca_file and base / mqtt.ca_file),
    )


def _at_broker(file: MqttSettings, given: MqttSettings) -> MqttSettings:
    return replace(
        given,
        ca_file=file.ca_file,
        verify_tls=file.verify_tls,
        base_topic=file.base_topic,
        discovery_prefix=file.discovery_prefix,
    )
