"""Telling a board something: a short form sent to it, on a connection of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import Rejected
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.challenges import CHALLENGES
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.stream import problem_of
from gcam_addon.words.reason import because

_MOST_REQUESTS: Final = 4
_ANSWER_S: Final = 5.0


async def send_form(address: HttpAddress, form: Mapping[str, str], settings: SourceSettings) -> None:
    """Raises `SourceError` where the board does not take it; `Rejected` says how it answered."""
    for _ in range(_MOST_REQUESTS):
        connection = await HttpConnection.connect(address, settings.connect_timeout_s, settings.verify_tls)
        try:
            connection.send(CHALLENGES.answer(address, "POST"), form=form)
            head = await connection.head(_ANSWER_S)
        finally:
            connection.close()
        if head.status != 401:
            CHALLENGES.opened(address)
        if head.status in (200, 204):
            return
        if head.status != 401 or not CHALLENGES.refused(address, head):
            raise problem_of(address, head) or Rejected(because("see_manual"), status=head.status)
    raise Rejected(because("refuses_login", address=address), status=401)
