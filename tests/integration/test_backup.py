"""A configuration as one file, and back: whole or not at all."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import zipfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.access.attempts import Attempts
from gcam_addon.access.principal import Role
from gcam_addon.access.service import Access, Login
from gcam_addon.backup.archive import Backups
from gcam_addon.cameras.roster import Roster
from gcam_addon.clock import ManualClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.choosing import Choosing
from gcam_addon.config.chosen import FILE as CHOICES
from gcam_addon.config.chosen import read_choices
from gcam_addon.config.model import Camera, MqttSettings, Settings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.service import GuardService, Speaker
from gcam_addon.guard.service import House as Guarded
from gcam_addon.guard.settings import FILE as GUARD
from gcam_addon.guard.settings import GuardSettings, load_settings
from gcam_addon.guard.stored import CODES, StoredCodes, StoredModes
from gcam_addon.lan.boards import FILE as BOARDS
from gcam_addon.lan.boards import NamedBoards, read
from gcam_addon.model import Status
from gcam_addon.model.guard import Doer, GuardMode, Via, Watch
from tests.support.fakes import FakeEngine, make_camera, make_state
from tests.support.web_fakes import OWNER, PASSWORD, QUICK

CAMERA_PASSWORD = "opensesame"


class CountingEngine(FakeEngine):
    def __init__(self) -> None:
        super().__init__()
        self.touched: list[str] = []
        self.gate, self.waits = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def start(self, camera: Camera) -> None:
        self.touched.append(camera.id)
        self.waits.set()
        await self.gate.wait()
        await super().start(camera)

    async def stop(self, camera_id: str) -> None:
        self.touched.append(camera_id)
        await super().stop(camera_id)


@dataclass
class House:
    folder: Path
    engine: CountingEngine
    clock: ManualClock
    roster: Roster
    access: Access
    boards: NamedBoards
    choosing: Choosing
    guard: GuardService
    backups: Backups

    def ids(self) -> list[str]:
        return [camera.id for camera in self.roster.list()]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    engine, clock = CountingEngine(), ManualClock()
    roster = Roster(CameraStore(tmp_path / "cameras.json", clock), engine, (make_camera("demo"),), engine)
    await roster.load()
    await roster.add({"name": "Door", "url": f"http://me:{CAMERA_PASSWORD}@192.0.2.1/stream"})
    await roster.add({"name": "Garden", "url": "http://192.0.2.2/stream"})
    access = Access(tmp_path, clock, QUICK, duties=Duties(clock))
    await access.start()
    await access.set_up(OWNER, PASSWORD)
    settings = Settings(StorageSettings(tmp_path, tmp_path), mqtt=MqttSettings(password="brokersecret"))
    engine.touched.clear()
    engine.waits.clear()
    choosing = Choosing(settings, {}, lambda _: None)
    boards = NamedBoards(settings.network, tmp_path / "network" / BOARDS)
    with ThreadPoolExecutor(1) as disk:
        guard = _guard(tmp_path, engine, roster, clock, disk)
        parts = {BOARDS: boards, CHOICES: choosing, GUARD: StoredModes(guard), CODES: StoredCodes(guard)}
        backups = Backups(settings, roster, parts, access, clock, of_people={CODES})
        yield House(tmp_path, engine, clock, roster, access, boards, choosing, guard, backups)
    await access.stop()


def _guard(
    folder: Path, engine: CountingEngine, roster: Roster, clock: ManualClock, disk: ThreadPoolExecutor
) -> GuardService:
    house = Guarded(
        roster, engine.state, engine.publish, lambda _: False, lambda: True, lambda person: person, UTC
    )
    return GuardService(folder, clock, house, Codes(Attempts(QUICK, clock), bool), disk)


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def with_json(content: bytes, name: str, **changes: Any) -> bytes:
    parts = entries(content)
    parts[name] = json.dumps(json.loads(parts[name]) | changes).encode()
    return zipped(parts)


async def test_it_holds_what_is_stored_and_no_more(house: House) -> None:
    await house.access.begin_session(house.access.people()[0], address="192.0.2.9", agent="a browser")
    parts = entries(await house.backups.make())
    cameras = json.loads(parts["cameras.json"])["cameras"]
    assert [camera["id"] for camera in cameras] == ["door", "garden"]  # not that of the command line
    assert CAMERA_PASSWORD in cameras[0]["url"]
    assert [person["name"] for person in json.loads(parts["accounts.json"])["people"]] == [OWNER]
    assert b"brokersecret" not in b"".join(parts.values())
    assert b"a browser" not in b"".join(parts.values())
    assert b"passwords" in parts["README.txt"]


async def test_it_comes_back_and_touches_only_what_differs(house: House) -> None:
    content = await house.backups.make()
    await house.roster.update("garden", {"name": "Yard"})
    await house.roster.add({"name": "New", "url": "http://192.0.2.3/stream"})
    house.engine.touched.clear()
    assert await house.backups.restore(content, with_people=False) == {"cameras": 2, "people": 0}
    assert sorted(house.ids()) == ["demo", "door", "garden"]
    assert house.roster.get("garden").name == "Garden"
    assert sorted(house.engine.touched) == ["garden", "new"]
    stored = CameraStore(house.folder / "cameras.json").load()
    assert [camera.id for camera in stored] == ["door", "garden"]


async def test_what_it_replaces_is_kept_and_can_come_back(house: House) -> None:
    content = await house.backups.make()
    await house.roster.remove("garden")
    await house.backups.restore(content, with_people=False)
    (aside,) = house.folder.glob("before-restore-*.zip")
    assert aside.stat().st_mode & 0o077 == 0
    await house.backups.restore(aside.read_bytes(), with_people=False)
    assert sorted(house.ids()) == ["demo", "door"]


async def test_one_after_the_other_is_brought_back_and_none_is_made_in_between(house: House) -> None:
    """Each is whole, cameras and accounts: also what is made meanwhile, and what is kept aside."""
    anna = await house.access.add("Anna", PASSWORD, Role.VIEWER, None)
    full = await house.backups.make()
    await house.access.remove(anna.id)
    await house.roster.remove("garden")
    small = await house.backups.make()
    house.engine.gate.clear()
    bringing = [asyncio.create_task(house.backups.restore(full, with_people=True))]
    await house.engine.waits.wait()
    house.clock.advance(1)
    bringing.append(asyncio.create_task(house.backups.restore(small, with_people=True)))
    making = asyncio.create_task(house.backups.make())
    await asyncio.wait({*bringing, making}, timeout=0.2)  # as far as they come
    house.engine.gate.set()
    await asyncio.gather(*bringing)

    assert people_in(await making) in ({OWNER}, {OWNER, "Anna"})
    made = {(len(cameras_in(one)), frozenset(people_in(one))) for one in (*asides(house), await making)}
    assert made == {(1, frozenset({OWNER})), (2, frozenset({OWNER, "Anna"}))}
    assert (sorted(house.ids()), {one.name for one in house.access.people()}) == (["demo", "door"], {OWNER})


def asides(house: House) -> list[bytes]:
    return [path.read_bytes() for path in sorted(house.folder.glob("before-restore-*.zip"))]


def people_in(content: bytes) -> set[str]:
    return {person["name"] for person in json.loads(entries(content)["accounts.json"])["people"]}


def cameras_in(content: bytes) -> list[str]:
    return [camera["id"] for camera in json.loads(entries(content)["cameras.json"])["cameras"]]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_a_damaged_file_is_refused_whatever_compressed_it(house: House, method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("backup.json", b'{"gcam_backup": 1}' + bytes(2000))
    whole = buffer.getvalue()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        with pytest.raises(ConfigError):
            await house.backups.restore(bytes(damaged), with_people=False)


async def test_accounts_come_back_only_when_asked_for(house: House) -> None:
    content = await house.backups.make()
    guest = await house.access.add("guest", "four other plain words", Role.VIEWER, None)
    secret = await house.access.begin_session(guest, address="", agent="")
    owner = house.access.people()[0]
    kept = await house.access.begin_session(owner, address="", agent="")
    await house.backups.restore(content, with_people=False)
    assert len(house.access.people()) == 2
    assert house.access.session_of(secret) is not None
    assert (await house.backups.restore(content, with_people=True))["people"] == 1
    assert [person.name for person in house.access.people()] == [OWNER]
    assert house.access.session_of(secret) is None
    assert house.access.session_of(kept) is not None  # the same password still
    await house.access.sign_in(Login(OWNER, PASSWORD), address="", agent="")


async def test_where_the_cameras_can_t_come_back_the_accounts_stay(house: House) -> None:
    content = await house.backups.make()
    await house.access.add("guest", "four other plain words", Role.VIEWER, None)
    file = house.folder / "cameras.json"
    file.write_text(file.read_text() + "\n")  # somebody is editing it
    with pytest.raises(ConfigError, match=r"cameras\.json"):
        await house.backups.restore(content, with_people=True)
    assert [person.name for person in house.access.people()] == [OWNER, "guest"]


async def test_where_the_accounts_can_t_come_back_the_cameras_stay(house: House) -> None:
    content = await house.backups.make()
    await house.roster.remove("garden")
    with closing(sqlite3.connect(house.folder / "access.db")) as connection:
        connection.execute("ALTER TABLE people RENAME TO lost")
    with pytest.raises(ConfigError, match=r"access\.db"):
        await house.backups.restore(content, with_people=True)
    assert sorted(house.ids()) == ["demo", "door"]


async def test_another_password_ends_sessions(house: House) -> None:
    content = await house.backups.make()
    owner = house.access.people()[0]
    await house.access.set_password(owner.id, "four other plain words")
    secret = await house.access.begin_session(house.access.people()[0], address="", agent="")
    await house.backups.restore(content, with_people=True)
    assert house.access.session_of(secret) is None


def _broken(content: bytes) -> dict[str, tuple[bytes, str | None]]:
    """By what is wrong: the file, and the field the message names."""
    parts = entries(content)
    cameras = json.loads(parts["cameras.json"])["cameras"]
    people = json.loads(parts["accounts.json"])["people"]
    worse = [cameras[0], {**cameras[1], "detection": {"sensitivity": 500}}]
    bomb = b'{"gcam_backup": 1, "x": "' + b"x" * 6_000_000 + b'"}'
    return {
        "no zip": (b"hello", None),
        "cut": (content[:-40], None),
        "empty": (b"", None),
        "no manifest": (zipped({k: v for k, v in parts.items() if k != "backup.json"}), "backup.json"),
        "later version": (with_json(content, "backup.json", gcam_backup=2), "gcam_backup"),
        "a bomb": (zipped(parts | {"backup.json": bomb}), "backup.json"),
        "no cameras": (zipped({k: v for k, v in parts.items() if k != "cameras.json"}), "cameras.json"),
        "a wrong camera": (
            with_json(content, "cameras.json", cameras=worse),
            "cameras[1].detection.sensitivity",
        ),
        "twins": (with_json(content, "cameras.json", cameras=[cameras[0], cameras[0]]), "cameras[1].id"),
        "no owner": (
            with_json(content, "accounts.json", people=[people[0] | {"role": "viewer"}]),
            "people",
        ),
        "no hash": (
            with_json(content, "accounts.json", people=[people[0] | {"password_hash": "abc"}]),
            "people[0].password_hash",
        ),
        "a wrong role": (
            with_json(content, "accounts.json", people=[people[0] | {"role": "god"}]),
            "people[0].role",
        ),
    }


async def test_a_wrong_file_changes_nothing_and_says_why(house: House) -> None:
    for name, (content, field) in _broken(await house.backups.make()).items():
        with pytest.raises(ConfigError) as raised:
            await house.backups.restore(content, with_people=True)
        assert raised.value.field == field, f"{name}: {raised.value}"
        assert CAMERA_PASSWORD not in str(raised.value)
    assert house.engine.touched == []
    assert not list(house.folder.glob("before-restore-*"))
    assert sorted(house.ids()) == ["demo", "door", "garden"]


PORCH = {"mac": "24:6f:28:aa:bb:cc", "name": "porch", "address": "10.77.0.20"}
SHED = {"mac": "24:6f:28:aa:bb:dd", "name": "shed", "address": None}


def named(house: House) -> list[tuple[str, str | None]]:
    """After a new start: as the file has them."""
    anew = NamedBoards(
        Settings(StorageSettings(house.folder, house.folder)).network, house.folder / "network" / BOARDS
    )
    anew.load()
    assert anew.stored() == house.boards.stored()
    return [(board.mac, board.name) for board in read(anew.stored())]


async def test_what_boards_of_the_camera_network_are_called_comes_back(house: House) -> None:
    await house.boards.name(PORCH, ())
    content = await house.backups.make()
    await house.boards.forget(PORCH["mac"])
    await house.boards.name(SHED, ())
    await house.backups.restore(content, with_people=False)
    assert named(house) == [(PORCH["mac"], "porch")]
    (aside,) = house.folder.glob("before-restore-*.zip")
    await house.backups.restore(aside.read_bytes(), with_people=False)
    assert named(house) == [(SHED["mac"], "shed")]


async def test_a_backup_of_an_earlier_gcam_leaves_boards_their_names(house: House) -> None:
    parts = entries(await house.backups.make())
    del parts[BOARDS]
    await house.boards.name(PORCH, ())
    await house.backups.restore(zipped(parts), with_people=False)
    assert named(house) == [(PORCH["mac"], "porch")]


BROKER = {"mode": "broker", "host": "broker.lan", "username": "gcam", "password": "of the broker"}


async def test_what_was_chosen_for_all_of_gcam_comes_back(house: House) -> None:
    await house.choosing.choose({"keep_days": 7, "mqtt": BROKER})
    content = await house.backups.make()
    await house.choosing.choose({"keep_days": 3, "mqtt": None, "log_level": "debug"})
    await house.backups.restore(content, with_people=False)
    assert read_choices(house.folder) == {"keep_days": 7, "mqtt": BROKER}
    assert house.choosing.settings.storage.retention.keep_days == 7


async def test_what_can_not_be_chosen_is_refused_and_nothing_comes_back(house: House) -> None:
    await house.choosing.choose({"keep_days": 7})
    content = with_json(await house.backups.make(), CHOICES, choices={"keep_days": -1})
    await house.choosing.choose({"keep_days": 3})
    with pytest.raises(ConfigError) as raised:
        await house.backups.restore(content, with_people=False)
    assert raised.value.field == "choices.json: keep_days"
    assert read_choices(house.folder) == {"keep_days": 3}
    assert not list(house.folder.glob("before-restore-*"))


@pytest.mark.parametrize(
    "said",
    [
        {"version": 2},
        {"boards": [PORCH | {"mac": "nonsense"}]},
        {
            "boards": [
                PORCH | {"mac": f"24:6f:28:aa:{n // 256:02x}:{n % 256:02x}", "name": f"b{n}", "address": None}
                for n in range(300)
            ]
        },
    ],
)
async def test_boards_that_can_not_be_are_refused_and_nothing_changes(
    house: House, said: dict[str, Any]
) -> None:
    await house.boards.name(SHED, ())
    content = with_json(await house.backups.make(), BOARDS, **said)
    await house.roster.remove("garden")
    before = sorted(house.ids())
    with pytest.raises(ConfigError):
        await house.backups.restore(content, with_people=False)
    assert sorted(house.ids()) == before
    assert named(house) == [(SHED["mac"], "shed")]


async def test_where_the_boards_names_can_not_be_written_the_cameras_stay_too(house: House) -> None:
    await house.boards.name(PORCH, ())
    content = await house.backups.make()
    await house.boards.forget(PORCH["mac"])
    await house.roster.remove("garden")
    before = sorted(house.ids())
    (house.folder / "network" / BOARDS).unlink()
    (house.folder / "network").rmdir()
    (house.folder / "network").write_text("in the way")
    with pytest.raises(ConfigError):
        await house.backups.restore(content, with_people=False)
    assert sorted(house.ids()) == before


NIGHT = GuardMode("night", "Night", (Watch("door"),), exit_s=0.0)


async def test_the_guards_modes_come_back_and_its_codes_with_the_people(house: House) -> None:
    await house.guard.change(GuardSettings(modes=(NIGHT,)))
    await house.guard.set_code("anna", "2580", None)
    then = house.guard.settings
    content = await house.backups.make()
    assert b"hash" not in entries(content)[GUARD]
    assert b"2580" not in entries(content)[CODES]
    await house.guard.change(GuardSettings())
    await house.guard.set_code("anna", "1470", None)
    now = house.guard.settings
    await house.backups.restore(content, with_people=False)
    assert house.guard.settings == replace(then, codes=now.codes)
    await house.backups.restore(content, with_people=True)
    assert house.guard.settings == then
    assert load_settings(house.folder / GUARD) == then


async def test_a_backup_of_an_earlier_gcam_leaves_the_guard(house: House) -> None:
    parts = entries(await house.backups.make())
    del parts[GUARD], parts[CODES]
    await house.guard.change(GuardSettings(modes=(NIGHT,)))
    await house.backups.restore(zipped(parts), with_people=True)
    assert house.guard.settings.modes == (NIGHT,)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (GUARD, {"version": 2}),
        (GUARD, {"modes": []}),
        (CODES, {"codes": [{"person_id": "anna"}]}),
    ],
)
async def test_a_guard_that_can_not_be_is_refused_and_nothing_changes(
    house: House, file: str, said: dict[str, Any]
) -> None:
    await house.guard.change(GuardSettings(modes=(NIGHT,)))
    content = with_json(await house.backups.make(), file, **said)
    await house.roster.remove("garden")
    before = house.ids()
    with pytest.raises(ConfigError):
        await house.backups.restore(content, with_people=True)
    assert (house.ids(), house.guard.settings.modes) == (before, (NIGHT,))


async def test_while_the_guard_is_armed_only_what_leaves_it_is_restored(house: House) -> None:
    same = await house.backups.make()
    await house.guard.change(GuardSettings(modes=(NIGHT,)))
    night = await house.backups.make()
    running = asyncio.create_task(house.guard.run())
    door = house.roster.get("door")
    house.engine.camera_states["door"] = make_state(door, status=Status.CONNECTED)
    await house.guard.arm("night", Speaker(Doer("", Via.API), "a"))
    await house.roster.remove("garden")
    with pytest.raises(ConfigError, match="isarm"):
        await house.backups.restore(same, with_people=False)
    assert "garden" not in house.ids()
    await house.backups.restore(night, with_people=False)
    assert "garden" in house.ids()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
