"""`gcam save-events` as its own process beside the real program: what happens, what had happened, what goes
wrong.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import av
import cv2
import pytest

from gcam_addon.history.chronicle import Entry, Kind, Line
from gcam_addon.history.store import HistoryStore
from gcam_addon.saving.cli_save_events import TOKEN_VARIABLE
from gcam_addon.saving.folder import STATE
from gcam_addon.saving.happened import Wish
from tests.support.child import GcamChild
from tests.support.jpegs import jpeg
from tests.support.ports import kept_port, silent_port
from tests.support.program import Program, write_options
from tests.support.small_disk import small_disk
from tests.support.waiting import until

SECRET = "a-secret-of-many-letters"
DAY_S = 86_400.0
MONTH_AGO = time.time() - 30 * DAY_S


@asynccontextmanager
async def saver(*arguments: str | Path, token: str = "") -> AsyncIterator[GcamChild]:
    child = GcamChild("save-events", *arguments, environment={TOKEN_VARIABLE: token})
    try:
        yield child
    finally:
        await child.end()
    assert "Traceback" not in child.said


async def refused(*arguments: str | Path, token: str = "") -> str:
    """What it says where it ends at once."""
    async with saver(*arguments, token=token) as child:
        await until(lambda: child.status is not None, lambda: child.said)
        assert child.status == 2, child.said
        return child.said


async def token_for(gcam: Program, *scopes: str) -> str:
    http = aiohttp.ClientSession(headers=gcam.headers)
    made = {"name": "saving", "scopes": scopes or ("view", "playback")}
    async with http, http.post(f"{gcam.url}/api/v1/tokens", json=made) as answer:
        assert answer.ok, await answer.text()
        return str((await answer.json())["secret"])


def happened(data_dir: Path, *numbers: int, camera: str = "porch", **changes: Any) -> None:
    """Events of the history, one a day, while no Gcam runs."""
    store = HistoryStore(data_dir / "events.db")
    store.open()
    for number in numbers:
        at = MONTH_AGO + number * DAY_S
        entry = Entry(f"{camera}-{number}", Kind.MOTION, camera, camera, at, at + 5, picture=True, **changes)
        store.write([Line(entry, jpeg(number))])
    store.close()


def data_with(tmp_path: Path, *cameras: Mapping[str, Any]) -> Path:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    told = {"version": 1, "cameras": list(cameras)}
    (data_dir / "cameras.json").write_text(json.dumps(told))
    return data_dir


PORCH = {"id": "porch", "name": "Porch", "url": f"push://porch:{SECRET}@gcam"}
YARD = {"id": "yard", "name": "Yard", "url": f"push://yard:{SECRET}@gcam"}


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Program]:
    """Two cameras that never dial in, with events of both before; always at one address."""
    data_dir = data_with(tmp_path, PORCH, YARD)
    happened(data_dir, 1, 2, 3)
    happened(data_dir, 4, camera="yard")
    options = write_options(tmp_path / "options.json", push={"listen": "127.0.0.1:0"})
    with kept_port() as port:
        yield Program(data_dir, "--mqtt", "off", "--options", options, port=port)


def files_in(folder: Path) -> dict[str, bytes]:
    """Without those that begin with a dot."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def is_settled(folder: Path, wish: Wish) -> bool:
    """Something was gone through, and nothing is open."""
    if not (folder / STATE).exists():
        return False
    (ledgers,) = json.loads((folder / STATE).read_bytes()).values()
    return wish.key in ledgers and ledgers[wish.key]["id"] > 0 and ledgers[wish.key]["open"] == []


def pictures_in(folder: Path) -> list[bytes]:
    return list(files_in(folder).values())


def width_of(picture: Path) -> int:
    return int(cv2.imread(str(picture)).shape[1])


