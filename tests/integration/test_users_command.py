"""`gcam users`: on a data folder at rest, and on one that a Gcam runs on."""

from __future__ import annotations

import argparse
import fcntl
import io
from pathlib import Path

import pyotp
import pytest

from gcam_addon.access import cli_users
from gcam_addon.access.local import local_client
from gcam_addon.access.service import Access, Login
from gcam_addon.clock import ManualClock
from gcam_addon.config.model import WebSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, GcamError, NotFound, SecondFactorNeeded, WrongLogin
from tests.support.web_fakes import OWNER, QUICK, serve

WORDS, OTHERS = "four other plain words", "five quite different plain words"


async def users(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str, password: str | None = None
) -> int:
    parser = argparse.ArgumentParser()
    cli_users.add_arguments(parser)
    given = [*arguments, "--data", str(folder)]
    if password is not None:
        given.append("--password-stdin")
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    return await cli_users.run(parser.parse_args(given))


async def signs_in(folder: Path, name: str, password: str) -> bool:
    clock = ManualClock()
    access = Access(folder, clock, QUICK, duties=Duties(clock))
    await access.start()
    try:
        await access.sign_in(Login(name, password), address="", agent="")
    except WrongLogin:
        return False
    finally:
        await access.stop()
    return True


async def test_a_folder_at_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await users(monkeypatch, tmp_path, "list")
    assert capsys.readouterr().out == "Nobody has an account yet.\n"
    await users(monkeypatch, tmp_path, "add", "ada", password=WORDS)
    await users(monkeypatch, tmp_path, "add", "guest", "--camera", "door", password=WORDS)
    await users(monkeypatch, tmp_path, "list")
    lines = capsys.readouterr().out.splitlines()[-2:]
    assert [line.split() for line in lines] == [
        ["ada", "owner", "all", "cameras"],
        ["guest", "viewer", "door"],
    ]
    await users(monkeypatch, tmp_path, "password", "Ada", password=OTHERS)
    assert await signs_in(tmp_path, "ada", OTHERS)
    assert not await signs_in(tmp_path, "ada", WORDS)
    await users(monkeypatch, tmp_path, "remove", "guest")
    assert WORDS not in capsys.readouterr().out


async def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="no data folder"):
        await users(monkeypatch, tmp_path / "typo", "add", "ada", password=WORDS)
    assert not (tmp_path / "typo").exists()
    with pytest.raises(ConfigError, match="the first account is the owner"):
        await users(monkeypatch, tmp_path, "add", "ada", "--role", "viewer", password=WORDS)
    with pytest.raises(ConfigError, match="password"):
        await users(monkeypatch, tmp_path, "add", "ada", password="short")
    await users(monkeypatch, tmp_path, "add", "ada", password=WORDS)
    with pytest.raises(GcamError, match="needs an owner"):
        await users(monkeypatch, tmp_path, "remove", "ada")
    with pytest.raises(NotFound, match="nobody called bob"):
        await users(monkeypatch, tmp_path, "password", "bob", password=WORDS)


async def test_the_two_must_be_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([WORDS, OTHERS])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    with pytest.raises(ConfigError, match="differ"):
        await users(monkeypatch, tmp_path, "add", "ada")


async def test_a_running_gcam_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(tmp_path) as site:
        with (tmp_path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            listen = ("--listen", site.url.removeprefix("http://"))
            await users(monkeypatch, tmp_path, "add", "guest", *listen, password=WORDS)
            assert [person.name for person in site.access.people()] == [OWNER, "guest"]
            await users(monkeypatch, tmp_path, "list", *listen)
            assert "guest" in capsys.readouterr().out
            await site.access.sign_in(Login("guest", WORDS), address="", agent="")
            await users(monkeypatch, tmp_path, "password", "guest", *listen, password=OTHERS)
            await site.access.sign_in(Login("guest", OTHERS), address="", agent="")
            guest = site.access.people()[1]
            app = pyotp.TOTP(site.access.factors.offer_totp(guest))
            await site.access.factors.add_totp(guest, "Phone", app.at(int(site.clock.wall())))
            with pytest.raises(SecondFactorNeeded):
                await site.access.sign_in(Login("guest", OTHERS), address="", agent="")
            await users(monkeypatch, tmp_path, "no-second-factor", "guest", *listen)
            await site.access.sign_in(Login("guest", OTHERS), address="", agent="")
            with pytest.raises(ConfigError, match="name"):
                await users(monkeypatch, tmp_path, "add", "guest", *listen, password=WORDS)
            with pytest.raises(ConfigError, match="needs an owner"):
                await users(monkeypatch, tmp_path, "remove", OWNER, *listen)
            await users(monkeypatch, tmp_path, "remove", "guest", *listen)
            assert [person.name for person in site.access.people()] == [OWNER]
            with pytest.raises(ConfigError, match="--listen"):
                await users(monkeypatch, tmp_path, "list", "--listen", "127.0.0.1:1")


async def test_the_local_secret_stays_on_this_machine() -> None:
    """An address that nobody here can bind gets no Authorization header."""
    async with local_client(WebSettings("192.0.2.1", 8099), "secret", timeout_s=1) as there:
        assert "Authorization" not in there.headers
    async with local_client(WebSettings("127.0.0.1", 8099), "secret", timeout_s=1) as here:
        assert here.headers["Authorization"] == "Bearer secret"
