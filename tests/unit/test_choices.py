"""What is chosen on the page: kept, brought back, and never against what stands elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.config.choices import CHOICES
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.chosen import FILE, read_choices, write_choices
from gcam_addon.config.load import load_settings
from gcam_addon.config.model import MqttMode, Origin, Settings, SupervisorSettings
from gcam_addon.errors import ConfigError
from gcam_addon.supervisor.load import load_addon_settings
from gcam_addon.supervisor.options import Container

EACH: Mapping[str, Any] = {
    "keep_days": 7.5,
    "max_bytes": 5_000_000_000,
    "min_free_bytes": 0,
    "language": "fr",
    "timezone": "America/Toronto",
    "external_url": "https://gcam.example",
    "mqtt": {
        "mode": "broker",
        "host": "broker.lan",
        "port": 1884,
        "username": "gcam",
        "password": "x",
        "tls": False,
    },
    "push_port": 9000,
    "log_level": "debug",
}
OWN: Mapping[str, Any] = {
    "keep_days": ("retention", {"keep_days": 3}),
    "max_bytes": ("retention", {"max_bytes": 2**30}),
    "min_free_bytes": ("retention", {"min_free_bytes": 5}),
    "language": ("web", {"language": "en"}),
    "timezone": ("timezone", "Europe/Paris"),
    "external_url": ("web", {"external_url": "https://other.example"}),
    "mqtt": ("mqtt", "mqtt://other.lan"),
    "push_port": ("push", {"listen": "7000"}),
    "log_level": ("log", {"level": "error"}),
}


def choosing(folder: Path, settings: Settings | None = None) -> tuple[Choosing, list[Settings]]:
    told: list[Settings] = []
    settings = settings or load_settings(data_dir=folder)
    return Choosing(settings, read_choices(folder), told.append), told


def test_each_is_known_here() -> None:
    assert EACH.keys() == OWN.keys() == CHOICES.keys()


@pytest.mark.parametrize("name", CHOICES)
async def test_what_is_chosen_is_what_the_next_start_takes(name: str, tmp_path: Path) -> None:
    chosen, told = choosing(tmp_path)
    assert chosen.all()[name].origin is Origin.DEFAULT
    await chosen.choose({name: EACH[name]})
    now = chosen.all()[name]
    assert (now.value, now.origin, now.waits) == (EACH[name], Origin.PAGE, not now.at_once)
    assert chosen.waits is now.waits
    assert CHOICES[name].read(load_settings(data_dir=tmp_path)) == EACH[name]
    assert (CHOICES[name].read(told[-1]) == EACH[name]) is now.at_once
    await chosen.choose({name: None})
    again = chosen.all()[name]
    assert (again.value, again.origin, again.waits) == (now.default, Origin.DEFAULT, False)
    assert read_choices(tmp_path) == {}


@pytest.mark.parametrize("name", CHOICES)
async def test_what_stands_in_the_file_is_the_file_s(name: str, tmp_path: Path) -> None:
    write_choices(tmp_path, {name: EACH[name]})
    section, value = OWN[name]
    options = tmp_path / "options.json"
    options.write_text(json.dumps({section: value}))
    settings = load_settings(options, data_dir=tmp_path)
    chosen, _ = choosing(tmp_path, settings)
    assert CHOICES[name].read(settings) != EACH[name]
    assert (chosen.all()[name].origin, chosen.waits) == (Origin.FILE, False)
    others = {other for other, one in chosen.all().items() if one.origin is Origin.FILE}
    assert others == {name}
    with pytest.raises(ConfigError, match="options file"):
        await chosen.choose({name: EACH[name]})


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"keep_days": 9}, {"keep_days"}),
        ({"mqtt_host": "a.lan"}, {"mqtt"}),
        ({"language": "en"}, {"language"}),
        ({}, set()),
    ],
)
async def test_what_the_add_on_s_options_say_is_theirs(
    options: Mapping[str, object], names: set[str], tmp_path: Path
) -> None:
    container = Container(tmp_path)
    container.data.mkdir()
    container.options.write_text(json.dumps(options))
    write_choices(container.data, EACH)
    settings = load_addon_settings(container, SupervisorSettings("http://supervisor", "secret"))
    chosen, _ = choosing(container.data, settings)
    origins = {name: one.origin for name, one in chosen.all().items()}
    theirs = names | {"push_port"}  # its ports are the Supervisor's
    assert origins == {name: Origin.ADDON if name in theirs else Origin.PAGE for name in CHOICES}
    for name in CHOICES:
        assert (CHOICES[name].read(settings) == EACH[name]) is (name not in theirs)
    with pytest.raises(ConfigError, match="options"):
        await chosen.choose({"push_port": 1})


def test_the_command_line_counts_most(tmp_path: Path) -> None:
    write_choices(tmp_path, EACH)
    settings = load_settings(data_dir=tmp_path, mqtt="off", log_level="error")
    assert (settings.mqtt.mode, settings.log.level) == (MqttMode.OFF, "error")
    assert settings.elsewhere == {"mqtt": Origin.COMMAND_LINE, "log_level": Origin.COMMAND_LINE}
    assert settings.storage.retention.keep_days == 7.5


async def test_a_password_is_kept_for_its_own_host_alone(tmp_path: Path) -> None:
    chosen, _ = choosing(tmp_path)
    await chosen.choose({"mqtt": EACH["mqtt"]})
    rest = {name: value for name, value in EACH["mqtt"].items() if name != "password"}
    await chosen.choose({"mqtt": {**rest, "port": 1900}})
    assert load_settings(data_dir=tmp_path).mqtt.password == "x"
    await chosen.choose({"mqtt": {**rest, "host": "stranger.lan"}})
    assert load_settings(data_dir=tmp_path).mqtt.password is None
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"mqtt": {"mode": "broker"}}, "mqtt.host"),
        ({"mqtt": {"mode": "off", "host": "a.lan"}}, "mqtt.host"),
        ({"mqtt": {"mode": "broker", "host": "a.lan", "password": "x"}}, "username"),
        ({"mqtt": {"mode": "supervisor"}}, "no Supervisor"),
        ({"keep_days": 7, "timezone": "Mars/Olympus"}, "timezone"),
    ],
)
async def test_one_that_is_wrong_changes_nothing(wrong: Mapping[str, Any], why: str, tmp_path: Path) -> None:
    chosen, told = choosing(tmp_path)
    with pytest.raises(ConfigError, match=why):
        await chosen.choose(wrong)
    assert told == []
    assert read_choices(tmp_path) == {}


async def test_a_disk_that_refuses_changes_nothing(tmp_path: Path) -> None:
    chosen, told = choosing(tmp_path)
    (tmp_path / FILE).mkdir()
    with pytest.raises(ConfigError, match="nothing is changed"):
        await chosen.choose({"keep_days": 7})
    assert (chosen.all()["keep_days"].origin, told) == (Origin.DEFAULT, [])


@pytest.mark.parametrize("damage", [b"", b"\0" * 300, b"[]", b'{"version": 2, "choices": {}}', None])
def test_a_damaged_file_does_not_shorten_how_long_recordings_are_kept(
    damage: bytes | None, tmp_path: Path
) -> None:
    write_choices(tmp_path, {"keep_days": 365})
    path = tmp_path / FILE
    path.unlink() if damage is None else path.write_bytes(damage)
    assert load_settings(data_dir=tmp_path).storage.retention.keep_days == 365
    if damage is not None:
        (tmp_path / f"{FILE}.good").write_bytes(damage)
        with pytest.raises(ConfigError, match=FILE):
            load_settings(data_dir=tmp_path)


async def test_what_a_later_version_knows_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"version": 1, "choices": {"smell": "roses"}}))
    chosen, _ = choosing(tmp_path)
    await chosen.choose({"keep_days": 7})
    assert read_choices(tmp_path) == {"smell": "roses", "keep_days": 7}
