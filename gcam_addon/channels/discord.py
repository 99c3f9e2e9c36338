"""A Discord channel's webhook: the picture with its text, which becomes the clip when there is one.

https://discord.com/developers/docs/resources/webhook: `?wait=true` answers with the message's id.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from yarl import URL

from gcam_addon.channels.files import Content, content_of
from gcam_addon.channels.http import HttpCaller, Reply, seconds
from gcam_addon.config.alert_model import DiscordSettings
from gcam_addon.errors import ChannelError
from gcam_addon.model.alerts import Importance, Letter, Receipt
from gcam_addon.words.reason import because

_MOST_TEXT = 2000
_SILENT = 1 << 12
"""SUPPRESS_NOTIFICATIONS."""


class DiscordChannel:
    """interfaces.Channel."""

    def __init__(self, settings: DiscordSettings) -> None:
        self._url = settings.url
        self._http = HttpCaller(settings.url, *URL(settings.url).parts[-1:])

    async def send(self, letter: Letter) -> Receipt:
        content = await content_of(letter)
        reply = await self._told(letter, content)
        if reply.is_too_large and content.data:
            content = content.without()
            reply = await self._told(letter, content)
        return _taken(reply, content.left_out)

    async def close(self) -> None:
        await self._http.close()

    async def _told(self, letter: Letter, content: Content) -> Reply:
        """A letter without anything to show does not take the picture's place: that would take it away."""
        if content.data and letter.follows and letter.follows.remote:
            reply = await self._call("PATCH", self._message(letter.follows.remote), letter, content)
            if reply.status != 404:  # somebody removed it
                return reply
        return await self._call("POST", self._url, letter, content)

    def _message(self, remote: str) -> str:
        """Of one that was sent. What is asked of the webhook's address (a thread) is asked of it, too."""
        webhook = URL(self._url)
        return str((webhook / "messages" / remote).with_query(webhook.query))

    async def _call(self, method: str, url: str, letter: Letter, content: Content) -> Reply:
        message: dict[str, Any] = {"content": _text(letter), "allowed_mentions": {"parse": []}}
        form = aiohttp.FormData()
        if content.data:
            message["attachments"] = [{"id": 0, "filename": content.name}]
            kind = "application/octet-stream"
            form.add_field("files[0]", content.data, filename=content.name, content_type=kind)
        if method == "POST" and letter.importance is Importance.QUIET:
            message["flags"] = _SILENT
        form.add_field("payload_json", json.dumps(message), content_type="application/json")
        params = {"wait": "true"} if method == "POST" else None
        return await self._http.call(method, url, form, size=len(content.data), params=params)


def _text(letter: Letter) -> str:
    told = (f"**{letter.title}**", letter.text, letter.link)
    return "\n".join(part for part in told if part)[:_MOST_TEXT]


def _taken(reply: Reply, left_out: tuple[str, ...]) -> Receipt:
    """Raises `ChannelError`. Discord says in its answer when it wants to be asked again."""
    again = seconds(reply.json.get("retry_after"))
    if reply.status == 429 and again is not None:
        why = because("channel_refused", host=reply.host, answer=reply.shown)
        raise ChannelError(why, retry_after_s=again)
    reply.require_taken()
    remote = reply.json.get("id")
    is_number = isinstance(remote, str) and remote.isdecimal()
    return Receipt(str(reply.status), remote if is_number else None, left_out)
