"""What cameras ask for before they answer, address by address, so that they ask once: the first request goes
without credentials, the challenge decides how they are told, the next request tells them at once.

Nobody is told a password as it is who did not ask for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gcam_addon.wire import credentials
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.response import Head

_MOST: Final = 256

_Place = tuple[str, str, int, str]


@dataclass(slots=True)
class _Asked:
    challenge: str
    count: int = 0
    """Of answers to it."""
    has_opened: bool = False
    """An answer to it was taken."""


class Challenges:
    """Loop only. Of many addresses the newest are remembered."""

    def __init__(self) -> None:
        self._asked: dict[_Place, _Asked] = {}

    def answer(self, address: HttpAddress, method: str = "GET") -> str | None:
        """The Authorization for the next request; None where none is known to be wanted."""
        asked = self._asked.get(_place(address))
        if asked is None:
            return None
        asked.count += 1
        return _answer(asked.challenge, address, method, asked.count)

    def refused(self, address: HttpAddress, head: Head) -> bool:
        """The camera answered by 401. Whether asking again, told what `answer` gives then, may help."""
        place, challenge = _place(address), head.headers.get("www-authenticate", "")
        before = self._asked.pop(place, None)
        if address.username is None or _answer(challenge, address, "GET", 1) is None:
            return False
        if before is not None and not before.has_opened and not credentials.is_stale(challenge):
            return False
        self._asked[place] = _Asked(challenge)
        if len(self._asked) > _MOST:
            del self._asked[next(iter(self._asked))]
        return True

    def opened(self, address: HttpAddress) -> None:
        """The camera answered by anything else."""
        if (asked := self._asked.get(_place(address))) is not None:
            asked.has_opened = True


CHALLENGES = Challenges()
"""Of this program: whoever asks a camera, it is asked for once."""


def _place(address: HttpAddress) -> _Place:
    return address.scheme, address.host, address.port, f"{address.username}:{address.password}"


def _answer(challenge: str, address: HttpAddress, method: str, count: int) -> str | None:
    username, password = address.username or "", address.password or ""
    return credentials.answer(challenge, username, password, address.target, count=count, method=method)
