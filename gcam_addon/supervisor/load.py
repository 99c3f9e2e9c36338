"""The add-on's options from where the Supervisor writes them. What they mean is said in `options`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gcam_addon.config.choices import said_by_addon, with_choices
from gcam_addon.config.chosen import read_choices
from gcam_addon.config.json_file import parse_json
from gcam_addon.config.model import Settings, SupervisorSettings
from gcam_addon.errors import ConfigError
from gcam_addon.supervisor.options import Container, apply_options


def load_addon_settings(container: Container, supervisor: SupervisorSettings) -> Settings:
    """As the owner chose them, in the add-on's options or on the page. Blocking, short. Raises `ConfigError`,
    whose `field` is the option's name.
    """
    path = container.options
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; the Supervisor writes it whenever it starts the add-on: start it anew"
        ) from error
    options = parse_json(content, str(path))
    settings = apply_options(options, container, container.settings(supervisor))
    settings = with_choices(
        replace(settings, elsewhere=said_by_addon(options)), read_choices(settings.storage.data_dir)
    )
    for name, file, instead in _files(settings):
        if not file.is_file():
            raise ConfigError(
                f"{name}: {file} is not there; put it into the folder ssl, or {instead}", field=name
            )
    return settings


def _files(settings: Settings) -> Iterator[tuple[str, Path, str]]:
    """(option, the file it names, what to do without it)."""
    web, mqtt = settings.web, settings.mqtt
    if web.tls_certificate is not None:
        yield "certfile", web.tls_certificate, "switch ssl off"
    if web.tls_key is not None:
        yield "keyfile", web.tls_key, "switch ssl off"
    if mqtt.ca_file is not None:
        yield "mqtt_ca_file", mqtt.ca_file, "leave it out for a certificate that a public authority signed"
