"""What programs show instead of signing in. Kept in memory, written through to `store`; all on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from gcam_addon.access.model import Token, checked_name
from gcam_addon.access.principal import Permission, Principal
from gcam_addon.access.secret import hash_of, new_id, new_secret
from gcam_addon.access.sessions import SEEN_EVERY_S
from gcam_addon.access.store import AccessStore
from gcam_addon.clock import Clock
from gcam_addon.errors import AccessDenied, ConfigError, NotFound
from gcam_addon.words.reason import because

MOST_TOKENS = 200


class Tokens:
    def __init__(self, store: AccessStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tokens: dict[str, Token] = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        found = await asyncio.to_thread(self._store.tokens)
        self._tokens = {token.secret_hash: token for token in found}

    def of(self, secret: str) -> Token | None:
        token = self._tokens.get(hash_of(secret))
        return None if token is None or self.is_over(token) else token

    def is_over(self, token: Token) -> bool:
        return token.expires_at is not None and token.expires_at <= self._clock.wall()

    def by_principal(self, principal_id: str) -> Token | None:
        """Also one that is over."""
        return next((token for token in self._tokens.values() if token.principal.id == principal_id), None)

    def all(self) -> Sequence[Token]:
        return list(self._tokens.values())

    async def seen(self, token: Token) -> None:
        """Remember that it was used; written at most once an hour."""
        now = self._clock.wall()
        known = self._tokens.get(token.secret_hash)
        if known is None or now - (known.last_used_at or 0.0) < SEEN_EVERY_S:
            return
        self._tokens[token.secret_hash] = used = replace(known, last_used_at=now)
        async with self._writing:
            if used.secret_hash in self._tokens:  # it may be revoked meanwhile, and is not to come back
                await asyncio.to_thread(self._store.put_token, used)

    async def add(
        self,
        name: str,
        scopes: frozenset[Permission],
        cameras: frozenset[str] | None,
        *,
        expires_at: float | None,
        by: Principal,
    ) -> tuple[str, Token]:
        """The secret, shown this once, and the token. Nobody gives away more than they may, nor for
        longer.
        """
        async with self._writing:
            if len(self._tokens) >= MOST_TOKENS:
                raise ConfigError(because("many_tokens", most=MOST_TOKENS), field="name")
            secret = f"gcam_{new_secret()}"
            token = Token(
                new_id(), hash_of(secret), secret[:10], checked_name(name),
                scopes, self._given(cameras, scopes, by),
                self._clock.wall(), self._until(expires_at, by), None, by.id,
            )  # fmt: skip
            await asyncio.to_thread(self._store.put_token, token)
            self._tokens[token.secret_hash] = token
        return secret, token

    async def remove(self, token_id: str) -> None:
        """And those it made. Raises `NotFound`."""
        if all(token.id != token_id for token in self._tokens.values()):
            raise NotFound(because("no_token"))
        await self._drop({token_id} | self._made_by({f"token:{token_id}"}))

    async def remove_of(self, maker_id: str) -> None:
        """What somebody made goes with them."""
        await self._drop(self._made_by({maker_id}))

    def _given(
        self, cameras: frozenset[str] | None, scopes: frozenset[Permission], by: Principal
    ) -> frozenset[str] | None:
        """The cameras of a token that `by` makes."""
        if not all(by.may(scope) for scope in scopes):
            raise AccessDenied(because("token_too_mighty"))
        if by.cameras is not None:
            cameras = by.cameras if cameras is None else cameras & by.cameras
        if cameras is not None and Permission.ADMINISTER in scopes:
            raise ConfigError(because("token_cameras"), field="cameras")
        return cameras

    def _until(self, expires_at: float | None, by: Principal) -> float | None:
        maker = self.by_principal(by.id)
        if maker is None or maker.expires_at is None:
            return expires_at
        return maker.expires_at if expires_at is None else min(expires_at, maker.expires_at)

    def _made_by(self, makers: Collection[str]) -> set[str]:
        made = {token.id for token in self._tokens.values() if token.created_by in makers}
        further = self._made_by({f"token:{token_id}" for token_id in made}) if made else set()
        return made | further

    async def _drop(self, ids: Collection[str]) -> None:
        """At once."""
        self._tokens = {key: token for key, token in self._tokens.items() if token.id not in ids}
        async with self._writing:
            for token_id in ids:
                await asyncio.to_thread(self._store.remove_token, token_id)
