"""Telegram's Bot API: the picture with its text, which becomes the clip when there is one.

https://core.telegram.org/bots/api: sendPhoto, editMessageMedia, sendMessage; its errors say `retry_after`.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from gcam_addon.channels.files import CLIP, Content, content_of
from gcam_addon.channels.http import HttpCaller, Reply, seconds
from gcam_addon.config.alert_model import TelegramSettings
from gcam_addon.errors import ChannelError
from gcam_addon.model.alerts import Importance, Letter, Receipt
from gcam_addon.words.reason import because

_MOST_CAPTION = 1024
_MOST_TEXT = 4096


class TelegramChannel:
    """interfaces.Channel."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._http = HttpCaller(settings.token)

    async def send(self, letter: Letter) -> Receipt:
        content = await content_of(letter)
        if not content.data:
            return await self._said(letter, content.left_out)
        reply: Reply | None = None
        if content.name == CLIP and letter.follows and letter.follows.remote:
            reply = await self._in_its_place(letter, content, letter.follows.remote)
        if reply is None or reply.status == 400:  # the picture's message is gone, or too old to be changed
            reply = await self._beside(letter, content)
        if reply.is_too_large or reply.status == 400:  # of a shape that it does not take, perhaps
            return await self._said(letter, content.without().left_out)
        return self._taken(reply)

    async def close(self) -> None:
        await self._http.close()

    async def _in_its_place(self, letter: Letter, content: Content, message: str) -> Reply:
        media = {"type": "video", "media": "attach://file", "caption": _caption(letter)}
        fields = {"chat_id": self._settings.chat, "message_id": message, "media": json.dumps(media)}
        return await self._call("editMessageMedia", fields, ("file", content))

    async def _beside(self, letter: Letter, content: Content) -> Reply:
        method, part = ("sendVideo", "video") if content.name == CLIP else ("sendPhoto", "photo")
        return await self._call(method, self._common(letter) | {"caption": _caption(letter)}, (part, content))

    async def _said(self, letter: Letter, left_out: tuple[str, ...] = ()) -> Receipt:
        fields = self._common(letter) | {"text": _text(letter)[:_MOST_TEXT]}
        receipt = self._taken(await self._call("sendMessage", fields))
        return Receipt(receipt.said, receipt.remote, left_out)

    def _common(self, letter: Letter) -> dict[str, str]:
        fields = {"chat_id": self._settings.chat}
        if letter.importance is Importance.QUIET:
            fields["disable_notification"] = "true"
        if letter.follows and letter.follows.remote:
            there = {"message_id": int(letter.follows.remote), "allow_sending_without_reply": True}
            fields["reply_parameters"] = json.dumps(there)
        return fields

    async def _call(
        self, method: str, fields: dict[str, str], file: tuple[str, Content] | None = None
    ) -> Reply:
        form, size = aiohttp.FormData(), 0
        for name, value in fields.items():
            form.add_field(name, value)
        if file is not None:
            part, content = file
            size, kind = len(content.data), "application/octet-stream"
            form.add_field(part, content.data, filename=content.name, content_type=kind)
        url = f"{self._settings.server}/bot{self._settings.token}/{method}"
        return await self._http.call("POST", url, form, size=size)

    def _taken(self, reply: Reply) -> Receipt:
        """Raises `ChannelError`."""
        told: Any = reply.json.get("parameters")
        again = seconds(told.get("retry_after")) if isinstance(told, dict) else None
        if reply.status == 429 and again is not None:
            why = because("channel_refused", host=reply.host, answer=reply.shown)
            raise ChannelError(why, retry_after_s=again)
        reply.require_taken()
        result = reply.json.get("result")
        message = result.get("message_id") if isinstance(result, dict) else None
        is_number = isinstance(message, int) and not isinstance(message, bool)
        return Receipt(str(reply.status), str(message) if is_number else None)


def _text(letter: Letter) -> str:
    return "\n".join(part for part in (letter.title, letter.text, letter.link) if part)


def _caption(letter: Letter) -> str:
    return _text(letter)[:_MOST_CAPTION]
