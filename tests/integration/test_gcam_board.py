"""Boards with Gcam's firmware: recognised, set, claimed, released, over real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.boards import gcam_board, visit
from gcam_addon.boards.board import BoardFacts, Firmware
from gcam_addon.boards.probe import Probe, probe
from gcam_addon.boards.recognise import identify, recognise
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.errors import ConfigError, ProtocolError, Rejected
from gcam_addon.model import Status
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.network.finder import Finder, FoundBoard, How, Known, Seen
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.firmware.gcam import forget
from gcam_addon.wire.address import HttpAddress, parse, with_credentials
from gcam_addon.wire.stream import open_stream
from tests.support.fakes import make_state
from tests.support.scripted_server import Peer, accepting
from tests.support.simulated import camera, size_of
from tests.support.waiting import patience
from tests.support.web_fakes import Site, serve

TOKEN = "abcdefgh-ABCDEFGH_01234567890123"
OURS = ("gcam", TOKEN)


async def look(board: SimulatedCamera, credentials: tuple[str, str] | None = None) -> Probe:
    return await probe(board.control_url, SystemClock(), credentials=credentials)


async def recognised(
    board: SimulatedCamera, credentials: tuple[str, str] | None = OURS
) -> gcam_board.GcamBoard:
    address = parse(board.url)
    assert isinstance(address, HttpAddress)
    if credentials is not None:
        user, password = credentials
        address = HttpAddress(
            "http", address.host, address.port, address.target, user, password, has_port=True
        )
    found = await recognise(address, SystemClock(), avoid=frozenset({(board.port, "/stream")}))
    assert isinstance(found, gcam_board.GcamBoard)
    return found


async def test_one_that_nobody_claimed_is_known_and_shows_nothing() -> None:
    async with camera("gcam") as board:
        found = await look(board)
        facts = await identify(board.control_url, SystemClock(), thorough=False)
    assert found.facts == facts
    assert facts is not None
    assert [facts.firmware, facts.claimed, facts.version] == [Firmware.GCAM, False, "2026.12.0"]
    assert facts.mac == board.board.mac
    assert [found.picture, found.url, found.name] == [None, board.url, "Gcam board"]
    assert [note.code for note in found.notes] == ["unclaimed"]


async def test_one_of_somebody_else_says_that_its_token_is_needed() -> None:
    async with camera("gcam", credentials=OURS) as board:
        with pytest.raises(
            Rejected, match="belongs to somebody else already: its token is needed"
        ) as refused:
            await look(board)
        assert refused.value.status == 401
        with pytest.raises(Rejected, match="does not take this token"):
            await look(board, ("gcam", TOKEN[::-1]))
        found = await look(board, OURS)
    assert found.picture is not None
    assert found.snapshot_url == f"{board.control_url}/capture"
    assert {control.name for control in found.controls} >= {"frame_size", "quality", "lamp", "exposure_time"}


async def test_its_controls_are_set_in_its_own_ranges() -> None:
    async with camera("gcam", credentials=OURS) as board:
        found = await recognised(board)
        before = {control.name: control for control in await found.controls()}
        assert before["frame_size"].value == "320x240"
        assert [before["quality"].least, before["quality"].most] == [6, 63]
        for name, value in (("frame_size", "160x120"), ("quality", 30), ("mirror", True), ("effect", "grey")):
            await found.set(name, value)
        after = {control.name: control.value for control in await found.controls()}
        assert [after[name] for name in ("frame_size", "quality", "mirror", "effect")] == [
            "160x120",
            30,
            True,
            "grey",
        ]
        picture = await look(board, OURS)
        assert picture.picture is not None
        assert str(size_of(picture.picture.jpeg)) == str(picture.picture.size)
        assert picture.picture.size.width == 160
        with pytest.raises(ConfigError):
            await found.set("quality", 2)
        with pytest.raises(ConfigError):
            await found.set("zoom", 2)
        assert await found.lamp() == 0
        await found.light(40)
        assert await found.lamp() == 40


@pytest.mark.parametrize(("protocol", "says"), [(2, "update Gcam"), (0, "update the board's firmware")])
async def test_another_protocol_says_what_is_to_be_updated(protocol: int, says: str) -> None:
    async with camera("gcam") as board:
        board.board.kept["protocol"] = protocol
        with pytest.raises(ProtocolError, match=says):
            await look(board)


async def test_a_claim_whose_answer_was_lost_is_made_again_without_harm() -> None:
    async with camera("gcam") as board:
        found = await recognised(board)
        for _ in range(2):
            await gcam_board.claim(found._visit, TOKEN)
        assert board.board.kept["token"] == TOKEN
        with pytest.raises(Rejected) as refused:
            await gcam_board.claim((await recognised(board, ("gcam", TOKEN[::-1])))._visit, TOKEN[::-1])
        assert refused.value.status == 401


async def test_one_that_announces_itself_is_found_with_its_name_and_whether_it_is_somebodys() -> None:
    async def seen(url: str, thorough: bool) -> Seen | None:
        facts: BoardFacts | None = await identify(url, SystemClock(), thorough=thorough)
        return None if facts is None else Seen(str(facts.firmware), facts.name, facts.claimed, facts.id)

    async with (
        camera("gcam") as new,
        camera("gcam", credentials=OURS) as old,
        Advertisement(new, "127.0.0.1"),
        Advertisement(old, "127.0.0.1"),
    ):
        new.board.kept["name"] = "Porch"
        finder = Finder(seen, ("127.0.0.1",), listen_s=3.0)
        ours = {new.control_url, old.control_url}
        search = finder.search(lambda hosts, port: None, sweep=False)
        found = {one.url: one async for one in search if one.url in ours}
    assert found == {
        board.control_url: FoundBoard(
            "Gcam board", board.control_url, How.MDNS, "gcam", None, claimed=claimed, id=id_of(board)
        )
        for board, claimed in ((new, False), (old, True))
    }


@pytest.fixture
async def board() -> AsyncIterator[SimulatedCamera]:
    async with camera("gcam") as running:
        yield running


@pytest.fixture
async def site(board: SimulatedCamera, tmp_path: Path) -> AsyncIterator[Site]:
    watching = Camera("porch", "Porch", SourceSettings(board.url))
    async with serve(tmp_path, cameras=[watching], clips=[]) as site:
        yield site


async def asked(site: Site, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with patience(), site.http.request(method, path, json=body) as response:
        text = await response.text()
        return response.status, json.loads(text) if text else None


CLAIM = "/api/v1/cameras/porch/claim"


async def test_claimed_by_the_api_its_token_is_the_cameras_password(
    site: Site, board: SimulatedCamera
) -> None:
    assert (await asked(site, "GET", "/api/v1/cameras/porch/board"))[1]["claimed"] is False
    for _ in range(2):
        status, _ = await asked(site, "POST", CLAIM)
        assert status == 200
    _, connection = await asked(site, "GET", "/api/v1/cameras/porch/connection")
    assert [connection["username"], connection["has_password"]] == ["gcam", True]
    token = board.board.kept["token"]
    assert len(token) == 32
    status, told = await asked(site, "GET", "/api/v1/cameras/porch/board")
    assert [status, told["claimed"], bool(told["controls"])] == [200, True, True]
    assert token not in json.dumps([told, connection])


async def test_reset_by_its_button_it_is_claimed_again_with_the_same_token(
    site: Site, board: SimulatedCamera
) -> None:
    await asked(site, "POST", CLAIM)
    token = board.board.kept["token"]
    forget(board.board)
    assert (await asked(site, "GET", "/api/v1/cameras/porch/board"))[1]["claimed"] is False
    assert (await asked(site, "POST", CLAIM))[0] == 200
    assert board.board.kept["token"] == token


async def test_the_token_is_stored_before_the_board_is_told(site: Site, board: SimulatedCamera) -> None:
    """The board vanishes in that very moment: it is nobody's, and the camera knows the token it will have."""
    update = site.services.cameras.update

    async def stored(*args: Any) -> Any:
        changed = await update(*args)
        await board.vanish()
        return changed

    site.services.cameras.update = stored  # type: ignore[method-assign]
    status, error = await asked(site, "POST", CLAIM)
    assert [status, error["error"]["code"]] == [503, "unreachable"]
    site.services.cameras.update = update  # type: ignore[method-assign]
    await board.come_back()
    assert board.board.kept.get("token") is None
    assert (await asked(site, "POST", CLAIM))[0] == 200
    assert board.board.kept["token"] in site.services.cameras.get("porch").source.url