async def test_what_happens_is_saved_with_its_clip(tmp_path: Path) -> None:
    data_dir, folder = data_with(tmp_path, {**PORCH, "detection": {"warmup_s": 1.0}}), tmp_path / "saved"
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        async with Program(data_dir, "--mqtt", "off", "--options", options) as gcam:
            own = ("--data", data_dir, "--options", options, "--listen", f"127.0.0.1:{gcam.port}")
            async with saver(folder, *own, "--clips") as saving:
                await saving.until(lambda: "following" in saving.said)
                board = GcamChild(
                    *("push", f"127.0.0.1:{port}", "--key", f"porch:{SECRET}"),
                    *("--scene", "room-person", "--fps", "10"),
                )
                try:
                    await saving.until(lambda: list(folder.rglob("porch/*/*-large.jpg")))
                    await saving.until(lambda: list(folder.rglob("porch/*/*.mp4")))
                finally:
                    await board.end()
                (film, *_) = folder.rglob("*.mp4")
                with av.open(str(film)) as video:
                    assert sum(1 for _ in video.decode(video=0)) > 1
                (large, *_) = folder.rglob("*-large.jpg")
                small = large.with_name(large.name.replace("-large", ""))
                assert [width_of(picture) for picture in (large, small)] == [640, 320]
                shown = {str(large), str(small), str(film)}
                await saving.until(lambda: shown <= set(saving.said.splitlines()))
                assert await saving.end(signal.SIGINT) == 0
    assert not list(folder.rglob("*.part"))


async def test_nothing_comes_twice_and_nothing_is_missed_while_either_was_away(
    tmp_path: Path, quiet: Program
) -> None:
    folder = tmp_path / "saved"
    async with quiet as gcam:
        at = ("--url", gcam.url)
        token = await token_for(gcam)
        async with saver(folder, *at, token=token) as saving:  # from now on
            await saving.until((folder / STATE).exists)
            await gcam.end(signal.SIGKILL)
            await saving.until(lambda: "trying again" in saving.said)
            happened(gcam.data_dir, 5, 6)
            async with quiet:
                await saving.until(lambda: len(files_in(folder)) == 2)
                await saving.until(lambda: "all is well again" in saving.said)
                assert await saving.end() == 0
    happened(quiet.data_dir, 7)
    first = min(folder.rglob("*.jpg"))
    first.unlink()  # by a person, who does not want it
    async with quiet as gcam, saver(folder, *at, token=token) as saving:
        await saving.until(lambda: len(files_in(folder)) == 2)
        await saving.until(lambda: is_settled(folder, Wish()))
        assert not first.exists()
        await saving.until(lambda: ".jpg\n" in saving.said)  # what is said comes by another way than files
        (new,) = (line for line in saving.said.splitlines() if line.endswith(".jpg"))
        assert Path(new).exists()
    assert token not in saving.said
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures_in(folder))


async def test_what_was_before_is_saved_where_it_is_asked_for(tmp_path: Path, quiet: Program) -> None:
    folder = tmp_path / "saved"
    async with quiet as gcam:
        asked = (folder, "--url", gcam.url, "--since", "2020-01-01")
        token = await token_for(gcam)
        async with saver(*asked, "--camera", "yard", token=token) as saving:
            await saving.until(lambda: len(files_in(folder)) == 1)
        assert {name.partition("/")[0] for name in files_in(folder)} == {"yard"}
        async with saver(*asked, "--kind", "person", token=token) as saving:
            await saving.until(lambda: is_settled(folder, Wish(kinds=frozenset({"person"}))))
        assert len(files_in(folder)) == 1, "nobody said that it was one"
        async with saver(*asked, token=token) as saving:
            await saving.until(lambda: len(files_in(folder)) == 4)
        assert len(set(pictures_in(folder))) == 4
        names = [name.split("/") for name in files_in(folder)]
        assert all(len(name) == 3 and date.fromisoformat(name[1]) for name in names), names


async def test_a_folder_that_is_full_is_said_and_nothing_is_lost(tmp_path: Path, quiet: Program) -> None:
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        folder, filler = disk / "saved", disk / "filler"
        folder.mkdir()
        async with quiet as gcam:
            token = await token_for(gcam)
            filler.write_bytes(bytes(disk_free(disk)))
            asked = (folder, "--url", gcam.url, "--since", "2020-01-01")
            async with saver(*asked, token=token) as saving:
                await saving.until(lambda: "No space left on device; trying again" in saving.said)
                assert files_in(folder) == {}
                filler.unlink()
                await saving.until(lambda: len(files_in(folder)) == 4)
                await saving.until(lambda: "all is well again" in saving.said)


