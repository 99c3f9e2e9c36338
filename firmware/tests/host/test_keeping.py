"""What a board keeps, and what it forgets: the token, what was set, how often it started."""

from __future__ import annotations

import signal

import pytest
from host_board import HostBoard

from tests.support.gcam_board import TOKEN, Asked
from tests.support.waiting import answered

_OTHER = TOKEN[::-1]


async def is_claimed(board: HostBoard) -> bool:
    said = await Asked(board.port).ask("GET", "/board")
    return bool(said.json["claimed"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_the_token_and_what_was_set_hold_however_it_ends(
    board: HostBoard, owner: Asked, number: signal.Signals
) -> None:
    assert (await owner.ask("POST", "/control", {"brightness": -2, "effect": "sepia"})).status == 200
    await board.restart(number)
    controls = (await owner.ask("GET", "/status")).json["controls"]
    assert [controls["brightness"]["value"], controls["effect"]["value"]] == [-2, "sepia"]


async def test_a_released_board_stays_released(board: HostBoard, owner: Asked) -> None:
    assert (await owner.ask("POST", "/release")).status == 204
    await board.restart()
    assert not await is_claimed(board)


async def test_a_fixed_token_is_changed_in_the_yaml_alone(board: HostBoard) -> None:
    await board.start(GCAM_HOST_TOKEN=TOKEN)
    owner = Asked(board.port, TOKEN)
    who = (await owner.ask("GET", "/board")).json
    assert [who["claimed"], who["fixed"]] == [True, True]
    claim = await owner.ask("POST", "/claim", {"token": _OTHER}, {"X-Gcam": "1"})
    changes = [await owner.ask("POST", "/token", {"token": _OTHER}), await owner.ask("POST", "/release")]
    assert [claim.status, *(change.status for change in changes)] == [409, 409, 409]
    for _ in range(4):
        await board.restart(GCAM_HOST_TOKEN=TOKEN)
    assert (await owner.ask("GET", "/status")).status == 200


async def test_three_starts_in_a_row_by_hand_forget_the_token(board: HostBoard, owner: Asked) -> None:
    await board.restart()
    assert await is_claimed(board)
    await board.restart()
    assert not await is_claimed(board)
    assert "the token is forgotten" in board.said
    asked = Asked(board.port, _OTHER)
    assert (await asked.ask("POST", "/claim", {"token": _OTHER}, {"X-Gcam": "1"})).status == 204
    await board.restart()
    assert await is_claimed(board)


@pytest.mark.parametrize("reason", ["brownout", "panic", "watchdog", "software"])
async def test_a_board_that_starts_by_itself_again_and_again_stays_whose_it_is(
    board: HostBoard, owner: Asked, reason: str
) -> None:
    for _ in range(4):
        await board.restart(GCAM_HOST_RESET=reason)
    status = (await owner.ask("GET", "/status")).json
    assert [status["reset"], status["boots"]] == [reason, 5]


async def test_a_start_that_lasts_is_none_of_three(board: HostBoard, owner: Asked) -> None:
    await board.restart()

    async def has_lasted() -> bool:
        return bool((await owner.ask("GET", "/status")).json["uptime_s"] > 12)

    assert await answered(has_lasted)
    await board.restart()
    assert await is_claimed(board)


async def test_a_sensor_that_refuses_one_has_none_of_them_set(board: HostBoard, owner: Asked) -> None:
    """5 is the contrast's place: see board.h."""
    await board.restart(GCAM_HOST_REFUSES="5")
    sets = {"frame_size": "qqvga", "contrast": 2, "saturation": 1}
    said = await owner.ask("POST", "/control", sets)
    assert [said.status, said.body] == [400, b"The sensor refuses this value of 'contrast'.\n"]
    controls = (await owner.ask("GET", "/status")).json["controls"]
    assert [controls[name]["value"] for name in sets] == ["vga", 0, 0]
    assert (await owner.ask("GET", "/capture")).status == 200
    assert (await owner.ask("GET", "/status")).json["size"] == "640x480"
    assert (await owner.ask("POST", "/control", {"saturation": 1})).status == 200


async def test_a_size_that_is_set_is_that_of_the_next_pictures(board: HostBoard, owner: Asked) -> None:
    assert (await owner.ask("POST", "/control", {"frame_size": "qqvga"})).status == 200
    assert (await owner.ask("GET", "/capture")).status == 200
    assert (await owner.ask("GET", "/status")).json["size"] == "160x120"


async def test_a_memory_that_cannot_be_written_leaves_the_board_as_it_was(board: HostBoard) -> None:
    """What can't be kept is not promised: after its next start anybody could claim it."""
    kept = board.keeps / "gcam-test.prefs"
    await board.start()
    kept.unlink(missing_ok=True)
    kept.mkdir()
    asked = Asked(board.port, TOKEN)
    said = await asked.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
    assert [said.status, said.body] == [500, b"The board's memory can't be written; nothing has changed.\n"]
    assert not await is_claimed(board)
