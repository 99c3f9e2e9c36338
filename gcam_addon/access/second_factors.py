"""Who has a second factor, and whether what they show is it. Kept in memory, written through to `store`; all
methods on the loop. Pace is the caller's: `attempts`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gcam_addon.access.factors import (
    RECOVERY_CODES,
    Factor,
    FactorKind,
    new_recovery_code,
    new_totp_secret,
    recovery_hash,
    totp_step,
)
from gcam_addon.access.model import Person, checked_name
from gcam_addon.access.secret import new_id
from gcam_addon.access.store import AccessStore
from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, NotFound, WrongCode
from gcam_addon.words.reason import because

MOST_FACTORS = 10
"""Per person, without recovery codes."""
OFFER_S = 15 * 60.0
"""How long somebody may take to set up their app."""


@dataclass(frozen=True, slots=True)
class NewFactor:
    """`recovery`: the codes, shown this once; none where somebody has them already."""

    factor: Factor
    recovery: Sequence[str]


class SecondFactors:
    def __init__(self, store: AccessStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._factors: dict[str, Factor] = {}
        self._offered: dict[str, tuple[str, float]] = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        self._factors = {factor.id: factor for factor in await asyncio.to_thread(self._store.factors)}

    def of(self, person_id: str) -> Sequence[Factor]:
        """Without recovery codes. Whoever has any needs more than a password."""
        return [one for one in self._all(person_id) if one.kind is not FactorKind.RECOVERY]

    def ids_of(self, person_id: str) -> frozenset[str]:
        return frozenset(factor.id for factor in self.of(person_id))

    def recovery_left(self, person_id: str) -> int:
        return sum(factor.kind is FactorKind.RECOVERY for factor in self._all(person_id))

    def has_totp(self, person_id: str) -> bool:
        return any(factor.kind is FactorKind.TOTP for factor in self._all(person_id))

    # -- setting up ------------------------------------------------------------------------------------

    def offer_totp(self, person: Person) -> str:
        """A secret for their app; it counts once they show a code of it, to `add_totp`."""
        now = self._clock.wall()
        self._offered = {known: one for known, one in self._offered.items() if one[1] > now}
        secret = new_totp_secret()
        self._offered[person.id] = (secret, now + OFFER_S)
        return secret

    async def add_totp(self, person: Person, name: str, code: str) -> NewFactor:
        """Raises `WrongCode`, or `ConfigError` where nothing was offered, or not lately."""
        now = self._clock.wall()
        secret, until = self._offered.get(person.id, ("", 0.0))
        if until <= now:
            raise ConfigError(because("code_too_late"), field="code")
        step = totp_step(secret, code, at=now, after=0)
        if step is None:
            raise WrongCode(because("not_present_code"))
        del self._offered[person.id]
        return await self.add(person, FactorKind.TOTP, name, secret, count=step)

    async def add(
        self,
        person: Person,
        kind: FactorKind,
        name: str,
        secret: str,
        *,
        credential: str | None = None,
        count: int = 0,
    ) -> NewFactor:
        """The first one comes with recovery codes."""
        if len(self.of(person.id)) >= MOST_FACTORS:
            raise ConfigError(because("many_factors", most=MOST_FACTORS), field="name")
        now = self._clock.wall()
        factor = Factor(new_id(), person.id, kind, checked_name(name), secret, credential, count, now, None)
        codes = [] if self.recovery_left(person.id) else [new_recovery_code() for _ in range(RECOVERY_CODES)]
        async with self._writing:
            await self._put([factor, *self._recovery(person.id, codes)])
        return NewFactor(factor, codes)

    async def renew_recovery(self, person: Person) -> Sequence[str]:
        """New codes; the old ones are worth nothing. Raises `ConfigError` for who has no second factor."""
        if not self.of(person.id):
            raise ConfigError(because("factor_first"), field="kind")
        codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
        old = [one.id for one in self._all(person.id) if one.kind is FactorKind.RECOVERY]
        async with self._writing:
            await self._drop(old)
            await self._put(self._recovery(person.id, codes))
        return codes

    async def remove(self, person_id: str, factor_id: str) -> Factor:
        """With the last one go the recovery codes. Raises `NotFound`."""
        found = [factor for factor in self.of(person_id) if factor.id == factor_id]
        if not found:
            raise NotFound(because("no_factor"))
        async with self._writing:
            await self._drop([factor_id])
            if not self.of(person_id):
                await self._drop([factor.id for factor in self._all(person_id)])
        return found[0]

    async def remove_of(self, person_id: str) -> int:
        """All; how many there were, without recovery codes."""
        count = len(self.of(person_id))
        async with self._writing:
            await self._drop([factor.id for factor in self._all(person_id)])
        return count

    # -- showing ---------------------------------------------------------------------------------------

    async def accept(self, person_id: str, code: str, *, recovery: bool = True) -> None:
        """An app's code, or, if `recovery`, one of the codes on paper; neither is taken twice. Raises
        `WrongCode`.
        """
        hashed, now = recovery_hash(code), self._clock.wall()
        for factor in self._all(person_id):
            if factor.kind is FactorKind.TOTP:
                step = totp_step(factor.secret, code, at=now, after=factor.count)
                if step is not None:
                    return await self.used(factor, count=step)
            elif recovery and factor.kind is FactorKind.RECOVERY and factor.secret == hashed:
                async with self._writing:
                    return await self._drop([factor.id])
        raise WrongCode(because("wrong_code"))

    async def used(self, factor: Factor, *, count: int) -> None:
        """At once in memory: the same code again is too late, however fast it comes."""
        self._factors[factor.id] = new = replace(factor, count=count, last_used_at=self._clock.wall())
        async with self._writing:
            if new.id in self._factors:  # it may be removed meanwhile, and is not to come back
                await asyncio.to_thread(self._store.put_factors, [new])

    def by_credential(self, credential: str) -> Factor | None:
        return next((one for one in self._factors.values() if one.credential == credential), None)

    # -- private ---------------------------------------------------------------------------------------

    def _all(self, person_id: str) -> list[Factor]:
        return [factor for factor in self._factors.values() if factor.person_id == person_id]

    def _recovery(self, person_id: str, codes: Sequence[str]) -> list[Factor]:
        now, kind = self._clock.wall(), FactorKind.RECOVERY
        return [
            Factor(new_id(), person_id, kind, "", recovery_hash(code), None, 0, now, None) for code in codes
        ]

    async def _put(self, factors: Sequence[Factor]) -> None:
        await asyncio.to_thread(self._store.put_factors, factors)
        self._factors.update({factor.id: factor for factor in factors})

    async def _drop(self, ids: Sequence[str]) -> None:
        """At once."""
        for factor_id in ids:
            self._factors.pop(factor_id, None)
        await asyncio.to_thread(self._store.remove_factors, ids)
