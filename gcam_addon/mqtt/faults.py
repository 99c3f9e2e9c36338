"""What went wrong with the broker, in words a user can act on: one line, never the password. Pure."""

from __future__ import annotations

import socket
import ssl

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from gcam_addon.config.model import MqttMode, MqttSettings
from gcam_addon.words.reason import Reason, because


def explain(error: aiomqtt.MqttError, settings: MqttSettings) -> Reason:
    """Why connecting failed, and what to do."""
    if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
        return _refused(error.rc.getName(), settings)
    cause = error.__context__  # aiomqtt hides it, and its text alone says too little
    if is_silence(error) or not isinstance(cause, OSError):
        return because("mqtt_no_answer", broker=place(settings))
    if isinstance(cause, ssl.SSLError) or (settings.tls and isinstance(cause, ConnectionResetError)):
        return _no_tls(cause, settings)
    return _unreachable(cause, settings)


def is_silence(error: aiomqtt.MqttError) -> bool:
    """The broker was reached, and did not answer in time."""
    return str(error) == "Operation timed out"


def place(settings: MqttSettings) -> str:
    """`host:port`."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def who(settings: MqttSettings) -> Reason:
    """As whom Gcam logs in."""
    if settings.username is None:
        return because("anonymous_client")
    return because("the_user", name=repr(settings.username))


def _refused(reason: str, settings: MqttSettings) -> Reason:
    broker = place(settings)
    if reason not in ("Bad user name or password", "Not authorized"):
        return because("mqtt_refused", broker=broker, why=reason)
    if settings.username is None:
        return because("mqtt_wants_login", broker=broker, remedy=_remedy(settings, because("set_mqtt_login")))
    remedy = _remedy(settings, because("check_mqtt_login"))
    return because("mqtt_refuses", broker=broker, who=who(settings), remedy=remedy)


def _no_tls(cause: OSError, settings: MqttSettings) -> Reason:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return because("mqtt_certificate", broker=place(settings), why=cause.verify_message)
    return because("mqtt_no_tls", broker=place(settings))


def _unreachable(cause: OSError, settings: MqttSettings) -> Reason:
    if isinstance(cause, socket.gaierror):
        remedy = _remedy(settings, because("check_mqtt_host"))
        return because("mqtt_name", host=settings.host, remedy=remedy)
    if isinstance(cause, ConnectionRefusedError):
        return because("mqtt_nothing_listens", broker=place(settings))
    why = because("no_answer_at_all") if isinstance(cause, TimeoutError) else cause
    return because("mqtt_unreachable", broker=place(settings), why=why)


def _remedy(settings: MqttSettings, own: Reason) -> Reason:
    """`own`, unless the broker is Home Assistant's: nobody set that here, and its login is asked for anew."""
    return because("restart_broker") if settings.mode is MqttMode.SUPERVISOR else own
