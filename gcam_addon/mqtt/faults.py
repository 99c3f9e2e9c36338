"""What went wrong with the broker, in words a user can act on: one line, never the password. Pure."""

from __future__ import annotations

import socket
import ssl

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from gcam_addon.config.model import MqttMode, MqttSettings


def explain(error: aiomqtt.MqttError, settings: MqttSettings) -> str:
    """Why connecting failed, and what to do."""
    if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
        return _refused(error.rc.getName(), settings)
    cause = error.__context__  # aiomqtt hides it, and its text alone says too little
    if is_silence(error) or not isinstance(cause, OSError):
        return f"{place(settings)} does not answer as an MQTT broker; if the port expects TLS, use mqtts://"
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


def who(settings: MqttSettings) -> str:
    """As whom Gcam logs in."""
    return "an anonymous client" if settings.username is None else f"the user {settings.username!r}"


def _refused(reason: str, settings: MqttSettings) -> str:
    broker = f"the MQTT broker at {place(settings)}"
    if reason not in ("Bad user name or password", "Not authorized"):
        return f"{broker} refused the connection: {reason}"
    if settings.username is None:
        return f"{broker} wants a login: {_remedy(settings, 'set mqtt.username and mqtt.password')}"
    remedy = "check mqtt.username and mqtt.password, and the broker's access list"
    return f"{broker} refused {who(settings)}: {_remedy(settings, remedy)}"


def _no_tls(cause: OSError, settings: MqttSettings) -> str:
    broker = f"the MQTT broker at {place(settings)}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {broker} is not trusted ({cause.verify_message}): "
            "name its authority in mqtt.ca_file, or switch mqtt.verify_tls off"
        )
    return f"no TLS with {broker}: is this its TLS port (usually 8883)?"


def _unreachable(cause: OSError, settings: MqttSettings) -> str:
    if isinstance(cause, socket.gaierror):
        remedy = _remedy(settings, "check mqtt.host")
        return f"the MQTT broker's name {settings.host} can't be resolved: {remedy}"
    if isinstance(cause, ConnectionRefusedError):
        return f"nothing listens at {place(settings)}: is the MQTT broker running, and the port right?"
    why = "no answer" if isinstance(cause, TimeoutError) else cause.strerror or str(cause)
    return f"the MQTT broker at {place(settings)} is unreachable: {why}"


def _remedy(settings: MqttSettings, own: str) -> str:
    """`own`, unless the broker is Home Assistant's: nobody set that here, and its login is asked for anew."""
    if settings.mode is MqttMode.SUPERVISOR:
        return "start the broker's add-on in Home Assistant anew, if that does not pass by itself"
    return own