async def test_somebody_elses_is_refused_at_the_password(site: Site, board: SimulatedCamera) -> None:
    board.board.kept["token"] = TOKEN
    status, error = await asked(site, "POST", CLAIM)
    assert [status, error["error"]["field"]] == [400, "password"]
    body = {"username": "gcam", "password": TOKEN}
    assert (await asked(site, "PATCH", "/api/v1/cameras/porch", body))[0] == 200
    assert (await asked(site, "POST", CLAIM))[0] == 200


async def test_a_camera_that_is_removed_can_release_its_board(site: Site, board: SimulatedCamera) -> None:
    await asked(site, "POST", CLAIM)
    remove = "/api/v1/cameras/porch?board=release"
    await board.vanish()
    assert (await asked(site, "DELETE", remove))[0] == 503
    assert (await asked(site, "GET", "/api/v1/cameras/porch"))[0] == 200
    await board.come_back()
    assert (await asked(site, "DELETE", remove))[0] == 204
    assert board.board.kept["token"] is None


def id_of(board: SimulatedCamera) -> str:
    return board.board.mac.replace(":", "").lower()


HEALTH = BoardHealth(1.0, 81, 12, "power_on", 96512, 45056, -61, None, 2041, 3977, 12)


@pytest.fixture
async def elsewhere(site: Site, board: SimulatedCamera) -> AsyncIterator[SimulatedCamera]:
    """The board, which told what it is, at another address; its pictures don't come."""
    await asked(site, "POST", CLAIM)
    await site.services.history.note_board("porch", replace(HEALTH, id=id_of(board)))
    lost = replace(make_state(site.services.cameras.get("porch")), status=Status.LOST)
    site.engine.camera_states["porch"] = lost
    async with camera("gcam", credentials=("gcam", board.board.kept["token"])) as there:
        there.board.mac = board.board.mac
        yield there


