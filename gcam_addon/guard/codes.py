"""The guard's codes: whose one is, slowly for who guesses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gcam_addon.access.attempts import Attempts
from gcam_addon.errors import ConfigError
from gcam_addon.guard.settings import Code
from gcam_addon.words.reason import because

LEAST_DIGITS = 4
MOST_DIGITS = 12


def check_code(code: str) -> None:
    """Raises `ConfigError` where it is none, or one that everybody tries first."""
    if not re.fullmatch(rf"[0-9]{{{LEAST_DIGITS},{MOST_DIGITS}}}", code):
        raise ConfigError(because("guard_code_digits", least=LEAST_DIGITS, most=MOST_DIGITS), field="code")
    if len(set(code)) == 1 or code in "01234567890123456789" or code in "98765432109876543210":
        raise ConfigError(because("guard_code_common"), field="code")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose code was given. `duress`: it was the one that says so."""

    person_id: str
    duress: bool


class Codes:
    """All methods on the loop. `still_may` tells whether a person may disarm at all, today."""

    def __init__(self, attempts: Attempts, still_may: Callable[[str], bool]) -> None:
        self._attempts = attempts
        self._still_may = still_may

    async def holder(self, codes: Sequence[Code], given: str, key: str) -> Holder | None:
        """None where it is nobody's. `key`: who is slowed down by wrong ones. Raises `Throttled`."""
        known = [
            (hashed, Holder(code.person_id, duress))
            for code in codes
            if self._still_may(code.person_id)
            for hashed, duress in ((code.hash, False), (code.duress_hash, True))
            if hashed is not None
        ]
        index = await self._attempts.whose((key,), [hashed for hashed, _ in known], given)
        return None if index is None else known[index][1]

    async def made(self, person_id: str, code: str, duress: str | None, others: Sequence[Code]) -> Code:
        """A person's new ones. Raises `ConfigError` where one can't be told from another."""
        for one in (code, *(() if duress is None else (duress,))):
            check_code(one)
            hashes = [h for other in others for h in (other.hash, other.duress_hash) if h is not None]
            if duress == code or await self._attempts.whose((), hashes, one) is not None:
                raise ConfigError(because("guard_code_taken"), field="code")
        hashed = await self._attempts.hash(code)
        duress_hash = None if duress is None else await self._attempts.hash(duress)
        return Code(person_id, hashed, duress_hash)