async def test_where_a_drive_was_pulled_out_nothing_is_written_until_it_is_back(
    tmp_path: Path, quiet: Program
) -> None:
    folder, drive = tmp_path / "saved", tmp_path / "drive"
    async with quiet as gcam:
        token = await token_for(gcam)
        async with saver(folder, "--url", gcam.url, token=token) as saving:
            await saving.until((folder / STATE).exists)
            await gcam.end(signal.SIGKILL)
            await saving.until(lambda: "trying again" in saving.said)
            folder.rename(drive)
            folder.mkdir()  # what it was mounted on
            happened(gcam.data_dir, 5)
            async with quiet:
                await saving.until(lambda: "is its drive connected?" in saving.said)
                assert list(folder.iterdir()) == []
                folder.rmdir()
                drive.rename(folder)
                await saving.until(lambda: len(files_in(folder)) == 1)
                await saving.until(lambda: "all is well again" in saving.said)


def disk_free(folder: Path) -> int:
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize


async def test_what_is_given_wrongly_is_said_in_a_line(tmp_path: Path, quiet: Program) -> None:
    folder = tmp_path / "saved"
    async with quiet as gcam:
        at = ("--url", gcam.url)
        token, blind = await token_for(gcam), await token_for(gcam, "view")
        for arguments, shown, said in (
            ((folder, *at), "", TOKEN_VARIABLE),
            ((folder, *at), "not-the-token", "does not know this token"),
            ((folder, *at), blind, "lacks “playback”"),
            ((folder, *at, "--camera", "attic"), token, "no camera “attic”; it has porch, yard"),
            ((folder, *at, "--since", "yesterday"), token, "--since"),
            ((folder, *at, "--kind", "ghost"), token, "--kind"),
            ((folder, *at, "--pictures", "--clips"), token, "not allowed with"),
            ((folder, "--url", "gcam.local"), token, "--url: give http://"),
            ((folder, "--url", "http://me:hush@gcam/"), token, "--url: give http://"),
            ((folder, *at, "--ca", "/no/such.pem"), token, "--ca"),
            ((folder, "--data", tmp_path / "no"), "", "no Gcam runs on"),
            ((tmp_path / "no" / "such", *at), token, "No such file or directory"),
            ((tmp_path / "options.json", *at), token, "File exists"),
        ):
            told = await refused(*arguments, token=shown)
            assert said in told, told
            assert "hush" not in told
            assert shown == "" or shown not in told
        async with saver(folder, *at, token=token) as saving:
            await saving.until((folder / STATE).exists)
            assert "another gcam save-events" in await refused(folder, *at, token=token)
        (folder / STATE).write_text("[]")
        assert "saving begins anew" in await refused(folder, *at, token=token)


async def test_a_token_that_is_taken_away_ends_it(tmp_path: Path, quiet: Program) -> None:
    async with quiet as gcam:
        token = await token_for(gcam)
        async with saver(tmp_path / "saved", "--url", gcam.url, token=token) as saving:
            await saving.until(lambda: "following" in saving.said)
            (made,) = (await gcam.get("/api/v1/tokens"))["tokens"]
            http = aiohttp.ClientSession(headers=gcam.headers)
            async with http, http.delete(f"{gcam.url}/api/v1/tokens/{made['id']}") as answer:
                assert answer.ok
            await until(lambda: saving.status is not None, lambda: saving.said)
            assert saving.status == 2
            assert "does not know this token" in saving.said


async def test_where_nobody_is_is_said_once_and_it_ends_when_told(tmp_path: Path) -> None:
    with silent_port() as port:
        async with saver(tmp_path / "saved", "--url", f"http://127.0.0.1:{port}", token="t") as saving:
            await saving.until(lambda: "can't be reached: Connection refused; trying again" in saving.said)
            assert await saving.end() == 0
    assert saving.said.count("trying again") == 1