MOVE = "/api/v1/cameras/porch/move"


async def test_one_that_moved_is_taken_over_with_its_token(
    site: Site, board: SimulatedCamera, elsewhere: SimulatedCamera
) -> None:
    status, told = await asked(site, "POST", MOVE, {"url": elsewhere.control_url})
    assert status == 200, told
    stored = site.services.cameras.get("porch").source.url
    assert stored == with_credentials(elsewhere.url, "gcam", board.board.kept["token"])


async def test_one_that_moved_is_told_by_a_search_and_in_the_log(
    site: Site, elsewhere: SimulatedCamera, caplog: pytest.LogCaptureFixture
) -> None:
    url = elsewhere.control_url
    here = FoundBoard("Porch", url, How.MDNS, "gcam", None, claimed=True, id=id_of(elsewhere))
    other = replace(here, url="http://127.0.0.1:1", id="ffeeddccbbaa")

    async def search(known: Known, *, sweep: bool) -> AsyncGenerator[FoundBoard, None]:
        yield here
        yield other

    site.services.finder.search = search  # type: ignore[method-assign]

    async def told() -> dict[str, Any]:
        async with patience(), site.http.ws_connect("/api/v1/found") as channel:
            said = [json.loads(message.data) async for message in channel]
        return {one["url"]: one["same_as"] for one in said if one["type"] == "found" and one["how"] == "mdns"}

    assert await told() == {here.url: "porch", other.url: None}
    assert "is the board of porch: it moved" in caplog.text
    site.engine.camera_states["porch"] = replace(site.engine.camera_states["porch"], status=Status.CONNECTED)
    assert (await told())[here.url] == "porch"
    assert "has the same id as the board of porch" in caplog.text


