"""E-mail: the picture in the text, the clip as an answer on the same thread.

aiosmtplib's errors, and those of TLS, which it lets through, become `ChannelError` here and nowhere else.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from hashlib import sha256
from html import escape

import aiosmtplib

from gcam_addon.channels.files import PICTURE, Content, content_of
from gcam_addon.config.alert_model import MailSecurity, MailSettings
from gcam_addon.errors import ChannelError, ChannelRefused
from gcam_addon.model.alerts import Importance, Letter, Receipt
from gcam_addon.words.reason import because

_PATIENCE_S = 30.0
_SLOWEST_BYTES_PER_S = 20_000
_TOO_LARGE = 552
_MOST_CLIP_BYTES = 18 * 1000 * 1000
"""Most providers take 25 MB, of which base64 needs a third; a server that takes less says so."""


class MailChannel:
    """interfaces.Channel. A connection per letter: servers drop those that wait."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, letter: Letter) -> Receipt:
        content = await content_of(letter, _MOST_CLIP_BYTES)
        patience_s = _PATIENCE_S + len(content.data) * 1.4 / _SLOWEST_BYTES_PER_S
        with self._translated():
            async with asyncio.timeout(patience_s):
                return await self._sent(letter, content, patience_s)
        raise AssertionError

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _sent(self, letter: Letter, content: Content, patience_s: float) -> Receipt:
        written = await asyncio.to_thread(self._written, letter, content)
        client = self._client()
        await client.connect()
        try:
            await self._introduce(client)
            if content.data and not _fits(written, client.esmtp_extensions):
                content = content.without()
                written = await asyncio.to_thread(self._written, letter, content)
            try:
                refused, answer = await self._handed_over(client, written, patience_s)
            except aiosmtplib.SMTPResponseException as error:
                if error.code != _TOO_LARGE or not content.data:
                    raise
                content = content.without()
                written = await asyncio.to_thread(self._written, letter, content)
                refused, answer = await self._handed_over(client, written, patience_s)
            return Receipt(answer, self._id(letter.key), content.left_out + tuple(refused))
        finally:
            await _quit(client)

    async def _handed_over(
        self, client: aiosmtplib.SMTP, written: bytes, patience_s: float
    ) -> tuple[list[str], str]:
        """Who of several was refused, and the server's answer."""
        settings = self._settings
        refused, answer = await client.sendmail(
            settings.sender, list(settings.to), written, timeout=patience_s
        )
        return list(refused), answer

    def _client(self) -> aiosmtplib.SMTP:
        is_tls = self._settings.security is MailSecurity.TLS
        return aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            use_tls=is_tls,
            start_tls=False,
            tls_context=_trusting() if is_tls else None,
            timeout=_PATIENCE_S,
        )

    async def _introduce(self, client: aiosmtplib.SMTP) -> None:
        """Nothing secret is said before the line is secured."""
        await client.ehlo()
        if self._settings.security is MailSecurity.STARTTLS:
            if not client.supports_extension("starttls"):
                raise ChannelRefused(because("mail_no_starttls", host=self._settings.host))
            await client.starttls(tls_context=_trusting())
            await client.ehlo()
        if self._settings.user is not None and self._settings.password is not None:
            await client.login(self._settings.user, self._settings.password)

    def _written(self, letter: Letter, content: Content) -> bytes:
        """Blocking: base64 of a clip."""
        message = EmailMessage(policy=SMTP_POLICY)
        self._address(message, letter)
        message.set_content("\n\n".join(part for part in (letter.text, letter.link) if part) + "\n")
        message.add_alternative(_html(letter, has_picture=content.name == PICTURE), subtype="html")
        if content.name == PICTURE:
            shown = message.get_payload()[1]  # type: ignore[index]  # the HTML, a part of its own
            shown.add_related(  # type: ignore[union-attr]
                content.data, "image", "jpeg", cid=f"<{_PICTURE_ID}>", filename=PICTURE, disposition="inline"
            )
        elif content.data:
            message.add_attachment(content.data, "video", "mp4", filename=content.name)
        return message.as_bytes()

    def _address(self, message: EmailMessage, letter: Letter) -> None:
        user, _, domain = self._settings.sender.rpartition("@")
        message["From"] = Address("Gcam", user, domain)
        message["To"] = ", ".join(self._settings.to)
        title = " ".join(letter.title.split())  # a header is one line
        message["Subject"] = f"Re: {title}" if letter.follows else title
        message["Date"] = format_datetime(datetime.fromtimestamp(letter.at, UTC).astimezone())
        message["Message-ID"] = self._id(letter.key)
        if letter.follows:
            first = letter.follows.remote or self._id(letter.follows.key)
            message["In-Reply-To"] = message["References"] = first
        message["Auto-Submitted"] = "auto-generated"
        message["List-Id"] = f"Gcam <alerts.gcam.{domain}>"
        if letter.importance is Importance.URGENT:
            message["X-Priority"] = "1"
            message["Importance"] = "high"

    def _id(self, key: str) -> str:
        """The same for the same letter, so that a repeat is known as one."""
        domain = self._settings.sender.rpartition("@")[2]
        return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        host = self._settings.host
        try:
            yield
        except ssl.SSLError as error:
            raise ChannelRefused(because("channel_certificate", host=host, why=_why(error))) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise ChannelRefused(because("mail_login", host=host, answer=_answer(error))) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [one.code for one in error.recipients]
            told = ", ".join(f"{one.recipient}: {_answer(one)}" for one in error.recipients)
            kind = ChannelError if all(code < 500 for code in codes) else ChannelRefused
            raise kind(because("mail_recipients", host=host, answer=told)) from error
        except aiosmtplib.SMTPResponseException as error:
            kind = ChannelError if error.code < 500 else ChannelRefused
            raise kind(because("channel_refused", host=host, answer=_answer(error))) from error
        except (TimeoutError, aiosmtplib.SMTPTimeoutError) as error:
            raise ChannelError(because("channel_silent", host=host)) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise ChannelRefused(because("mail_not_offered", host=host, why=str(error))) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ChannelError(because("channel_unreachable", host=host, why=_cause(error))) from error


_PICTURE_ID = "picture@gcam"


def _trusting() -> ssl.SSLContext:
    """Those the machine trusts."""
    return ssl.create_default_context()


async def _quit(client: aiosmtplib.SMTP) -> None:
    """The letter is over, whatever the server makes of the farewell."""
    try:
        async with asyncio.timeout(2):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        client.close()


def _fits(written: bytes, extensions: Mapping[str, str]) -> bool:
    """As far as the server says; what it does not say it refuses."""
    told = extensions.get("size", "")
    limit = int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0
    return not limit or len(written) <= limit


def _answer(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"[:300]


def _why(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)


def _cause(error: Exception) -> BaseException | str:
    """The system's word for it, where there is one."""
    cause = error.__cause__ or error
    return cause if str(cause) else type(cause).__name__


def _html(letter: Letter, *, has_picture: bool) -> str:
    text = escape(letter.text).replace("\n", "<br>")
    parts = [f"<p>{text}</p>"]
    if has_picture:
        parts.append(f'<p><img src="cid:{_PICTURE_ID}" alt="" style="max-width:100%"></p>')
    if letter.link:
        link = escape(letter.link, quote=True)
        parts.append(f'<p><a href="{link}">{link}</a></p>')
    return f'<!DOCTYPE html><html lang="{letter.language}"><body>{"".join(parts)}</body></html>'
