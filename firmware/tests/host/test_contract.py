"""docs/ref/board.md, held against the firmware as it is held against the simulator: by the same tests."""

from __future__ import annotations

import pytest
from host_board import HostBoard

from tests.integration import test_gcam_board_contract as contract
from tests.integration.test_gcam_board_contract import *  # noqa: F403
from tests.support.gcam_board import TOKEN, Asked

owner = contract.owner


@pytest.fixture
async def port(board: HostBoard) -> int:
    """Of a board that nobody has claimed."""
    await board.start(GCAM_HOST_FPS="20")
    return board.port


async def test_what_was_set_survives_a_restart_but_not_the_lamp(owner: Asked, board: HostBoard) -> None:
    sets = {"quality": 20, "frame_size": "qqvga", "lamp": 60}
    assert (await owner.ask("POST", "/control", sets)).status == 200
    before = (await owner.ask("GET", "/status")).json
    assert before["controls"]["lamp"]["value"] == 60
    await board.restart()
    assert (await owner.ask("GET", "/capture")).status == 200
    status = (await owner.ask("GET", "/status")).json
    held = {name: one["value"] for name, one in status["controls"].items()}
    assert [held["quality"], held["frame_size"], held["lamp"]] == [20, "qqvga", 0]
    assert status["boots"] == before["boots"] + 1
    assert status["size"] == "160x120"
    assert owner.token == TOKEN
