"""The command `gcam`: arguments, signals and what a person at a terminal sees. Decides nothing else."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcam_addon import __version__
from gcam_addon.access import cli_users
from gcam_addon.analysis import cli_detect
from gcam_addon.app import Gcam
from gcam_addon.boards import cli_probe
from gcam_addon.check import cli_check
from gcam_addon.clock import SystemClock
from gcam_addon.config.load import default_data_dir, load_settings, parse_camera_argument, with_arguments
from gcam_addon.config.model import Camera, LogFormat, MqttMode, Settings, SupervisorSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, GcamError
from gcam_addon.log import set_up_logging
from gcam_addon.loop import Loop
from gcam_addon.native_stderr import NativeStderr
from gcam_addon.recording import layout
from gcam_addon.simulator import cli_simulate
from gcam_addon.snapshot import make_snapshot, remove_snapshot
from gcam_addon.step_down import Needs, step_down
from gcam_addon.supervisor.load import load_addon_settings
from gcam_addon.supervisor.options import Container

_USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the process's exit status: 0 fine, 1 the work failed, 2 wrong use or settings."""
    parser = build_parser()
    args = parser.parse_args(arguments)
    if "work" not in args:
        parser.print_help()
        return _USAGE_ERROR
    try:
        args.clock = SystemClock()
        args.duties = Duties(args.clock)
        with NativeStderr(duties=args.duties):  # before logging is set up
            return int(args.work(args) or 0)
    except GcamError as error:
        print(f"gcam: {error}", file=sys.stderr)
        return _USAGE_ERROR
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # `gcam detect … | head`
        sys.stderr.close()
        return 0


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gcam", description="Local video surveillance for ESP32-CAM boards and Home Assistant."
    )
    parser.add_argument("--version", action="version", version=f"gcam {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = commands.add_parser("run", help="watch cameras: detect, record, tell MQTT, serve the page")
    _add_run_arguments(run)
    run.set_defaults(work=_run)

    detect = commands.add_parser("detect", help="find motion in a video file, a folder of pictures or a URL")
    cli_detect.add_arguments(detect)
    detect.set_defaults(work=cli_detect.run)

    simulate = commands.add_parser("simulate", help="a virtual ESP32-CAM, with the faults of real ones")
    cli_simulate.add_arguments(simulate)
    simulate.set_defaults(work=_simulate)

    check = commands.add_parser("check", help="what is wrong with a set-up, and how to mend it")
    cli_check.add_arguments(check)
    check.set_defaults(work=_check)

    probe = commands.add_parser("probe", help="what board is at an address, what it shows, what can be set")
    cli_probe.add_arguments(probe)
    probe.set_defaults(work=_probe)

    users = commands.add_parser("users", help="accounts: list, add, new password, remove")
    cli_users.add_arguments(users)
    users.set_defaults(work=_users)

    snapshot = commands.add_parser("snapshot", help="whole copies of the databases, while a backup is made")
    snapshot.add_argument("--data", type=Path, metavar="DIR", default=default_data_dir(), help="data folder")
    snapshot.add_argument("--remove", action="store_true", help="the backup is made: remove them")
    snapshot.set_defaults(work=_snapshot)
    return parser


def _add_run_arguments(parser: argparse.ArgumentParser) -> None:
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
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"])
    parser.add_argument("--log-format", choices=[form.value for form in LogFormat])


def _run(args: argparse.Namespace) -> int:
    settings = with_arguments(
        _addon_settings(args) if args.supervisor else load_settings(args.options, data_dir=args.data),
        listen=args.listen,
        ingress=args.ingress,
        ingress_from=args.ingress_from,
        mqtt=args.mqtt,
        demo=args.demo,
        log_level=args.log_level,
        log_format=args.log_format,
    )
    if settings.demo and args.mqtt is None and settings.mqtt.mode is MqttMode.OFF:
        settings = replace(settings, mqtt=replace(settings.mqtt, mode=MqttMode.EMBEDDED))
    cameras: list[Camera] = []
    for text in args.camera:
        cameras.append(parse_camera_argument(text, [camera.id for camera in cameras]))
    log = settings.log
    set_up_logging(log.level, json_lines=log.format is LogFormat.JSON, stream=sys.stderr)
    if args.user is not None:
        _step_down(args.user, settings)
    return _until_signal(_watch(Gcam(settings, cameras, args.clock, args.duties)), args.duties)


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
    if (reason := step_down(user, needs)) is not None:
        logging.getLogger(__name__).warning("Gcam keeps running as root: %s.", reason)


async def _watch(gcam: Gcam) -> None:
    _say(f"Gcam {__version__} starting; data folder {gcam.settings.storage.data_dir}")
    async with gcam:
        _say(_where_to_look(gcam))
        try:
            await asyncio.Event().wait()
        finally:
            _say("Stopping: what is in progress is kept …")
    _say("Stopped.")


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


def _simulate(args: argparse.Namespace) -> int:
    set_up_logging("info", json_lines=False, stream=sys.stderr)
    return _until_signal(cli_simulate.run(args), args.duties)


def _check(args: argparse.Namespace) -> int:
    set_up_logging("error", json_lines=False, stream=sys.stderr)
    return asyncio.run(cli_check.run(args))


def _probe(args: argparse.Namespace) -> int:
    set_up_logging("error", json_lines=False, stream=sys.stderr)
    return asyncio.run(cli_probe.run(args))


def _users(args: argparse.Namespace) -> int:
    set_up_logging("error", json_lines=False, stream=sys.stderr)
    return asyncio.run(cli_users.run(args))


def _snapshot(args: argparse.Namespace) -> int:
    if args.remove:
        remove_snapshot(args.data)
    else:
        print(make_snapshot(args.data))
    return 0


def _until_signal(work: Coroutine[Any, Any, None], duties: Duties) -> int:
    """Run until done, or until SIGINT or SIGTERM cancels it: then it stops in order and that is success.
    A second signal ends the process at once.
    """

    async def supervised() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _cancel_once, loop, task)
        with duties.strays(), contextlib.suppress(asyncio.CancelledError):
            await task

    with asyncio.Runner(loop_factory=lambda: Loop(duties)) as runner:
        runner.run(supervised())
    return 0


def _cancel_once(loop: asyncio.AbstractEventLoop, task: asyncio.Future[None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)
    task.cancel()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
