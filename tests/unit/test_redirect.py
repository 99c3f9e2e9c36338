"""Where a board may send Gcam on to."""

from __future__ import annotations

import pytest

from gcam_addon.wire.redirect import leads_inward

BOARD = "192.168.1.50"


@pytest.mark.parametrize(
    "there",
    ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1%eth0",
     "172.30.32.2", "172.30.33.9"],
)  # fmt: skip
def test_no_board_leads_to_what_is_this_machine_s_alone(there: str) -> None:
    assert leads_inward(BOARD, there)
    assert leads_inward("2001:db8::5", there)


@pytest.mark.parametrize("there", ["192.168.1.50", "192.168.1.7", "10.0.0.5", "2001:db8::7", "cam.local", ""])
def test_a_board_leads_to_itself_and_to_others_in_the_network(there: str) -> None:
    assert not leads_inward(BOARD, there)


def test_what_is_there_already_may_go_on_there() -> None:
    assert not leads_inward("127.0.0.1", "::1")
    assert leads_inward("127.0.0.1", "169.254.169.254")