async def test_one_that_dials_in_is_no_other_where_it_is_heard_too(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    yard = await site.services.cameras.add({"name": "Yard", "url": "push://gcam"})
    await site.services.history.note_board(yard.id, replace(HEALTH, id="ffeeddccbbaa"))
    heard = FoundBoard("Yard", "http://192.0.2.9:81", How.MDNS, "gcam", None, claimed=True, id="ffeeddccbbaa")

    async def search(known: Known, *, sweep: bool) -> AsyncGenerator[FoundBoard, None]:
        yield heard

    site.services.finder.search = search  # type: ignore[method-assign]
    async with patience(), site.http.ws_connect("/api/v1/found") as channel:
        said = [json.loads(message.data) async for message in channel]
    (told,) = [one for one in said if one.get("url") == heard.url]
    assert (told["camera_id"], told["same_as"]) == (yard.id, None)
    assert "same id" not in caplog.text


async def test_what_is_not_that_board_is_not_followed(site: Site, elsewhere: SimulatedCamera) -> None:
    before = site.services.cameras.get("porch").source.url
    elsewhere.board.mac = "FF:EE:DD:CC:BB:AA"
    status, error = await asked(site, "POST", MOVE, {"url": elsewhere.control_url})
    assert (status, error["error"]["reason"]) == (409, "board_other")
    assert site.services.cameras.get("porch").source.url == before


async def test_none_is_followed_while_pictures_come(site: Site, elsewhere: SimulatedCamera) -> None:
    site.engine.camera_states["porch"] = replace(site.engine.camera_states["porch"], status=Status.CONNECTED)
    status, error = await asked(site, "POST", MOVE, {"url": elsewhere.control_url})
    assert (status, error["error"]["reason"]) == (409, "board_not_moved")


async def test_a_password_that_gcam_did_not_make_does_not_go_to_another_host(
    site: Site, board: SimulatedCamera, elsewhere: SimulatedCamera
) -> None:
    url = with_credentials(f"http://192.0.2.7:{board.port}/stream", "gcam", "sixteen-letters-")
    await site.services.cameras.update("porch", {"url": url})
    site.engine.camera_states["porch"] = replace(site.engine.camera_states["porch"], status=Status.LOST)
    status, error = await asked(site, "POST", MOVE, {"url": elsewhere.control_url})
    assert (status, error["error"]["field"]) == (400, "password")


async def test_what_is_no_such_board_is_not_claimed(tmp_path: Path) -> None:
    async with camera("camera-web-server") as other:
        watching = Camera("porch", "Porch", SourceSettings(other.control_url))
        async with serve(tmp_path, cameras=[watching], clips=[]) as site:
            status, error = await asked(site, "POST", CLAIM)
    assert [status, error["error"]["code"]] == [503, "protocol"]


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0-x\r\n\r\n"]
)
async def test_what_is_silent_or_wants_a_password_is_no_such_board_and_the_log_says_so(
    tmp_path: Path, answer: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(visit, "_ANSWER_S", 0.3)

    async def say(peer: Peer) -> None:
        peer.writer.write(answer)
        await peer.reader.read()

    async with accepting(say) as other:
        watching = Camera("porch", "Porch", SourceSettings(f"http://127.0.0.1:{other.port}/stream"))
        async with serve(tmp_path, cameras=[watching], clips=[]) as site:
            status, error = await asked(site, "POST", CLAIM)
    assert [status, error["error"]["reason"]] == [503, "no_gcam_board"]
    assert "only such a board is claimed" in error["error"]["message"]
    assert "its board is not claimed: Porch is no board with Gcam's firmware" in caplog.text


async def test_one_that_was_added_and_never_claimed_says_what_to_do() -> None:
    async with camera("gcam") as board:
        address = parse(board.url)
        assert isinstance(address, HttpAddress)
        with pytest.raises(Rejected, match="has to be claimed first, on the camera's page"):
            await open_stream(address, SourceSettings(board.url), 5.0)


async def test_a_board_whose_token_is_another_says_so_where_its_settings_would_be() -> None:
    async with camera("gcam", credentials=OURS) as board:
        other = await recognised(board, ("gcam", TOKEN[::-1]))
        with pytest.raises(Rejected, match="does not take this token") as refused:
            await other.controls()
    assert refused.value.said.code == "board_token_wrong"


async def test_a_board_that_is_renamed_while_it_runs_is_known_by_its_new_name() -> None:
    async with camera("gcam", credentials=OURS) as board:
        ours = await recognised(board)
        board.board.kept["name"] = "Shed"
        await ours.health(0.0)
        assert ours.facts.name == "Shed"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (None, "claim it again on the camera's page"),
        (TOKEN[::-1], "claimed by somebody else, or given another token"),
    ],
)
async def test_a_camera_whose_board_lost_its_token_says_so(token: str | None, says: str) -> None:
    async with camera("gcam", credentials=OURS) as board:
        forget(board.board)
        board.board.kept["token"] = token
        address = parse(with_credentials(board.url, *OURS))
        assert isinstance(address, HttpAddress)
        with pytest.raises(Rejected, match=says):
            await open_stream(address, SourceSettings(board.url), 5.0)
