"""Passkeys: what a device or a key signs instead of a password and a code (WebAuthn).

A passkey has to verify its owner (finger, face, PIN), so it is two factors by itself, and signs in alone. It
belongs to a site's name: made for `gcam.example.org`, it is none for `192.168.1.5`, where browsers have no
passkeys anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from gcam_addon.access import web_authn
from gcam_addon.access.challenges import Challenges
from gcam_addon.access.factors import Factor, FactorKind
from gcam_addon.access.model import Person
from gcam_addon.access.second_factors import NewFactor, SecondFactors
from gcam_addon.access.web_authn import Place
from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, WrongCode
from gcam_addon.words.reason import because


class Passkeys:
    """`answer` is what the browser says, as JSON; all on the loop."""

    def __init__(self, factors: SecondFactors, clock: Clock) -> None:
        self._factors = factors
        self._clock = clock
        self._challenges = Challenges()

    async def offer(self, person: Person, place: Place) -> Mapping[str, Any]:
        """What the browser takes to make one for `person`."""
        challenge = self._challenges.new(_making(person), self._clock.wall())
        known = self._factors.of(person.id)
        return await asyncio.to_thread(web_authn.offer, person, place, challenge, known)

    async def add(self, person: Person, place: Place, name: str, answer: Mapping[str, Any]) -> NewFactor:
        """Raises `ConfigError`, or `WrongCode` where nothing was offered, or not lately."""
        challenge = await self._challenge(answer, _making(person))
        made = await asyncio.to_thread(web_authn.registered, answer, place, challenge)
        self._spend(challenge)
        if self._factors.by_credential(made.credential) is not None:
            raise ConfigError(because("passkey_known"), field="passkey")
        return await self._factors.add(
            person,
            FactorKind.PASSKEY,
            name,
            made.public_key,
            credential=made.credential,
            count=made.count,
        )

    async def question(self, place: Place) -> Mapping[str, Any]:
        """What the browser takes to sign with any passkey that it has for `place`."""
        challenge = self._challenges.new(_SIGNING, self._clock.wall())
        return await asyncio.to_thread(web_authn.question, place, challenge)

    async def signed(self, answer: Mapping[str, Any], place: Place) -> Factor:
        """Whose passkey signed. Raises `WrongCode`."""
        credential = answer.get("id")
        factor = self._factors.by_credential(credential) if isinstance(credential, str) else None
        challenge = await self._challenge(answer, _SIGNING)
        if factor is None:
            raise WrongCode(because("passkey_unknown"))
        count = await asyncio.to_thread(web_authn.signed, answer, place, challenge, factor)
        self._spend(challenge)
        await self._factors.used(factor, count=count)
        return factor

    async def _challenge(self, answer: Mapping[str, Any], purpose: str) -> bytes:
        challenge = await asyncio.to_thread(web_authn.challenge_in, answer)
        if not self._challenges.holds(challenge, purpose, self._clock.wall()):
            raise WrongCode(because("challenge_over"))
        return challenge

    def _spend(self, challenge: bytes) -> None:
        """Of two at once, one comes too late. Raises `WrongCode`."""
        if not self._challenges.spend(challenge, self._clock.wall()):
            raise WrongCode(because("challenge_used"))


_SIGNING = "sign"


def _making(person: Person) -> str:
    return f"make {person.id}"
