"""The image as people run it: started, watched, stopped, looked into. Run by scripts/test-image."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
import yaml

from tests.support.apparmor import Profile
from tests.support.certificates import self_made
from tests.support.container import ROOT, Container, Image, why_not
from tests.support.ingress import setup_code_in
from tests.support.supervisor import MANIFEST, Supervisor
from tests.support.touched import STRACE, touched
from tests.support.waiting import patience

pytestmark = pytest.mark.image

_BOARD = ("127.0.0.1", 8200)
_SCENE = "room-person"
"""Somebody walks through it from the sixth second of every half minute."""
_VIDEO = "44"
"""The group of webcams, on every Debian."""
_UID = 1000
_IDS = {"door", "garage", "garden", "gate"}
_SUPERVISOR = "172.30.32.2"
"""Where ingress comes from."""


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    with Image() as image:
        yield image


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one camera."""
    folder = tmp_path / "data"
    folder.mkdir()
    board = {"id": "door", "name": "Door", "url": "http://127.0.0.1:8200"}
    (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [board]}))
    return folder


async def test_it_starts_shows_a_camera_records_a_clip_and_gives_root_up(image: Image, data: Path) -> None:
    async with Container(image, data) as gcam, gcam.boards(_SCENE, *_BOARD):
        await gcam.healthy()
        await eventually(gcam, "/api/v1/cameras/door", lambda got: got["state"]["status"] == "connected")
        picture = await gcam.get("/api/v1/cameras/door/snapshot.jpg")
        assert picture[:2] == b"\xff\xd8"
        clips = await eventually(gcam, "/api/v1/clips", lambda got: got["clips"])
        video = await gcam.get(f"/api/v1/clips/{clips['clips'][0]['id']}/video.mp4")
        with av.open(io.BytesIO(video)) as container:
            assert sum(1 for _ in container.decode(video=0)) > 20
        assert {path.stat().st_uid for path in data.rglob("*")} == {_UID}
        _nobody_else_is_root(await gcam.pids())


async def test_four_cameras_within_512_mb(image: Image, data: Path) -> None:
    """As on the smallest machines; the kernel would end it. What it takes: docs/design/cost.md."""
    names = ("Door", "Garage", "Garden", "Gate")
    cameras = [{"name": name, "url": f"http://127.0.0.1:{8200 + 2 * i}"} for i, name in enumerate(names)]
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
    async with (
        Container(image, data, memory_bytes=512 * 1024**2) as gcam,
        gcam.boards(_SCENE, *_BOARD, count=4),
    ):
        await eventually(
            gcam, "/api/v1/clips", lambda got: {clip["camera_id"] for clip in got["clips"]} == _IDS
        )


