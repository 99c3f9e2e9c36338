"""`gcam run`: its arguments, and what a person at a terminal sees."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcam_addon import __version__
from gcam_addon.app import Gcam
from gcam_addon.config.load import load_settings, parse_camera_argument, with_arguments
from gcam_addon.config.model import Camera, LogFormat, MqttMode, Origin, Settings, SupervisorSettings
from gcam_addon.errors import ConfigError
from gcam_addon.lan.service import RIGHTS
from gcam_addon.log.setup import set_up_logging
from gcam_addon.machine.last_resort import LastResort
from gcam_addon.machine.start_anew import START_ANEW
from gcam_addon.machine.step_down import Needs, step_down
from gcam_addon.machine.timezone import use_timezone
from gcam_addon.recording import layout
from gcam_addon.supervisor.load import load_addon_settings
from gcam_addon.supervisor.options import Container

MOST_WORKERS = 64
RESCUE_S = 60.0
"""What a stop may take where journals lie in memory: what is left there is copied to the disk."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="where settings, index and footage lie")
    parser.add_argument("--options", type=Path, metavar="FILE", help="a JSON file of settings")
    parser.add_argument("--listen", metavar="HOST:PORT", help="the page's address (127.0.0.1:8099)")
    parser.add_argument("--ingress", metavar="HOST:PORT", help="where Home Assistant's ingress comes in")
    parser.add_argument("--ingress-from", metavar="ADDRESS", help="who alone may come there (172.30.32.2)")
    parser.add_argument(
        "--camera",
        action="append",
        default=[],
        metavar="[NAME=]URL",
        help="watch this camera, for this run only; may be given several times",
    )
    parser.add_argument(
        "--mqtt", metavar="URL|embedded|off", help="the broker: mqtt://user:password@host:1883, mqtts://…"
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="two simulated cameras and the embedded broker: nothing to install",
    )
    parser.add_argument(
        "--supervisor",
        nargs="?",
        const="http://supervisor",
        metavar="URL",
        help="as Home Assistant's add-on: options and broker are the Supervisor's (needs SUPERVISOR_TOKEN)",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("/"),
        metavar="DIR",
        help="with --supervisor: where /data, /media and /ssl lie, to try it outside a container",
    )
    parser.add_argument(
        "--user", metavar="NAME", help="started as root: go on as this user, where that user can do the work"
    )
    parser.add_argument(
        "--workers",
        type=worker_count,
        metavar="N",
        help="share the cameras out over so many processes (0 or 1: all in one)",
    )
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"])
    parser.add_argument("--log-format", choices=[form.value for form in LogFormat])


def worker_count(text: str) -> int:
    """0 to 64."""
    count = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= count <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {MOST_WORKERS}")
    return count


def run(args: argparse.Namespace) -> Coroutine[Any, Any, int]:
    """What is to run until a signal. Raises `ConfigError` for settings that can't be."""
    settings = with_arguments(
        _addon_settings(args) if args.supervisor else load_settings(args.options, data_dir=args.data),
        listen=args.listen,
        ingress=args.ingress,
        ingress_from=args.ingress_from,
        mqtt=args.mqtt,
        demo=args.demo,
        log_level=args.log_level,
        log_format=args.log_format,
        processes=args.workers,
    )
    if settings.demo and args.mqtt is None and settings.mqtt.mode is MqttMode.OFF:
        settings = replace(
            settings,
            mqtt=replace(settings.mqtt, mode=MqttMode.EMBEDDED),
            elsewhere={**settings.elsewhere, "mqtt": Origin.COMMAND_LINE},
        )
    if settings.timezone is not None:
        use_timezone(settings.timezone)
    cameras: list[Camera] = []
    for text in args.camera:
        cameras.append(parse_camera_argument(text, [camera.id for camera in cameras]))
    log = settings.log
    set_up_logging(log.level, json_lines=log.format is LogFormat.JSON, stream=sys.stderr)
    if args.user is not None:
        _step_down(args.user, settings)
    args.last_resort.outlook = "; what was recorded becomes clips at the next start"
    if settings.storage.journal_memory_dir is not None:
        args.last_resort.within_s = RESCUE_S
    return _watch(Gcam(settings, cameras, args.clock, args.duties), args.last_resort)


def _addon_settings(args: argparse.Namespace) -> Settings:
    token = os.environ.get("SUPERVISOR_TOKEN")
    if not token:
        raise ConfigError("SUPERVISOR_TOKEN is not set: --supervisor is for Home Assistant's add-on only")
    if args.options is not None or args.data is not None:
        raise ConfigError("--supervisor has its own options and data folder: leave --options and --data out")
    return load_addon_settings(Container(args.root), SupervisorSettings(args.supervisor, token))


def _step_down(user: str, settings: Settings) -> None:
    storage, web = settings.storage, settings.web
    footage = (layout.RECORDINGS, layout.THUMBNAILS, layout.JOURNAL, layout.EXPORTS)
    memory = [] if storage.journal_memory_dir is None else [storage.journal_memory_dir]
    needs = Needs(
        own=[storage.data_dir, *(storage.media_dir / name for name in footage), *memory],
        read=[file for file in (web.tls_certificate, web.tls_key, settings.mqtt.ca_file) if file is not None],
    )
    keep = () if settings.network.interface is None else RIGHTS
    if (reason := step_down(user, needs, keep)) is not None:
        logging.getLogger(__name__).warning("Gcam keeps running as root: %s.", reason)


async def _watch(gcam: Gcam, last_resort: LastResort) -> int:
    _say(f"Gcam {__version__} starting; data folder {gcam.settings.storage.data_dir}")
    async with gcam:
        _say(_where_to_look(gcam))
        try:
            await gcam.choosing.again.wait()
            last_resort.begin()
        finally:
            _say("Stopping: what is in progress is kept …")
    _say("Stopped, to start anew.")
    return START_ANEW


def _where_to_look(gcam: Gcam) -> str:
    mqtt, media = gcam.settings.mqtt, gcam.settings.storage.media_dir
    broker = f"{mqtt.host}:{mqtt.port}, topics {mqtt.base_topic}/#"
    lines = {
        "Page": gcam.url,
        **({"Ingress": gcam.ingress} if gcam.ingress else {}),
        "Clips": str(media / "recordings"),
        "MQTT": {MqttMode.OFF: "off", MqttMode.SUPERVISOR: "Home Assistant's broker"}.get(mqtt.mode, broker),
        "Cameras": ", ".join(camera.name for camera in gcam.roster.list()) or f"none yet: {_HOW_TO_ADD}",
    }
    return "\n".join(f"  {name:<8} {text}" for name, text in lines.items()) + "\n  Ctrl-C   stops"


_HOW_TO_ADD = "give --camera http://ADDRESS, or write cameras.json into the data folder"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
