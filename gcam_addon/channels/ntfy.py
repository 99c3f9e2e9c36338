"""ntfy: the picture as an attachment, and the clip in its place when there is one.

https://docs.ntfy.sh/publish/: what is not the attachment stands in the query, where it may be in any script.
"""

from __future__ import annotations

from hashlib import sha256

from gcam_addon.channels.files import Content, content_of
from gcam_addon.channels.http import HttpCaller, Reply
from gcam_addon.config.alert_model import NtfySettings
from gcam_addon.model.alerts import Importance, Letter, Receipt

_PRIORITIES = {Importance.QUIET: "2", Importance.NORMAL: "4", Importance.URGENT: "5"}
_MOST_TEXT_BYTES = 4000


class NtfyChannel:
    """interfaces.Channel. What follows a letter has its sequence id: newer servers show it in its place,
    older ones beside it.
    """

    def __init__(self, settings: NtfySettings) -> None:
        self._settings = settings
        self._http = HttpCaller(settings.token, settings.topic)

    async def send(self, letter: Letter) -> Receipt:
        content = await content_of(letter)
        reply = await self._put(letter, content)
        if reply.is_too_large and content.data:
            content = content.without()
            reply = await self._put(letter, content)
        reply.require_taken()
        return Receipt(reply.shown, str(reply.json.get("id") or "") or None, content.left_out)

    async def close(self) -> None:
        await self._http.close()

    async def _put(self, letter: Letter, content: Content) -> Reply:
        first = letter.follows.key if letter.follows else letter.key
        params = {
            "title": letter.title,
            "message": letter.text.encode()[:_MOST_TEXT_BYTES].decode(errors="ignore"),
            "priority": _PRIORITIES[letter.importance],
        }
        if content.name:
            params["filename"] = content.name
        if letter.link:
            params["click"] = letter.link
        headers = {"X-Sequence-ID": sha256(first.encode()).hexdigest()[:32]}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        url = f"{self._settings.server}/{self._settings.topic}"
        size = len(content.data)
        return await self._http.call("PUT", url, content.data, size=size, params=params, headers=headers)
