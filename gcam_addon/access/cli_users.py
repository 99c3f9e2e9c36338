"""`gcam users`: accounts from the command line, whether Gcam runs on the data folder or not."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from gcam_addon.access.accounts import Accounts, DirectAccounts, RunningAccounts
from gcam_addon.access.local import local_client
from gcam_addon.access.principal import Role
from gcam_addon.access.secret import read_local_secret
from gcam_addon.access.service import Access
from gcam_addon.clock import SystemClock
from gcam_addon.config.folder import DataFolder, is_in_use
from gcam_addon.config.load import load_settings
from gcam_addon.config.model import Settings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError

_TIMEOUT_S = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="who has an account")
    adding = actions.add_parser("add", help="a new account; the first is the owner")
    changing = actions.add_parser("password", help="a new password; signs the person out everywhere")
    removing = actions.add_parser("remove", help="remove an account")
    freeing = actions.add_parser("no-second-factor", help="for who lost theirs: the password is enough again")
    adding.add_argument("--role", choices=[role.value for role in Role])
    adding.add_argument("--camera", action="append", metavar="ID", help="sees this one; several: repeat")
    for action in (adding, changing, removing, freeing):
        action.add_argument("name", metavar="NAME")
    for action in (adding, changing):
        action.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    for action in (listing, adding, changing, removing, freeing):
        action.add_argument("--data", type=Path, metavar="DIR", help="Gcam's data folder")
        action.add_argument("--options", type=Path, metavar="FILE", help="a JSON file of settings")
        action.add_argument("--listen", metavar="HOST:PORT", help="where the running Gcam listens")


async def run(args: argparse.Namespace) -> int:
    """0 when it is done. Raises `GcamError` where it is refused."""
    settings = load_settings(args.options, data_dir=args.data, listen=args.listen)
    async with _accounts(settings) as accounts:
        match args.action:
            case "list":
                print(_table(await accounts.list()))
            case "add":
                await _add(accounts, args)
            case "password":
                await accounts.set_password(args.name, await _password(args))
                print(f"{args.name} has a new password and is signed out everywhere.")
            case "remove":
                await accounts.remove(args.name)
                print(f"{args.name} is removed.")
            case "no-second-factor":
                await accounts.remove_factors(args.name)
                print(f"{args.name} signs in by password alone; set up a second factor anew.")
    return 0


async def _add(accounts: Accounts, args: argparse.Namespace) -> None:
    is_first = not any(role is Role.OWNER for _, role, _ in await accounts.list())
    role = Role(args.role) if args.role else Role.OWNER if is_first else Role.VIEWER
    if is_first and role is not Role.OWNER:
        raise ConfigError("--role: the first account is the owner", field="--role")
    cameras = None if args.camera is None else frozenset(args.camera)
    await accounts.add(args.name, await _password(args), role, cameras)
    print(f"{args.name} is added: {role}.")


@asynccontextmanager
async def _accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """Of the Gcam that runs there, which keeps them in memory; or the file's own."""
    data_dir = settings.storage.data_dir
    if not await asyncio.to_thread(data_dir.is_dir):
        raise ConfigError(f"{data_dir} is no data folder; name Gcam's with --data", field="data_dir")
    if await asyncio.to_thread(is_in_use, data_dir):
        secret = await asyncio.to_thread(read_local_secret, data_dir)
        if secret is None:
            raise ConfigError(f"a Gcam runs on {data_dir}, as another user: call this as that user, or root")
        async with local_client(settings.web, secret, timeout_s=_TIMEOUT_S) as session:
            yield RunningAccounts(session)
        return
    with DataFolder(data_dir):
        clock = SystemClock()
        access = Access(data_dir, clock, duties=Duties(clock))
        await access.start()
        try:
            yield DirectAccounts(access)
        finally:
            await access.stop()


async def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        line: str = await asyncio.to_thread(sys.stdin.readline)
        return line.rstrip("\r\n")
    password: str = await asyncio.to_thread(getpass.getpass, f"Password of {args.name}: ")
    if await asyncio.to_thread(getpass.getpass, "Once more: ") != password:
        raise ConfigError("password: the two differ; try again", field="password")
    return password


def _table(people: Sequence[tuple[str, Role, frozenset[str] | None]]) -> str:
    if not people:
        return "Nobody has an account yet."
    width = max(len(name) for name, _, _ in people)
    return "\n".join(
        f"{name:<{width}}  {role:<6}  {'all cameras' if cameras is None else ', '.join(sorted(cameras))}"
        for name, role, cameras in people
    )
