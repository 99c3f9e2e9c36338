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
from gcam_addon.words.reason import Reason, because

_GOODBYE_TIMEOUT_S = 0.2
_SILENT = logging.getLogger(f"{__name__}.wire")


async def check_broker(settings: MqttSettings, *, timeout_s: float = 5.0) -> Finding:
    """One finding, whatever happens; publishes nothing. `timeout_s` is for each of connecting, login and
    subscribing.
    """
    match settings.mode:
        case MqttMode.OFF:
            return ok("mqtt", because("check_mqtt_off"))
        case MqttMode.EMBEDDED:
            return ok("mqtt", because("check_mqtt_own"))
        case MqttMode.SUPERVISOR:
            return ok("mqtt", because("check_mqtt_none"))
        case MqttMode.BROKER:
            return await _check(settings, timeout_s)


async def _check(settings: MqttSettings, timeout_s: float) -> Finding:
    where = _where(settings)
    try:
        context = await asyncio.to_thread(_tls, settings) if settings.tls else None
    except OSError as problem:
        why = problem if problem.errno and problem.strerror else because("no_certificate_in_it")
        message = because("mqtt_ca_file", file=settings.ca_file, why=why)
        return error("mqtt_tls", message, because("check_pem"))
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
        message = because(
            "check_mqtt_rights", broker=where, who=_who(settings), topics=f"{settings.base_topic}/#"
        )
        return error("mqtt_rights", message, because("check_allow_it"))
    if settings.tls and not settings.verify_tls:
        message = because("check_mqtt_unverified", broker=where)
        return warning("mqtt_tls", message, because("check_verify"))
    return ok("mqtt", because("check_mqtt_takes", broker=where, who=_who(settings)))


async def _reach(settings: MqttSettings, context: ssl.SSLContext | None, timeout_s: float) -> Finding | None:
    """A plain connection first: its errors say more than those of an MQTT client."""
    where = _where(settings)
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(settings.host, settings.port, ssl=context)
    except ssl.SSLCertVerificationError as problem:
        return error(
            "mqtt_tls",
            because("check_mqtt_untrusted", broker=where, why=problem.verify_message),
            because("check_trust"),
        )
    except (ssl.SSLError, ConnectionResetError):
        return error("mqtt_tls", because("check_mqtt_plain", broker=where), because("check_tls_port"))
    except socket.gaierror:
        message = because("check_mqtt_name", host=settings.host)
        return error("mqtt_unreachable", message, because("check_host"))
    except OSError as problem:
        why = _plain(problem) if problem.errno else because("check_no_answer")
        message = because("mqtt_unreachable", broker=where, why=why)
        return error("mqtt_unreachable", message, because("check_start_broker"))
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return None


def _refused(problem: aiomqtt.MqttError, settings: MqttSettings) -> Finding:
    where = _where(settings)
    if isinstance(problem, aiomqtt.MqttCodeError) and isinstance(problem.rc, ReasonCode):
        message = because("check_mqtt_refuses", broker=where, who=_who(settings), why=problem.rc)
        return error("mqtt_login", message, because("mqtt_correct_login"))
    message = because("check_mqtt_protocol", broker=where)
    return error("mqtt_protocol", message, because("check_mqtt_port"))


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


def _who(settings: MqttSettings) -> Reason:
    if settings.username is None:
        return because("anonymous_client")
    return because("the_user", name=settings.username)


def _plain(problem: OSError) -> OSError:
    """What asyncio says of a failed connection names the address once more."""
    return OSError(problem.errno, os.strerror(problem.errno or 0))
