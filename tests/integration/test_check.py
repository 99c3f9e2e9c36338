"""`gcam check` on real sockets: cameras, brokers, the page's port, a running Gcam."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from aiohttp import web

from gcam_addon.boards import gcam_board
from gcam_addon.check import cli_check
from gcam_addon.check.answering import Disks
from gcam_addon.check.broker import check_broker
from gcam_addon.check.camera import check_camera
from gcam_addon.check.finding import Finding, Level, ok
from gcam_addon.check.page import check_page, running_cameras, running_parts
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, MqttMode, MqttSettings, SourceSettings, WebSettings
from gcam_addon.config.schema import parse_camera
from gcam_addon.duties import Duties
from gcam_addon.model import CameraState, DutyState, DutyStatus, HdState, Size, Status, Storage
from gcam_addon.model.board_health import BoardDay, BoardHealth
from gcam_addon.web import wellbeing
from gcam_addon.web.api.system import boards_json
from gcam_addon.web.views import camera_json, encode, with_said
from gcam_addon.wire.address import with_credentials
from gcam_addon.words.reason import because, said_in
from tests.support import mosquitto
from tests.support.apps import running
from tests.support.frames import VGA, jpeg_frames
from tests.support.jpegs import BOUNDARY, jpeg, part
from tests.support.mosquitto import Login, running_mosquitto
from tests.support.scripted_server import Peer, accepting
from tests.support.simulated import camera
from tests.support.waiting import PATIENCE_S

SECRET = "hunter2geheim"
WELL = Storage(total_bytes=1000, free_bytes=500, clips_bytes=300, clips=3)
CLOCK = SystemClock()
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[int]:
    """A server of this machine; what it still says at the end is cut off."""

    async def script(peer: Peer) -> None:
        with contextlib.suppress(OSError):
            await answer(peer.reader, peer.writer)

    async with accepting(script) as server:
        yield server.port


def stream_of(picture: bytes, fps: float) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        kind = f"multipart/x-mixed-replace;boundary={BOUNDARY}"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        while True:
            writer.write(part(picture))
            await writer.drain()
            await asyncio.sleep(1 / fps)

    return answer


def saying(*pieces: bytes) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if not pieces:
            await asyncio.Event().wait()

    return answer


async def look(port: int, **settings: object) -> list[Finding]:
    camera = parse_camera({"name": "Door", "url": f"http://u:{SECRET}@127.0.0.1:{port}/stream", **settings})
    findings = await check_camera(camera, CLOCK, Duties(CLOCK), watch_s=0.6, first_picture_s=2.0)
    assert SECRET not in str(findings)
    return findings


def only(findings: list[Finding]) -> tuple[Level, str]:
    (finding,) = findings
    return finding.level, finding.code


# -- cameras ---------------------------------------------------------------------------------------------


async def test_a_camera_is_measured() -> None:
    async with listening(stream_of(jpeg_frames(1, VGA, quality=20)[0].data, fps=20)) as port:
        (finding,) = await look(port)
    assert finding.level is Level.OK
    assert finding.message.startswith("Door: 640x480 at ")
    measured = float(finding.message.split(" at ")[1].split()[0])
    assert 5 < measured < 25


async def test_a_small_and_slow_camera_gets_advice() -> None:
    async with listening(stream_of(jpeg(1, 160, 120), fps=2)) as port:
        findings = await look(port)
    assert [finding.code for finding in findings] == ["camera_small", "camera_slow"]


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"], "camera_rejected"),
        ([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"], "camera_rejected"),
        (
            [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"],
            "camera_protocol",
        ),
        ([], "camera_stalled"),
    ],
)
async def test_a_camera_that_does_not_deliver(pieces: list[bytes], code: str) -> None:
    async with listening(saying(*pieces)) as port:
        findings = await look(port, source={"stall_timeout_s": 1})
    assert only(findings) == (Level.ERROR, code)
    assert findings[0].remedy


async def test_of_two_addresses_both_are_measured_at_the_same_time() -> None:
    small, large = (jpeg(1, width, height) for width, height in ((320, 240), (640, 480)))
    watched = asyncio.Barrier(2)

    def together(picture: bytes) -> Answer:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await watched.wait()
            await stream_of(picture, fps=20)(reader, writer)

        return answer

    async with listening(together(small)) as port, listening(together(large)) as hd_port:
        roomy = {"pre_roll_max_bytes": 10**8}
        findings = await look(port, url_hd=f"http://127.0.0.1:{hd_port}/large", recording=roomy)
    assert [(finding.level, finding.code) for finding in findings] == [(Level.OK, "camera")] * 2
    assert [finding.message.split(" at ")[0] for finding in findings] == [
        "Door: 320x240", "Door, HD stream: 640x480",
    ]  # fmt: skip


async def test_a_second_address_that_is_not_there_is_said_of_it() -> None:
    async with listening(saying()) as gone:
        pass
    async with listening(stream_of(jpeg(1, 320, 240), fps=20)) as port:
        findings = await look(port, url_hd=f"http://127.0.0.1:{gone}/large")
    assert [finding.code for finding in findings] == ["camera", "camera_unreachable"]
    assert findings[1].message.startswith("Door, HD stream: ")


async def test_a_camera_that_is_not_there() -> None:
    async with listening(saying()) as port:
        pass
    assert only(await look(port)) == (Level.ERROR, "camera_unreachable")


async def test_a_camera_that_is_switched_off_is_left_alone() -> None:
    assert only(await look(1, enabled=False)) == (Level.OK, "camera")


# -- the broker ------------------------------------------------------------------------------------------

needs_mosquitto = pytest.mark.skipif(mosquitto.missing is not None, reason=str(mosquitto.missing))


def broker(port: int, **settings: object) -> MqttSettings:
    return MqttSettings(MqttMode.BROKER, "127.0.0.1", port, **settings)  # type: ignore[arg-type]


@pytest.mark.mosquitto
@needs_mosquitto
async def test_a_broker_with_a_login(tmp_path: Path) -> None:
    async with running_mosquitto(tmp_path, login=Login("gcam", SECRET)) as server:
        fine = await check_broker(broker(server.port, username="gcam", password=SECRET))
        wrong = await check_broker(broker(server.port, username="gcam", password=f"no{SECRET}"))
        anonymous = await check_broker(broker(server.port))
        tls = await check_broker(broker(server.port, tls=True))
    assert (fine.level, fine.code) == (Level.OK, "mqtt")
    assert (wrong.level, wrong.code) == (Level.ERROR, "mqtt_login")
    assert (anonymous.level, anonymous.code) == (Level.ERROR, "mqtt_login")
    assert (tls.level, tls.code) == (Level.ERROR, "mqtt_tls")
    assert SECRET not in f"{fine} {wrong} {anonymous}"


@pytest.mark.mosquitto
@needs_mosquitto
async def test_a_broker_with_tls(tmp_path: Path) -> None:
    async with running_mosquitto(tmp_path, tls=True) as server:
        unknown = await check_broker(broker(server.port, tls=True))
        unverified = await check_broker(broker(server.port, tls=True, verify_tls=False))
        named = await check_broker(broker(server.port, tls=True, ca_file=server.certificate))
        plain = await check_broker(broker(server.port), timeout_s=1)
    assert (unknown.level, unknown.code) == (Level.ERROR, "mqtt_tls")
    assert (unverified.level, unverified.code) == (Level.WARNING, "mqtt_tls")
    assert (named.level, named.code) == (Level.OK, "mqtt")
    assert (plain.level, plain.code) == (Level.ERROR, "mqtt_protocol")


async def test_what_is_no_broker() -> None:
    async with listening(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        finding = await check_broker(broker(port), timeout_s=1)
    assert (finding.level, finding.code) == (Level.ERROR, "mqtt_protocol")
    finding = await check_broker(broker(port))
    assert (finding.level, finding.code) == (Level.ERROR, "mqtt_unreachable")


async def test_a_silent_broker() -> None:
    async with listening(saying()) as port:
        finding = await check_broker(broker(port), timeout_s=1)
    assert (finding.level, finding.code) == (Level.ERROR, "mqtt_protocol")


async def test_a_missing_certificate(tmp_path: Path) -> None:
    missing = await check_broker(broker(1, tls=True, ca_file=tmp_path / "none.pem"))
    (tmp_path / "bad.pem").write_text("nothing")
    bad = await check_broker(broker(1, tls=True, ca_file=tmp_path / "bad.pem"))
    assert {missing.code, bad.code} == {"mqtt_tls"}
    assert "No such file" in missing.message
    assert issubclass(ssl.SSLError, OSError)


# -- the page --------------------------------------------------------------------------------------------


@asynccontextmanager
async def gcam_at(
    states: list[CameraState],
    duties: Sequence[DutyState] = (),
    storage: Storage = WELL,
    boards: Mapping[str, BoardDay] = MappingProxyType({}),
) -> AsyncIterator[WebSettings]:
    """What a running Gcam answers, in the very words of the web API."""

    async def info(_: web.Request) -> web.Response:
        return web.json_response({"product": "gcam", "api_level": 1})

    async def cameras(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response({"error": {"code": "sign_in", "message": "Sign in"}}, status=401)
        shown = [
            camera_json(parse_camera({"id": s.camera_id, "name": s.name, "url": "http://h"}), s)
            for s in states
        ]
        return web.json_response({"cameras": shown}, dumps=encode)

    async def system(request: web.Request) -> web.Response:
        assert request.headers.get("Authorization") == f"Bearer {SECRET}"
        parts = (
            wellbeing.recorder(states, storage),
            wellbeing.disk(storage, None),
            wellbeing.duties(duties, 100.0),
        )
        told = [with_said(asdict(part), "message") for part in parts]
        return web.json_response({"parts": told, "boards": boards_json(boards, states)})

    app = web.Application()
    app.add_routes(
        [
            web.get("/api/v1/info", info),
            web.get("/api/v1/cameras", cameras),
            web.get("/api/v1/system", system),
        ]
    )
    async with running(app) as port:
        yield WebSettings("127.0.0.1", port)


GOOD = CameraState(
    "door", "Door", Status.CONNECTED, 0.0, fps=15.0, size=Size(640, 480), bytes_per_frame=20_000
)
LOST = CameraState("yard", "Yard", Status.LOST, 0.0, problem="it is silent", problem_code="stalled")


async def test_a_free_port_and_a_taken_one() -> None:
    async with listening(saying(b"SSH-2.0\r\n")) as port:
        assert only(await check_page(WebSettings(port=port))) == (Level.ERROR, "page")
    assert only(await check_page(WebSettings(port=port))) == (Level.OK, "page")


async def test_a_running_gcam_is_recognised() -> None:
    async with gcam_at([]) as web_settings:
        (finding,) = await check_page(web_settings)
    assert finding.level is Level.OK
    assert finding.message == f"Gcam is running at 127.0.0.1:{web_settings.port}"


async def test_a_running_gcam_says_what_does_not_run() -> None:
    for status, level, code in (
        (DutyStatus.FAILED, Level.ERROR, "duties_down"),
        (DutyStatus.RUNNING, Level.WARNING, "duties_failed_lately"),
    ):
        failed = DutyState("history", status, 2, 90.0, "ValueError: rubbish")
        async with gcam_at([], [failed]) as web_settings:
            (finding,) = await running_parts(web_settings, SECRET)
        assert (finding.level, finding.code) == (level, code)
        assert "history (ValueError: rubbish)" in finding.message
        assert finding.remedy
    async with gcam_at([]) as web_settings:
        (finding,) = await running_parts(web_settings, SECRET)
    assert (finding.level, finding.remedy) == (Level.OK, "")
    assert await running_parts(web_settings, SECRET) == []


async def test_a_running_gcam_says_what_is_wrong_with_its_disk() -> None:
    waits = because("disk_waits")
    stuck = replace(GOOD, no_recording_reason=waits, no_recording_code="recording")
    async with gcam_at([stuck], storage=replace(WELL, problem=waits, problem_code="recording")) as settings:
        findings = await running_parts(settings, SECRET)
    assert [(finding.level, finding.code) for finding in findings] == [
        (Level.ERROR, "recorder_stuck"),
        (Level.ERROR, "disk_silent"),
        (Level.OK, "duties"),
    ]
    assert [finding.message for finding in findings[:2]] == ["Can't record as it should: Door.", str(waits)]
    assert all(finding.remedy for finding in findings[:2])


async def test_a_running_gcam_says_what_its_boards_lack() -> None:
    weak = BoardHealth(99.0, 81, 12, "brownout", 96512, 9000, -81, None, 2041, 3977, 12)
    async with gcam_at([GOOD], boards={"door": BoardDay.of([weak])}) as settings:
        *found, _duties = await running_parts(settings, SECRET)
    assert [(finding.level, finding.code) for finding in found] == [
        (Level.WARNING, "board_weak"),
        (Level.WARNING, "board_brownout_last"),
        (Level.WARNING, "board_memory"),
    ]
    assert found[0].message == "Door: its Wi-Fi is weak (-81 dBm)"
    assert said_in("fr", found[0].remedy).startswith("déplacez-la")


async def test_a_board_with_gcams_firmware_is_asked_how_it_fares(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "abcdefgh-ABCDEFGH_01234567890123"
    async with camera("gcam", credentials=("gcam", token)) as running:
        url = with_credentials(running.url, "gcam", token)
        clock = SystemClock()
        duties = Duties(clock)
        ask, weak = gcam_board.status_of, {"rssi_dbm": -88}
        monkeypatch.setattr(gcam_board, "status_of", lambda visit: _but(ask(visit), weak))
        found = await check_camera(Camera("porch", "Porch", SourceSettings(url)), clock, duties, watch_s=1.0)
    assert found[-1].code == "board_weak"
    assert found[-1].message == "Porch: its Wi-Fi is weak (-88 dBm)"


async def _but(asked: Awaitable[Mapping[str, Any]], other: dict[str, Any]) -> dict[str, Any]:
    return {**await asked, **other}


async def test_a_disk_that_hangs_holds_no_other_check_up(tmp_path: Path) -> None:
    """Nor the end of the check; what is asked of the same disk later is not asked any more."""
    answers, others = threading.Event(), list[str]()

    def hangs() -> Finding:
        answers.wait(PATIENCE_S)
        return ok("folder", "late")

    def other() -> Finding:
        others.append("asked")
        return ok("folder", "fine")

    disks = Disks(Duties(SystemClock()), within_s=0.01)
    silent = only(await disks.ask(tmp_path / "media", hangs))
    assert await disks.ask(tmp_path / "media", other) == []
    assert others == []
    patient = Disks(Duties(SystemClock()), within_s=PATIENCE_S)
    assert only(await patient.ask(tmp_path / "data", other)) == (Level.OK, "folder")
    answers.set()
    assert silent == (Level.ERROR, "disk_silent")


async def test_what_a_disk_s_check_raises_is_raised(tmp_path: Path) -> None:
    def fails() -> Finding:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await Disks(Duties(SystemClock()), PATIENCE_S).ask(tmp_path, fails)


async def test_listening_to_everybody_is_a_warning() -> None:
    findings = await check_page(WebSettings("0.0.0.0", 0))
    assert [(finding.level, finding.code) for finding in findings] == [
        (Level.OK, "page"),
        (Level.WARNING, "page_plain"),
    ]


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-name.invalid"])
async def test_an_address_of_another_machine(host: str) -> None:
    findings = await check_page(WebSettings(host, 8099))
    assert (findings[0].level, findings[0].code) == (Level.ERROR, "page")


async def test_a_running_gcam_tells_of_its_cameras() -> None:
    async with gcam_at([GOOD, LOST]) as web_settings:
        findings = await running_cameras(web_settings, SECRET)
    assert findings is not None
    assert [(finding.level, finding.code) for finding in findings] == [
        (Level.OK, "camera"),
        (Level.ERROR, "camera_stalled"),
    ]
    assert await running_cameras(web_settings, SECRET) is None


async def test_a_running_gcam_tells_of_second_addresses() -> None:
    hd = HdState(Status.CONNECTED, 0.0, size=Size(1920, 1080), fps=25.0, bytes_per_frame=9000)
    away = replace(hd, status=Status.LOST, problem="it is silent", problem_code="stalled")
    yard = replace(GOOD, camera_id="yard", name="Yard", hd=away)
    async with gcam_at([replace(GOOD, hd=hd), yard]) as web_settings:
        findings = await running_cameras(web_settings, SECRET)
    assert findings is not None
    assert [finding.code for finding in findings] == ["camera", "camera", "camera", "camera_stalled"]
    assert "Door, HD stream: 1920x1080 at 25" in findings[1].message
    assert "Yard, HD stream: it is silent" in findings[3].message


async def test_without_the_local_secret_it_tells_nothing() -> None:
    async with gcam_at([GOOD]) as web_settings:
        assert await running_cameras(web_settings, None) is None
        assert await running_cameras(web_settings, "another") is None


# -- the command -----------------------------------------------------------------------------------------


async def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli_check.add_arguments(parser)
    args = parser.parse_args(arguments)
    args.clock = SystemClock()
    args.duties = Duties(args.clock)
    return await cli_check.run(args)


async def test_a_good_set_up_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("--data", str(tmp_path), "--listen", "127.0.0.1:0") == 0
    out = capsys.readouterr().out
    assert "error" not in out
    assert out.endswith(("Everything is fine.\n", "0 to mend, 1 worth a look.\n"))  # a nearly full disk
    assert not any(tmp_path.iterdir())


async def test_errors_fail_it_and_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cameras.json").write_text("{")
    async with listening(saying()) as port:
        pass
    status = await command(
        "--data", str(tmp_path), "--listen", "127.0.0.1:0", "--json", "--camera", f"Door=127.0.0.1:{port}/x"
    )
    answer = json.loads(capsys.readouterr().out)
    wrong = [finding for finding in answer["findings"] if finding["level"] == "error"]
    assert status == 1
    assert [finding["code"] for finding in wrong] == ["cameras", "camera_unreachable"]
    assert answer["errors"] == 2
    assert all(finding["remedy"] for finding in wrong)


@pytest.mark.parametrize("option", ["--listen", "--mqtt", "--camera", "--options"])
async def test_wrong_options_are_the_first_thing_to_mend(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command(option, "ftp://nonsense here") == 1
    out = capsys.readouterr().out
    assert out.startswith("error    ")
    assert "-> correct this first" in out


async def test_the_cameras_of_a_running_gcam_are_not_disturbed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(100))

    async with listening(answer) as port, gcam_at([GOOD]) as web_settings:
        entry = {"name": "Door", "url": f"http://127.0.0.1:{port}/stream"}
        (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [entry]}))
        (tmp_path / "cameras.json").chmod(0o600)
        (tmp_path / ".local_secret").write_text(SECRET)
        with (tmp_path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            status = await command("--data", str(tmp_path), "--listen", f"127.0.0.1:{web_settings.port}")
            assert await command("--data", str(tmp_path), "--listen", "127.0.0.1:0") == 0
    out = capsys.readouterr().out
    assert status == 0
    assert "Door: 640x480 at 15 pictures per second" in out
    assert "holds its cameras, so they are not looked at" in out
    assert seen == []
