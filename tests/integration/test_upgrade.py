"""Data of every released version, read by this one; and data of a later version, which is left as it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.disk.database import bring_up_to_date, engine_for
from tests.support.program import Program, write_options
from tests.support.release_data import FILES, PERSON, TOKEN

RELEASES = sorted((Path(__file__).parents[1] / "data" / "releases").iterdir())
DATABASES = [name for name in FILES if name.endswith(".db")]
PACKAGES = {"gcam.db": "recording", "events.db": "history", "access.db": "access"}


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def release(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def ever(tmp_path: Path) -> tuple[str, str]:
    """Options under which nothing is too old to keep, however late this test runs."""
    return "--options", write_options(
        tmp_path / "o.json", retention={"keep_days": 36_500, "min_free_bytes": 0}
    )


def copied(release: Path, tmp_path: Path) -> Path:
    data = tmp_path / "data"
    shutil.copytree(release, data)
    return data


async def test_everything_is_there_after_an_upgrade(release: Path, tmp_path: Path) -> None:
    data = copied(release, tmp_path)
    async with Program(data, *ever(tmp_path)) as gcam:
        clips = await gcam.clips()
        assert {clip["camera_id"] for clip in clips} == {"entree"}
        assert [clip["protected"] for clip in clips] == [False, True]
        for clip in clips:
            assert (await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4"))[4:8] == b"ftyp"
        history = (await gcam.get("/api/v1/history"))["entries"]
        assert "motion" in {entry["kind"] for entry in history}
        (camera,) = (await gcam.get("/api/v1/cameras"))["cameras"]
        assert (camera["name"], camera["detection"]["sensitivity"]) == ("Entrée", 70)
        assert camera["detection"]["masks"] == [[[0.9, 0.0], [1.0, 0.0], [1.0, 0.1]]]
        assert await signs_in(gcam)
        assert await token_scopes(gcam, (release / TOKEN).read_text().strip()) == ["playback", "view"]
    assert (data / "instance_id").read_text() == (release / "instance_id").read_text()
    assert "ERROR" not in gcam.log


async def test_an_upgrade_happens_once(release: Path, tmp_path: Path) -> None:
    data = copied(release, tmp_path)
    for _ in range(2):
        async with Program(data, *ever(tmp_path)) as gcam:
            assert len(await gcam.clips()) == 2
        assert not list(data.glob("*.corrupt-*"))
        assert not list(data.glob("*.broken-*"))


def later_database(name: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        connection = sqlite3.connect(data / name)
        with connection:
            table = f"{PACKAGES[name]}_version"
            assert connection.execute(f"UPDATE {table} SET version_num = '9999'").rowcount == 1
        connection.close()

    return change


def later_cameras(data: Path) -> None:
    path = data / "cameras.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99, "groups": []}))


@pytest.mark.parametrize(
    ("name", "change"),
    [*((name, later_database(name)) for name in DATABASES), ("cameras.json", later_cameras)],
    ids=[*DATABASES, "cameras.json"],
)
async def test_a_downgrade_says_what_it_cannot_read_and_touches_nothing(
    name: str, change: Callable[[Path], None], tmp_path: Path
) -> None:
    data = copied(RELEASES[-1], tmp_path)
    bring_all_up_to_date(data)  # a later version's are at least as new as this one's
    change(data)
    before = fingerprints(data)
    gcam = Program(data, *ever(tmp_path))
    with pytest.raises(AssertionError, match="it ended"):
        await gcam.__aenter__()
    assert await gcam.end() == 2
    assert name in gcam.log
    assert "later version" in gcam.log or "newer than this Gcam understands" in gcam.log
    assert fingerprints(data) == before


def bring_all_up_to_date(data: Path) -> None:
    for name, package in PACKAGES.items():
        engine = engine_for(data / name)
        bring_up_to_date(engine, f"gcam_addon.{package}")
        engine.dispose()


def fingerprints(data: Path) -> dict[str, str]:
    """Of all that may not be touched: databases by their content, the rest byte by byte."""
    return {
        path.relative_to(data).as_posix(): _content(path)
        for path in sorted(data.rglob("*"))
        if path.is_file() and path.suffix in (".db", ".json", ".mp4", ".jpg")
    }


def _content(path: Path) -> str:
    if path.suffix != ".db":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    connection = sqlite3.connect(path)
    dump = "\n".join(connection.iterdump())
    connection.close()
    return hashlib.sha256(dump.encode()).hexdigest()


async def signs_in(gcam: Program) -> bool:
    async with (
        aiohttp.ClientSession(gcam.url) as http,
        http.post("/api/v1/session", json=PERSON) as response,
    ):
        return response.status == 200


async def token_scopes(gcam: Program, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(gcam.url, headers=headers) as http,
        http.get("/api/v1/session") as response,
    ):
        assert response.status == 200
        return list((await response.json())["permissions"])