async def test_stopped_during_an_event_it_ends_by_itself_and_keeps_it(image: Image, data: Path) -> None:
    async with Container(image, data) as gcam, gcam.boards(_SCENE, *_BOARD):
        await eventually(gcam, "/api/v1/cameras/door", lambda got: got["state"]["motion"])
        await gcam.signal("TERM")
        assert await gcam.ended() == 0, gcam.log
    assert "clip: recordings/Door/" in gcam.log
    async with Container(image, data) as again:
        clips = await eventually(again, "/api/v1/clips", lambda got: got["clips"])
        (clip,) = clips["clips"]
        video = await again.get(f"/api/v1/clips/{clip['id']}/video.mp4")
    with av.open(io.BytesIO(video)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 20
    assert not list((data / "journal").iterdir())


@pytest.mark.parametrize("signal_name", ["KILL", "SEGV"])
async def test_the_container_ends_with_gcam_and_says_how(image: Image, data: Path, signal_name: str) -> None:
    """So that Docker's restart policy and the Supervisor's watchdog see it."""
    async with Container(image, data) as gcam:
        await gcam.healthy()
        (pid,) = [pid for pid in await gcam.pids() if b"gcam\0run" in _command(pid)]
        status, told = await gcam.execute("python3", "-c", _KILL.format(signal=signal_name))
        assert status == 0, told
        assert await gcam.ended() == 128 + {"KILL": 9, "SEGV": 11}[signal_name], (pid, gcam.log)


_KILL = """
import os, pathlib, signal
for process in pathlib.Path("/proc").glob("[0-9]*"):
    if b"gcam\\0run" in (process / "cmdline").read_bytes():
        os.kill(int(process.name), signal.SIG{signal})
"""


async def test_wrong_settings_end_it_with_a_sentence(image: Image, data: Path) -> None:
    (data / "options.json").write_text('{"retention": {"keep_days": -1}}')
    async with Container(image, data, {"GCAM_OPTIONS": "/data/options.json"}) as gcam:
        assert await gcam.ended() == 2
    assert gcam.log.count("retention.keep_days: -1 is too low") == 1, gcam.log


async def test_a_wrong_environment_ends_it_with_a_sentence(image: Image, data: Path) -> None:
    async with Container(image, data, {"GCAM_LOG_LEVEL": "loud"}) as gcam:
        assert await gcam.ended() == 2
    assert "--log-level: invalid choice: 'loud'" in gcam.log


async def test_settings_of_a_container_that_runs_alone(image: Image, data: Path, tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (data / "options.json").write_text('{"media_dir": "/media/gcam"}')
    environment = {"GCAM_OPTIONS": "/data/options.json", "GCAM_MQTT": "mqtt://127.0.0.1:1883"}
    async with Container(image, data, environment, {media: "/media"}) as gcam:
        await gcam.healthy()
        add_owner = "echo correct-horse-battery | gcam users add ann --data /data --password-stdin"
        status, told = await gcam.execute("sh", "-c", add_owner)
        assert status == 0, told
        status, told = await gcam.execute("gcam", "users", "list", "--data", "/data")
        assert (status, "ann" in told, "owner" in told) == (0, True, True), told
    assert "127.0.0.1:1883, topics gcam/#" in gcam.log
    assert (media / "gcam/recordings").stat().st_uid == _UID
    assert media.stat().st_uid == 0


async def test_what_compose_leaves_it_is_enough(image: Image, data: Path) -> None:
    """It hands its folder over, gives root up, and s6 can still stop it."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["gcam"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    (data / "left-by-root").touch()
    async with Container(image, data, capabilities=service["cap_add"], no_new_privileges=True) as gcam:
        await gcam.healthy()
        _nobody_else_is_root(await gcam.pids())
        assert {path.stat().st_uid for path in data.rglob("*")} == {_UID}
        await gcam.signal("TERM")
        assert await gcam.ended() == 0, gcam.log


async def test_as_an_add_on_it_works_for_the_supervisor_and_home_assistant(
    image: Image, tmp_path: Path
) -> None:
    """Its options are root's alone, as the Supervisor writes them; ingress comes from its address."""
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost supervisor\n")
    async with Supervisor(tmp_path / "addon") as supervisor:
        supervisor.set_options({"log_level": "debug"})
        mounts = {supervisor.root / "media": "/media", supervisor.root / "ssl": "/ssl", hosts: "/etc/hosts"}
        environment = supervisor.prepare_start()
        async with Container(image, supervisor.root / "data", environment, mounts) as gcam:
            await supervisor.listen_on(gcam.listener("127.0.0.1", 80))
            await gcam.healthy()
            await gcam.run_inside("ip", "address", "add", f"{_SUPERVISOR}/32", "dev", "lo")
            ingress = (
                "curl",
                "--silent",
                "--header",
                "X-Remote-User-Id: 1",
                "--header",
                "X-Remote-User-Name: ann",
            )
            api = f"http://{_SUPERVISOR}:8098/api/v1"
            code = json.dumps({"code": setup_code_in(gcam.log)})
            as_json = ("--header", "Content-Type: application/json", "--data", code)
            owner = json.loads(await gcam.run_inside(*ingress, *as_json, f"{api}/setup"))
            assert (owner.get("name"), owner.get("role")) == ("ann", "owner"), owner
            who = json.loads(await gcam.run_inside(*ingress, f"{api}/session"))
            assert who["ingress"] is True, who
            stranger = await gcam.run_inside(*ingress, "http://127.0.0.1:8098/api/v1/session")
            assert b"Supervisor only" in stranger
            while not supervisor.pushed:
                await asyncio.sleep(0.1)
            assert supervisor.pushed[0].service == "gcam"
            _nobody_else_is_root(await gcam.pids())
            status, told = await gcam.execute("sh", "-c", MANIFEST["backup_pre"])
            assert status == 0, told
            status, told = await gcam.execute("sh", "-c", MANIFEST["backup_post"])
            assert status == 0, told
            await gcam.signal("TERM")
            assert await gcam.ended() == 0, gcam.log
    assert (tmp_path / "addon/media/gcam/recordings").stat().st_uid == _UID


async def test_a_certificate_that_only_root_can_read_keeps_it_root(image: Image, tmp_path: Path) -> None:
    """Let's Encrypt's are such; it says so, and its health is asked over TLS."""
    root = tmp_path / "addon"
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost supervisor\n")
    async with Supervisor(root) as supervisor:
        self_made(tmp_path)
        (tmp_path / "certificate.pem").rename(root / "ssl/fullchain.pem")
        (tmp_path / "key.pem").rename(root / "ssl/privkey.pem")
        (root / "ssl/privkey.pem").chmod(0o600)
        supervisor.set_options({"ssl": True})
        mounts = {root / "media": "/media", root / "ssl": "/ssl", hosts: "/etc/hosts"}
        async with Container(image, root / "data", supervisor.prepare_start(), mounts) as gcam:
            await supervisor.listen_on(gcam.listener("127.0.0.1", 80))
            await gcam.healthy()
            assert "keeps running as root: an ordinary user can't read /ssl/privkey.pem" in gcam.log


async def test_the_image_holds_what_runs_and_nothing_else(image: Image) -> None:
    def present(*patterns: str) -> list[Path]:
        return [path for pattern in patterns for path in image.root.glob(pattern)]

    assert present("opt/gcam/lib/python3.13/site-packages/gcam_addon/web/static/index.html")
    assert present("opt/gcam/lib/python3.13/site-packages/gcam_addon/classifiers/weights/ssdlite.onnx")
    tools = [
        f"usr/bin/{name}" for name in ("gcc", "cc", "git", "node", "npm", "pip", "pip3", "uv", "make", "ld")
    ]
    assert not present(*tools, "src", "opt/tools", "root/.cache", "root/.npm", "tmp/*", "var/lib/apt/lists/*")
    packages = "opt/gcam/lib/python3.13/site-packages"
    developers = ("pytest", "mypy", "ruff", "hypothesis", "playwright", "matplotlib", "pip", "hatchling")
    assert not present(*(f"{packages}/{name}" for name in developers))
    assert not present(f"{packages}/**/tests", f"{packages}/**/*.pyi", f"{packages}/**/node_modules")
    writable = [
        path for path in (image.root / "opt/gcam").rglob("*") if path.stat(follow_symlinks=False).st_uid
    ]
    assert not writable, "Gcam could change itself"


async def test_labels_port_and_health_check_are_told(image: Image) -> None:
    labels = image.config["Labels"]
    version = Image.name().rpartition(":")[2]
    assert (labels["io.hass.type"], labels["io.hass.version"]) == ("app", version)
    assert labels["io.hass.arch"] in {"amd64", "aarch64"}
    assert image.config["ExposedPorts"] == {"8099/tcp": {}, "8485/tcp": {}}
    assert image.config["Healthcheck"]["Test"] == ["CMD", "gcam-health"]


async def test_the_health_check_fails_where_gcam_does_not_answer(image: Image, data: Path) -> None:
    async with Container(image, data) as gcam:
        await gcam.healthy()
        status, told = await gcam.execute("python3", "-c", _KILL.format(signal="STOP"))
        assert status == 0, told
        status, _ = await gcam.execute("gcam-health")
        assert status != 0


async def test_the_profile_allows_all_that_is_touched(image: Image, data: Path, tmp_path: Path) -> None:
    """From the start over a clip to the end, with the media where the add-on has them."""
    media, trace = tmp_path / "media", tmp_path / "trace"
    media.mkdir()
    (data / "options.json").write_text('{"media_dir": "/media/gcam"}')
    environment = {"GCAM_OPTIONS": "/data/options.json"}
    async with Container(
        image, data, environment, {media: "/media"}, watched_by=(*STRACE, str(trace))
    ) as gcam:
        async with gcam.boards(_SCENE, *_BOARD):
            await eventually(gcam, "/api/v1/clips", lambda got: got["clips"])
            for page in ("/", "/api/v1/system", "/api/v1/storage", "/api/v1/cameras/door/snapshot.jpg"):
                assert await gcam.get(page)
        await gcam.signal("TERM")
        assert await gcam.ended() == 0
    profile = Profile.read(ROOT / "apparmor.txt")
    done = touched(trace, "/init")
    assert {("/data/cameras.json", "r"), ("/data/.lock", "k"), ("/data/gcam.db", "w")} <= done
    assert any(path.startswith("/media/gcam/recordings/Door/") for path, _ in done)
    refused = {
        (path, mode)
        for path, mode in done
        if not profile.allows(path, mode)
        and not profile.allows(f"{path}/", mode)  # AppArmor's way of folders
    }
    assert refused == set()


async def eventually(gcam: Container, path: str, wanted: Any) -> Any:
    """What `path` says once it is `wanted`."""
    await gcam.healthy()
    got = None
    try:
        async with patience():
            while not wanted(got := await gcam.json(path)):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"{path}: {got}\n{gcam.log}") from None
    return got


def _nobody_else_is_root(pids: list[int]) -> None:
    """s6 is, which gives up nothing so that it can end and start what it looks after; Gcam is not."""
    (gcam,) = [pid for pid in pids if b"gcam\0run" in _command(pid)]
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{gcam}/status").read_text().splitlines() if ":" in line
    )
    assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(_UID)}
    assert status["Groups"].split() == [_VIDEO]
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
