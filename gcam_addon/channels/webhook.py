"""Somebody's own program: a form with the letter as JSON and its picture or clip; docs/ref/webhook.md."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import aiohttp
from yarl import URL

from gcam_addon.channels.files import CLIP, Content, content_of
from gcam_addon.channels.http import HttpCaller
from gcam_addon.config.alert_model import WebhookSettings
from gcam_addon.model.alerts import Letter, Receipt

SIGNATURE = "X-Gcam-Signature"
TIMESTAMP = "X-Gcam-Timestamp"


class WebhookChannel:
    """interfaces.Channel."""

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings
        self._http = HttpCaller(settings.url, URL(settings.url).path_qs, settings.secret)

    async def send(self, letter: Letter) -> Receipt:
        content = await content_of(letter)
        told = json.dumps(_told(letter, content))
        form = aiohttp.FormData()
        form.add_field("letter", told, content_type="application/json")
        if content.data:
            media_type = "video/mp4" if content.name == CLIP else "image/jpeg"
            form.add_field("file", content.data, filename=content.name, content_type=media_type)
        headers, size = self._signed(told), len(content.data)
        reply = await self._http.call("POST", self._settings.url, form, size=size, headers=headers)
        reply.require_taken()
        return Receipt(reply.shown, left_out=content.left_out)

    async def close(self) -> None:
        await self._http.close()

    def _signed(self, told: str) -> dict[str, str]:
        if self._settings.secret is None:
            return {}
        now = str(int(time.time()))
        signature = hmac.new(self._settings.secret.encode(), f"{now}.{told}".encode(), hashlib.sha256)
        return {TIMESTAMP: now, SIGNATURE: f"sha256={signature.hexdigest()}"}


def _told(letter: Letter, content: Content) -> dict[str, Any]:
    digest = hashlib.sha256(content.data).hexdigest()
    file = {"name": content.name, "sha256": digest} if content.data else None
    return {
        "id": letter.key,
        "follows": letter.follows and letter.follows.key,
        "at": letter.at,
        "title": letter.title,
        "text": letter.text,
        "importance": str(letter.importance),
        "link": letter.link,
        "file": file,
        **letter.facts,
    }
