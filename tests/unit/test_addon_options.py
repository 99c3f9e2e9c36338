"""The add-on's options become settings, and a wrong one is named with its value and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gcam_addon.config.model import EntityMaker, MqttMode, Settings, SupervisorSettings
from gcam_addon.errors import ConfigError
from gcam_addon.supervisor.options import OPTIONS, Container, apply_options

CONTAINER = Container()
SUPERVISOR = SupervisorSettings("http://supervisor", "token")
NOTHING = CONTAINER.settings(SUPERVISOR)
MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text())


def settings(**options: Any) -> Settings:
    return apply_options(options, CONTAINER, NOTHING)


def refusal(**options: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        settings(**options)
    return caught.value


def test_nothing_chosen_is_the_container_as_it_is() -> None:
    assert settings() == NOTHING
    assert NOTHING.storage.data_dir == Path("/data")
    assert NOTHING.storage.media_dir == Path("/media/gcam")
    assert (NOTHING.web.host, NOTHING.web.port) == ("0.0.0.0", 8099)
    assert NOTHING.web.advertise is False
    assert NOTHING.web.ingress is not None
    assert NOTHING.web.ingress.trusted == ("172.30.32.2",)
    assert NOTHING.mqtt.mode is MqttMode.SUPERVISOR


def test_each_option_arrives_where_it_belongs() -> None:
    made = settings(
        log_level="debug",
        language="fr",
        recordings_folder="/media/nas/cameras",
        keep_days=7,
        max_size_gb=20.5,
        min_free_gb=2,
        journal_in_memory=True,
        entities="integration",
        trusted_proxies=["192.168.1.2", "10.0.0.0/8"],
    )
    assert made.log.level == "debug"
    assert (made.web.language, made.mqtt.language) == ("fr", "fr")
    assert made.storage.media_dir == Path("/media/nas/cameras")
    assert made.storage.journal_memory_dir == Path("/tmp/gcam-journal")
    assert made.storage.retention.keep_days == 7
    assert made.storage.retention.max_bytes == 20_500_000_000
    assert made.storage.retention.min_free_bytes == 2_000_000_000
    assert made.web.trusted_proxies == ("192.168.1.2/32", "10.0.0.0/8")
    assert made.supervisor is not None
    assert made.supervisor.entities is EntityMaker.INTEGRATION
    assert not made.mqtt.discovery


def test_a_broker_of_one_s_own_replaces_home_assistant_s() -> None:
    made = settings(
        mqtt_host="broker.lan",
        mqtt_username="gcam",
        mqtt_password="s3cret/#@",
        mqtt_tls=True,
        mqtt_ca_file="ca.pem",
    ).mqtt
    assert (made.mode, made.host, made.port) == (MqttMode.BROKER, "broker.lan", 8883)
    assert (made.username, made.password) == ("gcam", "s3cret/#@")
    assert (made.tls, made.ca_file) == (True, Path("/ssl/ca.pem"))
    assert settings(mqtt_host="10.0.0.1").mqtt.port == 1883
    assert settings(mqtt_host="10.0.0.1", mqtt_port=2883, mqtt_tls=True).mqtt.port == 2883
    assert settings(mqtt_host="10.0.0.1", mqtt="off").mqtt.mode is MqttMode.OFF


def test_tls_takes_the_files_that_everybody_has() -> None:
    assert settings(certfile="own.pem").web.tls_certificate is None, "only with ssl"
    made = settings(ssl=True).web
    assert (made.tls_certificate, made.tls_key) == (Path("/ssl/fullchain.pem"), Path("/ssl/privkey.pem"))
    made = settings(ssl=True, certfile="home/chain.pem", keyfile="home/key.pem").web
    assert (made.tls_certificate, made.tls_key) == (Path("/ssl/home/chain.pem"), Path("/ssl/home/key.pem"))


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("log_level", "loud", "choose from debug"),
        ("language", "de", "choose from en, fr"),
        ("recordings_folder", "/config", "such as /media/gcam"),
        ("recordings_folder", "/media/../config", "such as /media/gcam"),
        ("keep_days", 0, "give a whole number from 1"),
        ("max_size_gb", "big", "give a number from 0.01"),
        ("mqtt_port", 70_000, "give a whole number from 1 to 65535"),
        ("certfile", "/etc/passwd", "folder ssl"),
        ("certfile", "../x.pem", "folder ssl"),
        ("trusted_proxies", ["router"], "give an IP address or network"),
        ("external_url", "gcam.example.org", "such as https://gcam.example.org"),
        ("external_url", "https://me:secret@example.org", "give the page's address alone"),
        ("external_url", "https://example.org/?a=b", "give the page's address alone"),
        ("mqtt_username", "anna", "give mqtt_host too"),
        ("keep_day", 3, 'did you mean "keep_days"?'),
    ],
)
def test_a_wrong_option_is_named_with_a_remedy(option: str, value: Any, remedy: str) -> None:
    error = refusal(**{option: value})
    assert (error.field or "").startswith(option)
    assert str(error).startswith(option)
    assert remedy in str(error)


def test_a_password_is_never_shown() -> None:
    error = refusal(mqtt_host="broker", mqtt_password="hunter2")
    assert error.field == "mqtt_username"
    assert "hunter2" not in str(error)
    assert "hunter2" not in repr(settings(mqtt_host="b", mqtt_username="u", mqtt_password="hunter2"))
    assert "token" not in repr(NOTHING.supervisor).replace("token=", "")


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(ConfigError, match="no section"):
        apply_options([], CONTAINER, NOTHING)


@pytest.mark.parametrize("name", OPTIONS)
def test_form_and_program_agree_on_what_may_be_chosen(name: str) -> None:
    """The form's limits are the program's: at them a value is taken, beyond them neither takes it."""
    element = MANIFEST["schema"][name]
    kind, _, rest = (element[0] if isinstance(element, list) else element).rstrip("?").partition("(")
    limits = rest.rstrip(")")
    rule = OPTIONS[name]
    match kind:
        case "int" | "float":
            low, high = (float(limit) for limit in limits.split(","))
            assert (rule(low), rule(high)) == (low, high)
            for beyond in (low - 1, high + 1):
                with pytest.raises(Exception, match="give a"):
                    rule(beyond)
        case "list":
            assert [str(rule(word)) for word in limits.split("|")] == limits.split("|")
            with pytest.raises(Exception, match="choose from"):
                rule("another")
        case "bool":
            assert rule(True) is True
        case "port":
            assert (rule(1), rule(65535)) == (1, 65535)
        case "url":
            assert rule("https://gcam.example.org/") == "https://gcam.example.org"
        case "match":
            assert rule("/media/gcam") == "/media/gcam"
        case "str" | "password":
            assert isinstance(element, list) or rule("a" * int(limits.split(",")[1]))
        case _:
            pytest.fail(f"no check for {kind}")
