"""`gcam worker`: a node as a process of its own, as the desk begins it; nobody types that."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import cv2

from gcam_addon import __version__
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.engines.station import Station
from gcam_addon.errors import ConfigError
from gcam_addon.interfaces import Recorder
from gcam_addon.log.setup import set_up_logging
from gcam_addon.machine.last_resort import LastResort
from gcam_addon.nodes.host import Host, Talk
from gcam_addon.nodes.link import Link
from gcam_addon.nodes.log import LogTeller
from gcam_addon.nodes.messages import Begin, Bye, DiskLow, JournalClosed, Order, Ready, Word
from gcam_addon.nodes.problems import problem_of
from gcam_addon.recording.journal import JournalWriter, Reports
from gcam_addon.recording.journal_memory import JournalMemory
from gcam_addon.recording.recorders import recorder_for

STOPS_WITHIN_S = 4.0
"""Less than the desk waits, which would kill it before it says what held it up."""
_log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--link", type=int, required=True, metavar="FD", help="the socket to the desk")
    parser.add_argument("--number", type=int, help="which it is, for who looks at a list of processes")


def run(args: argparse.Namespace) -> Coroutine[Any, Any, None]:
    """Until the desk says so, or is gone. Raises `ConfigError` where no desk began it."""
    try:
        end = socket.socket(fileno=args.link)
    except OSError as error:
        raise ConfigError("`gcam worker` is begun by `gcam run --workers N`, and by nobody else") from error
    set_up_logging("info", json_lines=False, stream=sys.stderr)
    args.last_resort.within_s = STOPS_WITHIN_S
    args.last_resort.outlook = "; what was recorded becomes clips"
    return _work(end, args.clock, args.duties, args.last_resort)


async def _work(end: socket.socket, clock: SystemClock, duties: Duties, last_resort: LastResort) -> None:
    _leave_signals_to_the_desk()
    link: Talk = await Link.over(end, Word, Order)
    begin = await link.next()
    if isinstance(begin, Begin) and begin.version != __version__:
        _log.error("this is Gcam %s by now, and %s runs: start it again", __version__, begin.version)
    elif isinstance(begin, Begin):
        cv2.setNumThreads(1)  # cameras are the parallelism
        clock.follow(begin.clock_offset_s)
        with LogTeller(link, begin.log_level):
            await _Worker(link, begin, clock, duties).work(last_resort)
    await link.close()


def _leave_signals_to_the_desk() -> None:
    """Who stops a service tells all of its processes at once; the desk ends its workers in order."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: None)


class _Worker:
    def __init__(self, link: Talk, begin: Begin, clock: SystemClock, duties: Duties) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._station = Station(clock, self._recorder_for, threads=begin.threads, duties=duties)
        memory = None if begin.memory_dir is None else JournalMemory(begin.memory_dir)
        self._journal = JournalWriter(
            begin.journal_dir,
            clock,
            Reports(
                changed=self._later(self._station.engine.publish),
                finished=self._later(self._closed),
                low=lambda: self._later(self._low)(None),
            ),
            duties=duties,
            memory=memory,
            floor_bytes=begin.floor_bytes,
        )
        self._host = Host(link, self._station.engine, self._journal, clock, duties)
        duties.hear = self._later(self._host.hear_duty)

    async def work(self, last_resort: LastResort) -> None:
        self._journal.start()
        self._link.say(Ready(__version__))
        try:
            await self._host.obey()
            last_resort.begin()
        finally:
            await self._station.engine.close()
            await asyncio.to_thread(self._journal.stop)
            self._station.shut_down()
            self._link.say(Bye())

    def _recorder_for(self, camera: Camera) -> Recorder:
        return recorder_for(camera, self._journal)

    def _closed(self, journal: Path) -> None:
        self._link.say(JournalClosed(journal))

    def _low(self, _: None) -> None:
        self._link.say(DiskLow(problem_of(self._journal.blocked)))

    def _later(self, call: Callable[[Any], None]) -> Callable[[Any], None]:
        """`call`, for any thread to use: it happens on the loop."""

        def later(value: Any) -> None:
            self._loop.call_soon_threadsafe(call, value)

        return later
