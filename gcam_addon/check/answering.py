"""What disks are asked, each with a bound: one that hangs holds up neither the other checks nor their end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec

from gcam_addon.check.finding import Finding, error
from gcam_addon.duties import Duties
from gcam_addon.words.reason import because

_WITHIN_S = 10.0
_Given = ParamSpec("_Given")
_Found = Finding | list[Finding]


class Disks:
    """The disks below folders. Loop."""

    def __init__(self, duties: Duties, within_s: float = _WITHIN_S) -> None:
        self._duties = duties
        self._within_s = within_s
        self._silent: set[Path] = set()

    async def ask(
        self, folder: Path, work: Callable[_Given, _Found], *args: _Given.args, **named: _Given.kwargs
    ) -> list[Finding]:
        """What `work` finds there, on a thread of its own. That a folder does not answer is said once."""
        if folder in self._silent:
            return []
        answer: asyncio.Future[_Found] = asyncio.get_running_loop().create_future()
        self._duties.thread("check", partial(_settle, answer, partial(work, *args, **named))).start()
        try:
            async with asyncio.timeout(self._within_s):
                found = await answer
        except TimeoutError:
            self._silent.add(folder)
            message = because("check_disk_silent", folder=folder, seconds=round(self._within_s))
            return [error("disk_silent", message, because("check_disk_answers"))]
        return [found] if isinstance(found, Finding) else found


def _settle(answer: asyncio.Future[_Found], work: Callable[[], _Found]) -> None:
    """On the thread."""
    try:
        say = partial(answer.set_result, work())
    except Exception as problem:  # noqa: BLE001  (whatever it is: it is for who waits)
        say = partial(answer.set_exception, problem)
    with suppress(RuntimeError):  # the loop was closed meanwhile
        answer.get_loop().call_soon_threadsafe(_if_awaited, answer, say)


def _if_awaited(answer: asyncio.Future[_Found], say: Callable[[], None]) -> None:
    if not answer.done():
        say()
