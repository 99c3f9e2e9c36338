"""Does the MQTT broker take us: by connecting, logging in and asking for our own topics."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import ssl

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.config.model import MqttMode, MqttSettings

_GOODBYE_TIMEOUT_S = 0.2
_SILENT = logging.getLogger(f"{__name__}.wire")


async def check_broker(settings: MqttSettings, *, timeout_s: float = 5.0) -> Finding:
    """One finding, whatever happens; publishes nothing. `timeout_s` is for each of connecting, login and
    subscribing.
    """
    match settings.mode:
        case MqttMode.OFF:
            return ok("mqtt", "MQTT is off: Home Assistant is told nothing")
        case MqttMode.EMBEDDED:
            return ok("mqtt", "Gcam brings its own MQTT broker")
        case MqttMode.SUPERVISOR:
            return ok(
                "mqtt",
                "Home Assistant has no MQTT broker; once it has one, Gcam uses it, nothing is to be set",
            )
        case MqttMode.BROKER:
            return await _check(settings, timeout_s)


async def _check(settings: MqttSettings, timeout_s: float) -> Finding:
    where = _where(settings)
    try:
        context = await asyncio.to_thread(_tls, settings) if settings.tls else None
    except OSError as problem:
        why = problem.strerror or "no certificate is in it"
        message = f"mqtt.ca_file {settings.ca_file} can't be used: {why}"
        return error("mqtt_tls", message, "name a readable PEM file")
    unreachable = await _reach(settings, context, timeout_s)
    if unreachable is not None:
        return unreachable
    client = aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.username,
        password=settings.password,
        identifier=f"gcam-check-{secrets.token_hex(4)}",  # its own: one in use would be thrown out
        tls_context=context,
        timeout=timeout_s,
        logger=_SILENT,
    )
    try:
        async with client:
            granted = await client.subscribe(f"{settings.base_topic}/#")
    except aiomqtt.MqttError as problem:
        await _let_go(client)
        return _refused(problem, settings)
    if any(isinstance(code, ReasonCode) and code.is_failure for code in granted):
        message = f"the MQTT broker at {where} does not let {_who(settings)} read {settings.base_topic}/#"
        return error("mqtt_rights", message, "allow it in the broker's access list")
    if settings.tls and not settings.verify_tls:
        message = f"the MQTT broker at {where} takes us, but who it is is not verified"
        return warning(
            "mqtt_tls", message, "name its certificate authority in mqtt.ca_file; set verify_tls to true"
        )
    return ok("mqtt", f"the MQTT broker at {where} takes {_who(settings)}")


async def _reach(settings: MqttSettings, context: ssl.SSLContext | None, timeout_s: float) -> Finding | None:
    """A plain connection first: its errors say more than those of an MQTT client."""
    where = _where(settings)
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(settings.host, settings.port, ssl=context)
    except ssl.SSLCertVerificationError as problem:
        return error(
            "mqtt_tls",
            f"the certificate of the MQTT broker at {where} is not trusted: {problem.verify_message}",
            "name its certificate authority in mqtt.ca_file, or set mqtt.verify_tls to false",
        )
    except (ssl.SSLError, ConnectionResetError):
        message = f"the MQTT broker at {where} does not speak TLS there"
        return error("mqtt_tls", message, "give its TLS port, usually 8883, or mqtt:// instead of mqtts://")
    except socket.gaierror:
        message = f"no address is known for the MQTT broker's name {settings.host}"
        return error("mqtt_unreachable", message, "correct the host, or give its IP address")
    except OSError as problem:
        why = os.strerror(problem.errno) if problem.errno else "no answer"
        message = f"the MQTT broker at {where} can't be reached: {why}"
        return error("mqtt_unreachable", message, "start the broker, or correct host and port")
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return None


def _refused(problem: aiomqtt.MqttError, settings: MqttSettings) -> Finding:
    where = _where(settings)
    if isinstance(problem, aiomqtt.MqttCodeError) and isinstance(problem.rc, ReasonCode):
        remedy = "correct mqtt.username and mqtt.password, and look at the broker's own log"
        return error(
            "mqtt_login", f"the MQTT broker at {where} refuses {_who(settings)}: {problem.rc}", remedy
        )
    message = f"what listens at {where} does not answer as an MQTT broker"
    return error("mqtt_protocol", message, "correct the port; if it expects TLS, use mqtts://")


async def _let_go(client: aiomqtt.Client) -> None:
    """After a silent broker aiomqtt keeps its socket until told to leave; else there is none to close."""
    client.timeout = _GOODBYE_TIMEOUT_S
    with contextlib.suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)


def _tls(settings: MqttSettings) -> ssl.SSLContext:
    """Blocking: reads certificates. Raises OSError."""
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _where(settings: MqttSettings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def _who(settings: MqttSettings) -> str:
    return "an anonymous client" if settings.username is None else f"the user {settings.username}"
