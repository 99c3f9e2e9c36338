"""The command `gcam`: finds what was asked for, loads that alone, and runs it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from gcam_addon import __version__
from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.errors import GcamError
from gcam_addon.log.setup import set_up_logging
from gcam_addon.machine.last_resort import LastResort
from gcam_addon.machine.loop import Loop
from gcam_addon.machine.native_stderr import NativeStderr
from gcam_addon.machine.start_anew import START_ANEW, start_anew

_USAGE_ERROR = 2


@dataclass(frozen=True, slots=True)
class Command:
    """`module` has `add_arguments(parser)` and `run(args)`, which returns the exit status or what is
    to be awaited. It is imported when asked for: all together take seconds on a small computer.
    """

    help: str | None
    """None: it is for Gcam's own use, and is not listed."""
    module: str
    log_level: str | None = "error"
    """None: it sets up its own log, or has none."""
    is_lasting: bool = False
    """Runs until a signal, which is then no failure."""


COMMANDS = {
    "run": Command(
        "watch cameras: detect, record, tell MQTT, serve the page",
        "gcam_addon.cli_run",
        log_level=None,
        is_lasting=True,
    ),
    "worker": Command(None, "gcam_addon.nodes.cli_worker", log_level=None, is_lasting=True),
    "detect": Command(
        "find motion in a video file, a folder of pictures or a URL",
        "gcam_addon.analysis.cli_detect",
        log_level=None,
    ),
    "simulate": Command(
        "a virtual ESP32-CAM, with the faults of real ones",
        "gcam_addon.simulator.cli_simulate",
        log_level="info",
        is_lasting=True,
    ),
    "push": Command(
        "send this machine's webcam, or any other pictures, to a Gcam",
        "gcam_addon.push.cli_push",
        is_lasting=True,
    ),
    "save-events": Command(
        "save the pictures and clips of a running Gcam's events into a folder",
        "gcam_addon.saving.cli_save_events",
        is_lasting=True,
    ),
    "network": Command(
        "a network of the cameras' own: interfaces, plan, check, leases", "gcam_addon.lan.cli_network"
    ),
    "check": Command("what is wrong with a set-up, and how to mend it", "gcam_addon.check.cli_check"),
    "plan": Command(
        "what cameras will cost here: processor, memory, disk, air, power", "gcam_addon.planning.cli_plan"
    ),
    "probe": Command(
        "what camera is at an address, what it shows, what can be set", "gcam_addon.probing.cli_probe"
    ),
    "users": Command("accounts: list, add, new password, remove", "gcam_addon.access.cli_users"),
    "snapshot": Command(
        "whole copies of the databases, while a backup is made", "gcam_addon.backup.cli_snapshot"
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the process's exit status: 0 fine, 1 the work failed, 2 wrong use or settings."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = build_parser(arguments)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return _USAGE_ERROR
    try:
        args.clock = SystemClock()
        args.duties = Duties(args.clock)
        args.last_resort = LastResort(args.duties)
        with NativeStderr(duties=args.duties):  # before logging is set up
            status = _run(COMMANDS[args.command], args)
        if status == START_ANEW:
            start_anew()
        return status
    except GcamError as error:
        print(f"gcam: {error}", file=sys.stderr)
        return _USAGE_ERROR
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # `gcam detect … | head`
        sys.stderr.close()
        return 0


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Knows every command, and the arguments of the one that `arguments` begin with."""
    parser = argparse.ArgumentParser(
        prog="gcam", description="Local video surveillance for ESP32-CAM boards and Home Assistant."
    )
    parser.add_argument("--version", action="version", version=f"gcam {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, command in COMMANDS.items():
        listed: dict[str, Any] = {} if command.help is None else {"help": command.help}
        of_command = commands.add_parser(name, **listed)
        if list(arguments[:1]) == [name]:
            _imported(command.module).add_arguments(of_command)
    return parser


def _imported(module: str) -> ModuleType:
    """Nothing of it is ever garbage: looking for some meanwhile takes a quarter of the time."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


def _run(command: Command, args: argparse.Namespace) -> int:
    if command.log_level is not None:
        set_up_logging(command.log_level, json_lines=False, stream=sys.stderr)
    if not command.is_lasting:
        args.last_resort.begin_when_told()
    outcome: int | Coroutine[Any, Any, int | None] = _imported(command.module).run(args)
    if isinstance(outcome, int):
        return outcome
    return (
        _until_signal(outcome, args.duties, args.last_resort)
        if command.is_lasting
        else asyncio.run(outcome) or 0
    )


def _until_signal(work: Coroutine[Any, Any, int | None], duties: Duties, last_resort: LastResort) -> int:
    """Run until done, or until SIGINT or SIGTERM cancels it: then it stops in order and that is success.
    A second signal ends the process at once, and `last_resort` what is held up.
    """

    async def supervised() -> int | None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _cancel_once, loop, task, last_resort)
        with duties.strays(), contextlib.suppress(asyncio.CancelledError):
            return await task
        return None

    with asyncio.Runner(loop_factory=lambda: Loop(duties)) as runner:
        return runner.run(supervised()) or 0


def _cancel_once(loop: asyncio.AbstractEventLoop, task: asyncio.Future[Any], last_resort: LastResort) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)
    last_resort.begin()
    task.cancel()
