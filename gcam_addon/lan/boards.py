"""The boards that have a name or an address for good: those of the options file, and those that were named on
the page, which are kept in a file of their own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.model import KnownBoard, NetworkSettings
from gcam_addon.config.network import BOARD, MOST_BOARDS, require_fit
from gcam_addon.config.rules import Wrong, checked
from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.lan.leases import Lease
from gcam_addon.words.reason import Reason, because

FILE = "boards.json"
_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedBoard:
    """`is_given`: by the options file, which alone changes it. `problem`: why it does not count now."""

    board: KnownBoard
    is_given: bool = False
    problem: Reason | None = None


class NamedBoards:
    """All methods on the loop, but `load`; the file is written in threads."""

    def __init__(self, given: NetworkSettings, file: Path) -> None:
        """`given`: by the options file."""
        self._given = given
        self._file = file
        self._kept: tuple[KnownBoard, ...] = ()
        self._changing = asyncio.Lock()

    @property
    def all(self) -> tuple[NamedBoard, ...]:
        """Those of the options file first."""
        return tuple(_together(self._given, self._kept))

    def stored(self) -> bytes:
        """As the file has them, and a backup."""
        return written(self._kept)

    def check(self, content: bytes) -> None:
        """Raises `ConfigError` where it can't be `replace`d with."""
        self._fitting(content)

    @property
    def settings(self) -> NetworkSettings:
        """As the options file has them, with all boards that count."""
        return _counting(self._given, self._kept)

    def load(self) -> None:
        """Blocking. What can't be read is laid aside, and said."""
        try:
            self._kept = _read(self._file)
        except FileNotFoundError:
            return
        except (OSError, ConfigError) as error:
            _log.error(
                "the boards' names and addresses are not known: %s; %s", error, _laid_aside(self._file)
            )
        for one in self.all:
            if one.problem is not None:
                _log.warning("what was set for the board %s does not count: %s", one.board.mac, one.problem)

    async def name(self, sent: Mapping[str, Any], leases: Sequence[Lease]) -> None:
        """`sent` as in the options: a MAC address, and a name, an address or both. Raises `ConfigError`; what
        others have by `leases` they keep.
        """
        async with self._changing:
            board = checked(lambda value: self._judged(value, leases), sent, "")
            others = [kept for kept in self._kept if kept.mac != board.mac]
            if len(others) + len(self._given.boards) >= MOST_BOARDS:
                raise ConfigError(because("lan_many_boards", most=MOST_BOARDS), field="mac")
            await self._keep((*others, board))

    async def forget(self, mac: str) -> None:
        """Raises `NotFound`, and `ConfigError`."""
        async with self._changing:
            self._refuse_given(mac)
            others = tuple(kept for kept in self._kept if kept.mac != mac)
            if len(others) == len(self._kept):
                raise NotFound(because("lan_no_board", mac=mac))
            await self._keep(others)

    async def replace(self, content: bytes) -> None:
        """Exactly a backup's are kept from now on; those that don't fit the options file are told. Raises
        `ConfigError`.
        """
        once = self._fitting(content)
        async with self._changing:
            if once != self._kept:
                await self._keep(once)

    def _fitting(self, content: bytes) -> tuple[KnownBoard, ...]:
        once = tuple({board.mac: board for board in read(content)}.values())
        if len(once) + len(self._given.boards) > MOST_BOARDS:
            raise ConfigError(because("lan_many_boards", most=MOST_BOARDS), field="boards")
        return once

    def _judged(self, sent: object, leases: Sequence[Lease]) -> KnownBoard:
        """Raises `Wrong`, and `ConfigError`."""
        board: KnownBoard = BOARD(sent)
        self._refuse_given(board.mac)
        others = (one.board for one in self.all if one.board.mac != board.mac)
        require_fit(board, others, self._given)
        for lease in leases:
            if lease.address == board.address and lease.mac != board.mac:
                why = because("lan_address_held", address=lease.address, board=lease.name or lease.mac)
                raise Wrong(why, path=["address"])
        return board

    def _refuse_given(self, mac: str) -> None:
        if any(board.mac == mac for board in self._given.boards):
            raise ConfigError(because("lan_board_given", mac=mac), field="mac")

    async def _keep(self, boards: Sequence[KnownBoard]) -> None:
        try:
            await asyncio.to_thread(self._write, written(boards))
        except OSError as error:
            raise ConfigError(because("lan_not_written", file=self._file, why=error)) from error
        self._kept = tuple(boards)

    def _write(self, content: bytes) -> None:
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomically(self._file, content)


def written(boards: Sequence[KnownBoard]) -> bytes:
    """As they stand in the file."""
    content = json.dumps({"version": _VERSION, "boards": [_told(board) for board in boards]}, indent=2)
    return f"{content}\n".encode()


def read(content: bytes) -> tuple[KnownBoard, ...]:
    """What stands in the file. Raises `ConfigError`."""
    found = parse_json(content, FILE)
    if not isinstance(found, dict) or found.get("version") != _VERSION:
        raise ConfigError(because("lan_boards_version", file=FILE, version=_VERSION))
    return tuple(checked(_boards, found.get("boards"), "boards"))


def with_those_of_the_page(given: NetworkSettings, folder: Path) -> NetworkSettings:
    """For commands beside a Gcam that runs. Blocking. Raises `ConfigError`."""
    file = folder / FILE
    try:
        kept = _read(file)
    except FileNotFoundError:
        return given
    except OSError as error:
        raise ConfigError(because("lan_no_leases", file=file, why=error)) from error
    return _counting(given, kept)


def _counting(given: NetworkSettings, kept: Sequence[KnownBoard]) -> NetworkSettings:
    boards = tuple(one.board for one in _together(given, kept) if one.problem is None)
    return replace(given, boards=boards)


def _together(given: NetworkSettings, kept: Sequence[KnownBoard]) -> Iterator[NamedBoard]:
    """The options file may have got the same name or address, or another network, since a board was named."""
    counting = list(given.boards)
    yield from (NamedBoard(board, is_given=True) for board in given.boards)
    macs = {board.mac for board in given.boards}
    for board in kept:
        if board.mac in macs:
            continue
        try:
            require_fit(board, counting, given)
        except Wrong as error:
            yield NamedBoard(board, problem=error.reason)
        else:
            counting.append(board)
            yield NamedBoard(board)


def _read(file: Path) -> tuple[KnownBoard, ...]:
    """Raises OSError and `ConfigError`."""
    return read(read_regular(file))


def _boards(value: object) -> Collection[KnownBoard]:
    return [BOARD(entry) for entry in value] if isinstance(value, list) else []


def _laid_aside(file: Path) -> str:
    aside = file.with_name(f"{file.name}.broken")
    try:
        file.replace(aside)
    except OSError as error:
        return f"it can't be laid aside ({error.strerror})"
    return f"it is kept as {aside.name}"


def _told(board: KnownBoard) -> dict[str, str | None]:
    address = None if board.address is None else str(board.address)
    return {"mac": board.mac, "name": board.name, "address": address}
