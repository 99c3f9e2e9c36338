"""Alerts on their way out: to a real mail server, and to HTTP servers that answer as the services do."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gcam_addon.channels import channel_for, mail
from gcam_addon.channels.files import MOST_CLIP_BYTES
from gcam_addon.channels.forbidden import is_forbidden
from gcam_addon.config.alert_model import (
    ChannelSettings,
    DiscordSettings,
    MailSecurity,
    MailSettings,
    NtfySettings,
    TelegramSettings,
    WebhookSettings,
)
from gcam_addon.errors import ChannelError, ChannelRefused
from gcam_addon.model.alerts import Followed, Importance, Letter, Receipt
from tests.support.apps import running
from tests.support.certificates import self_made
from tests.support.mail_server import PASSWORD, USER, mail_server
from tests.support.waiting import patience

LETTER = Letter(
    "motion/e1/r/d/first",
    1_700_000_000.0,
    "Une personne : Porte d'entrée",
    "À 22:13:20, dans : Allée.\nDepuis la dernière alerte …",
    language="fr",
    picture=b"\xff\xd8 a picture \xff\xd9" * 50,
    link="https://gcam.example/#/events?camera=door",
)


@asynccontextmanager
async def sending(settings: ChannelSettings) -> AsyncIterator[Callable[[Letter], Awaitable[Receipt]]]:
    channel = channel_for(settings)
    try:
        yield channel.send
    finally:
        await channel.close()


def _clip(folder: Path, size: int = 3000) -> Letter:
    path = folder / "22-13-15.mp4"
    path.write_bytes(b"m" * size)
    follows = Followed(LETTER.key, "77")
    return replace(LETTER, key="motion/e1/r/d/clip", picture=b"", clip=path, follows=follows)


# E-mail


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context whose certificate this machine trusts."""
    context = self_made(tmp_path)
    certificate = str(tmp_path / "certificate.pem")
    monkeypatch.setattr(mail, "_trusting", lambda: ssl.create_default_context(cafile=certificate))
    return context


def _mail(port: int, **changes: Any) -> MailSettings:
    fields: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": USER,
        "to": ("owner@example.org",),
        "user": USER,
        "password": PASSWORD,
    }
    return MailSettings(**(fields | changes))


def _plain(port: int, **changes: Any) -> MailSettings:
    return _mail(port, security=MailSecurity.NONE, user=None, password=None, **changes)


async def test_a_mail_shows_the_picture_within_its_text(trusted: ssl.SSLContext) -> None:
    async with mail_server(trusted) as server, sending(_mail(server.port)) as send:
        receipt = await send(LETTER)

    (message,) = server.received
    shown = message.get_body(("related", "html"))
    plain = message.get_body(("plain",))
    assert message["Subject"] == LETTER.title
    assert message["From"].addresses[0].addr_spec == USER
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == receipt.remote
    assert plain is not None
    assert LETTER.text in plain.get_content().replace("\r\n", "\n")
    assert shown is not None
    (html, picture) = shown.iter_parts()
    assert picture.get_content() == LETTER.picture
    assert picture["Content-ID"].strip("<>") in html.get_content()
    assert 'lang="fr"' in html.get_content()
    assert "4711" in receipt.said


async def test_the_clip_answers_the_same_thread(trusted: ssl.SSLContext, tmp_path: Path) -> None:
    async with mail_server(trusted) as server, sending(_mail(server.port)) as send:
        first = await send(LETTER)
        clip = _clip(tmp_path)
        await send(replace(clip, follows=Followed(LETTER.key, first.remote)))

    picture, answer = server.received
    (attached,) = answer.iter_attachments()
    assert answer["In-Reply-To"] == picture["Message-ID"]
    assert answer["Subject"] == f"Re: {LETTER.title}"
    assert (attached.get_content_type(), attached.get_content()) == ("video/mp4", b"m" * 3000)


async def test_a_repeat_can_be_told_by_its_id() -> None:
    async with mail_server() as server, sending(_plain(server.port)) as send:
        await send(LETTER)
        await send(LETTER)

    assert len({message["Message-ID"] for message in server.received}) == 1


async def test_a_clip_larger_than_the_server_takes_is_left_out_and_that_is_told(tmp_path: Path) -> None:
    async with mail_server(size=20_000) as server, sending(_plain(server.port)) as send:
        receipt = await send(_clip(tmp_path, 100_000))

    (message,) = server.received
    assert list(message.iter_attachments()) == []
    assert receipt.left_out == ("clip.mp4",)


async def test_one_of_two_receivers_who_is_refused_is_told(trusted: ssl.SSLContext) -> None:
    async with mail_server(trusted) as server:
        server.answers["nobody@example.org"] = "550 no such user"
        to = ("owner@example.org", "nobody@example.org")
        async with sending(_mail(server.port, to=to)) as send:
            receipt = await send(LETTER)

    assert len(server.received) == 1
    assert receipt.left_out == ("nobody@example.org",)


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such user", ChannelRefused), ("451 come back later", ChannelError)]
)
async def test_receivers_who_are_all_refused_for_good_or_for_now(
    answer: str, error: type[ChannelError]
) -> None:
    async with mail_server() as server, sending(_plain(server.port)) as send:
        server.answers["owner@example.org"] = answer
        with pytest.raises(error, match=answer) as caught:
            await send(LETTER)

    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("answer", "error"), [("554 looks like spam", ChannelRefused), ("452 full for now", ChannelError)]
)
async def test_a_mail_that_is_refused_for_good_or_for_now(answer: str, error: type[ChannelError]) -> None:
    async with mail_server() as server, sending(_plain(server.port)) as send:
        server.after_data = answer
        with pytest.raises(error, match=answer) as caught:
            await send(LETTER)

    assert type(caught.value) is error


async def test_a_wrong_password_is_named_and_never_shown(trusted: ssl.SSLContext) -> None:
    settings = _mail(1, password="not the password")
    async with mail_server(trusted) as server, sending(replace(settings, port=server.port)) as send:
        with pytest.raises(ChannelRefused, match="does not take this user and password: 535") as caught:
            await send(LETTER)

    assert "not the password" not in str(caught.value) + repr(settings)


async def test_a_certificate_that_nobody_trusts_is_told(tmp_path: Path) -> None:
    async with mail_server(self_made(tmp_path)) as server, sending(_mail(server.port)) as send:
        with pytest.raises(ChannelRefused, match=r"certificate of 127\.0\.0\.1 can't be trusted"):
            await send(LETTER)

    assert server.received == []


async def test_a_server_without_tls_is_given_no_password() -> None:
    async with mail_server() as server, sending(_mail(server.port)) as send:
        with pytest.raises(ChannelRefused, match="offers no STARTTLS"):
            await send(LETTER)


async def test_tls_from_the_first_byte(trusted: ssl.SSLContext) -> None:
    async with (
        mail_server(trusted, implicit=True) as server,
        sending(_mail(server.port, security=MailSecurity.TLS, user=None, password=None)) as send,
    ):
        await send(LETTER)

    assert len(server.received) == 1


async def test_a_server_that_is_not_there_or_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_PATIENCE_S", 0.2)
    gone = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = gone.sockets[0].getsockname()[1]
    gone.close()
    await gone.wait_closed()
    async with sending(_plain(port)) as send:
        with pytest.raises(ChannelError, match=r"127\.0\.0\.1 can't be reached: Connection refused"):
            await send(LETTER)

    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with sending(_plain(listening.sockets[0].getsockname()[1])) as send:
        with pytest.raises(ChannelError, match="does not answer"):
            await send(LETTER)
    async with patience():
        await left.wait()
    listening.close()
    await listening.wait_closed()


# By HTTP


@dataclass
class Service:
    """Answers as it is told to, in turn; the last answer for ever. Keeps what was asked."""

    answers: list[web.Response] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], dict[str, str], dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = {}
        if request.content_type == "multipart/form-data":
            async for part in await request.multipart():  # type: ignore[union-attr]
                body[part.name] = bytes(await part.read())  # type: ignore[union-attr]
        else:
            body["raw"] = await request.read()
        self.asked.append((request.method, request.path, dict(request.query), dict(request.headers), body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


@asynccontextmanager
async def service(*answers: tuple[int, Any], headers: dict[str, str] | None = None) -> AsyncIterator[Service]:
    made = Service([web.json_response(body, status=status, headers=headers) for status, body in answers])
    app = web.Application(client_max_size=100_000_000)
    app.router.add_route("*", "/{rest:.*}", made.handle)
    async with running(app) as port:
        made.url = f"http://127.0.0.1:{port}"
        yield made


async def test_ntfy_has_the_picture_and_its_words_in_any_script(tmp_path: Path) -> None:
    async with service((200, {"id": "n1"})) as there:
        settings = NtfySettings("my-topic", there.url, "tk_secret")
        async with sending(settings) as send:
            receipt = await send(replace(LETTER, importance=Importance.URGENT))
            await send(_clip(tmp_path))

    (first, clip) = there.asked
    method, path, query, headers, body = first
    assert (method, path, body["raw"]) == ("PUT", "/my-topic", LETTER.picture)
    assert (query["title"], query["message"], query["priority"]) == (LETTER.title, LETTER.text, "5")
    assert (query["click"], query["filename"]) == (LETTER.link, "picture.jpg")
    assert headers["Authorization"] == "Bearer tk_secret"
    assert clip[3]["X-Sequence-ID"] == headers["X-Sequence-ID"]
    assert clip[4]["raw"] == b"m" * 3000
    assert receipt.remote == "n1"
    assert "tk_secret" not in repr(settings) + receipt.said


async def test_ntfy_that_takes_no_file_of_this_size_is_told_in_words(tmp_path: Path) -> None:
    async with (
        service((413, {"error": "too large"}), (200, {"id": "n2"})) as there,
        sending(NtfySettings("topic", there.url)) as send,
    ):
        receipt = await send(_clip(tmp_path))

    assert there.asked[1][4]["raw"] == b""
    assert receipt.left_out == ("clip.mp4",)


async def test_telegrams_picture_becomes_the_clip(tmp_path: Path) -> None:
    taken = {"ok": True, "result": {"message_id": 77}}
    async with (
        service((200, taken)) as there,
        sending(TelegramSettings("1:secret", "-100", there.url)) as send,
    ):
        receipt = await send(LETTER)
        await send(_clip(tmp_path))

    (_, photo_path, _, _, photo), (_, clip_path, _, _, clip) = there.asked
    assert photo_path == "/bot1:secret/sendPhoto"
    assert photo["photo"] == LETTER.picture
    assert LETTER.title in photo["caption"].decode()
    assert receipt.remote == "77"
    assert clip_path == "/bot1:secret/editMessageMedia"
    assert clip["message_id"] == b"77"
    assert clip["file"] == b"m" * 3000


async def test_telegrams_message_that_is_gone_is_answered_by_a_new_one(tmp_path: Path) -> None:
    gone = {"ok": False, "error_code": 400, "description": "Bad Request: message to edit not found"}
    async with (
        service((400, gone), (200, {"ok": True, "result": {"message_id": 78}})) as there,
        sending(TelegramSettings("1:secret", "-100", there.url)) as send,
    ):
        receipt = await send(_clip(tmp_path))

    assert there.asked[1][1] == "/bot1:secret/sendVideo"
    assert receipt.remote == "78"


async def test_telegram_says_when_it_wants_to_be_asked_again() -> None:
    busy = {"ok": False, "error_code": 429, "parameters": {"retry_after": 33}}
    async with (
        service((429, busy)) as there,
        sending(TelegramSettings("1:secret", "-100", there.url)) as send,
    ):
        with pytest.raises(ChannelError) as caught:
            await send(LETTER)

    assert caught.value.retry_after_s == 33
    assert "secret" not in str(caught.value)


async def test_discords_picture_becomes_the_clip_and_nobody_is_mentioned(tmp_path: Path) -> None:
    async with service((200, {"id": "77"})) as there:
        settings = DiscordSettings(f"{there.url}/api/webhooks/1/secret")
        async with sending(settings) as send:
            await send(replace(LETTER, text="@everyone"))
            await send(_clip(tmp_path))

    (method, _, query, _, first), (clip_method, clip_path, _, _, clip) = there.asked
    told = json.loads(first["payload_json"])
    assert (method, query, first["files[0]"]) == ("POST", {"wait": "true"}, LETTER.picture)
    assert told["allowed_mentions"] == {"parse": []}
    assert (clip_method, clip_path) == ("PATCH", "/api/webhooks/1/secret/messages/77")
    assert clip["files[0]"] == b"m" * 3000
    assert "secret" not in repr(settings)


async def test_discord_without_the_message_or_room_for_the_clip(tmp_path: Path) -> None:
    async with (
        service((404, {}), (413, {"code": 40005}), (200, {"id": "78"})) as there,
        sending(DiscordSettings(f"{there.url}/hook")) as send,
    ):
        receipt = await send(_clip(tmp_path))

    assert [asked[0] for asked in there.asked] == ["PATCH", "POST", "POST"]
    assert receipt.left_out == ("clip.mp4",)


async def test_a_webhook_can_verify_who_sent_it(tmp_path: Path) -> None:
    letter = replace(LETTER, facts={"topic": "motion", "camera": "door", "what": ["person"]})
    async with service((200, {})) as there, sending(WebhookSettings(f"{there.url}/hook", "shared")) as send:
        await send(letter)
        await send(_clip(tmp_path))

    (_, _, _, headers, body), (_, _, _, _, clip) = there.asked
    told = json.loads(body["letter"])
    signed = f"{headers['X-Gcam-Timestamp']}.".encode() + body["letter"]
    signature = hmac.new(b"shared", signed, hashlib.sha256).hexdigest()
    assert headers["X-Gcam-Signature"] == f"sha256={signature}"
    assert told["file"] == {"name": "picture.jpg", "sha256": hashlib.sha256(body["file"]).hexdigest()}
    assert (told["camera"], told["what"], told["follows"]) == ("door", ["person"], None)
    assert json.loads(clip["letter"])["follows"] == LETTER.key


@pytest.mark.parametrize(
    ("status", "error", "again"),
    [
        (401, ChannelRefused, None),
        (404, ChannelRefused, None),
        (410, ChannelRefused, None),
        (302, ChannelRefused, None),
        (429, ChannelError, 12.0),
        (500, ChannelError, 12.0),
        (503, ChannelError, 12.0),
    ],
)
async def test_what_a_server_says_decides_whether_it_is_tried_again(
    status: int, error: type[ChannelError], again: float | None
) -> None:
    headers = {"Retry-After": "12", "Location": "http://127.0.0.1:1/elsewhere"}
    async with (
        service((status, {"why": "because"}), headers=headers) as there,
        sending(WebhookSettings(f"{there.url}/secret-path")) as send,
    ):
        with pytest.raises(error, match=rf"127\.0\.0\.1 did not take it: {status}") as caught:
            await send(LETTER)

    assert type(caught.value) is error
    assert caught.value.retry_after_s == again
    assert "secret-path" not in str(caught.value)
    assert len(there.asked) == 1


async def test_a_server_that_is_not_there_is_named_without_its_secrets() -> None:
    async with service((200, {})) as there:
        url = f"{there.url}/secret-path"
    async with sending(WebhookSettings(url)) as send:
        with pytest.raises(ChannelError, match=r"127\.0\.0\.1 can't be reached: ") as caught:
            await send(LETTER)

    assert "secret-path" not in str(caught.value)


async def test_an_https_server_that_nobody_trusts(tmp_path: Path) -> None:
    app = web.Application()
    async with (
        running(app, tls=self_made(tmp_path)) as port,
        sending(WebhookSettings(f"https://127.0.0.1:{port}/hook")) as send,
    ):
        with pytest.raises(ChannelRefused, match=r"certificate of 127\.0\.0\.1 can't be trusted"):
            await send(LETTER)


async def test_a_clip_that_is_gone_is_told(tmp_path: Path) -> None:
    letter = _clip(tmp_path)
    assert letter.clip is not None
    letter.clip.unlink()
    async with sending(WebhookSettings("http://127.0.0.1:1/")) as send:
        with pytest.raises(ChannelRefused, match="recording can't be read"):
            await send(letter)


# What is meant badly, or too large


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "100.100.100.200", "0.0.0.0", "224.0.0.1"],
)
async def test_addresses_that_are_nobodys_service_are_not_asked(address: str) -> None:
    async with sending(WebhookSettings(f"http://{address}:9/latest/meta-data")) as send:
        with pytest.raises(ChannelError, match="is no address of a service"):
            await send(LETTER)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "192.168.1.7", "10.0.0.1", "fd12::7", "93.184.216.34"]
)
def test_services_in_the_house_and_outside_are(address: str) -> None:
    assert not is_forbidden(address)


async def test_a_secret_that_the_server_quotes_is_not_passed_on() -> None:
    async with service((401, {"unknown": "tk_very_secret", "topic": "my-topic"})) as there:
        settings = NtfySettings("my-topic", there.url, "tk_very_secret")
        async with sending(settings) as send:
            with pytest.raises(ChannelRefused, match=r"401 .*unknown.*\*\*\*") as caught:
                await send(LETTER)

    assert "tk_very_secret" not in str(caught.value)
    assert "my-topic" not in str(caught.value)


async def test_an_answer_in_pieces_is_read_whole() -> None:
    async def slowly(request: web.Request) -> web.StreamResponse:
        await request.read()
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b'{"id": ')
        for _ in range(100):  # turns of the loop that both ends are on: the first piece is there
            await asyncio.sleep(0)
        await answer.write(b'"4711"}')
        return answer

    app = web.Application()
    app.router.add_post("/hook", slowly)
    async with running(app) as port, sending(DiscordSettings(f"http://127.0.0.1:{port}/hook")) as send:
        receipt = await send(LETTER)

    assert receipt.remote == "4711"


@pytest.mark.parametrize("said", ['{"retry_after": NaN}', '{"retry_after": 1e999}', "[" * 60_000, "\x00"])
async def test_answers_that_mean_nothing_are_only_shown(said: str) -> None:
    app = web.Application()

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=429, text=said)

    app.router.add_post("/hook", answer)
    async with running(app) as port, sending(DiscordSettings(f"http://127.0.0.1:{port}/hook")) as send:
        with pytest.raises(ChannelError, match="did not take it: 429") as caught:
            await send(LETTER)

    assert caught.value.retry_after_s is None


async def test_a_number_that_is_none_does_not_become_part_of_an_address() -> None:
    async with (
        service((200, {"id": "../../elsewhere"})) as there,
        sending(DiscordSettings(f"{there.url}/hook?thread_id=5")) as send,
    ):
        assert (await send(LETTER)).remote is None
        await send(replace(LETTER, follows=Followed(LETTER.key, "77")))

    (_, _, first, *_), (_, path, second, *_) = there.asked
    assert path == "/hook/messages/77"
    assert (first["thread_id"], second["thread_id"]) == ("5", "5")


async def test_a_title_of_several_lines_stays_one_header() -> None:
    async with mail_server() as server, sending(_plain(server.port)) as send:
        await send(replace(LETTER, title="Motion: Door\r\nBcc: somebody@example.net"))

    (message,) = server.received
    assert message["Subject"] == "Motion: Door Bcc: somebody@example.net"
    assert message["Bcc"] is None


async def test_a_picture_that_is_refused_for_its_size_is_left_out() -> None:
    async with mail_server() as server, sending(_plain(server.port)) as send:
        server.refuse_larger = (4000, "552 5.3.4 too big")
        receipt = await send(replace(LETTER, picture=b"p" * 20_000))

    (message,) = server.received
    assert receipt.left_out == ("picture.jpg",)
    assert [
        part.get_content_type() for part in message.walk() if part.get_content_maintype() == "image"
    ] == []


async def test_a_picture_larger_than_the_mail_server_takes_is_left_out() -> None:
    async with mail_server(size=20_000) as server, sending(_plain(server.port)) as send:
        receipt = await send(replace(LETTER, picture=b"p" * 100_000))

    assert receipt.left_out == ("picture.jpg",)
    assert len(server.received) == 1


async def test_a_picture_of_a_shape_that_telegram_refuses_is_left_out() -> None:
    refusal = {"ok": False, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"}
    async with (
        service((400, refusal), (200, {"ok": True, "result": {"message_id": 5}})) as there,
        sending(TelegramSettings("1:a", "5", there.url)) as send,
    ):
        receipt = await send(LETTER)

    assert (receipt.remote, receipt.left_out) == ("5", ("picture.jpg",))
    assert [path for _, path, *_ in there.asked] == ["/bot1:a/sendPhoto", "/bot1:a/sendMessage"]


async def test_a_clip_that_nobody_could_take_is_not_even_read(tmp_path: Path) -> None:
    letter = _clip(tmp_path, 10)
    assert letter.clip is not None
    with letter.clip.open("r+b") as file:
        file.truncate(MOST_CLIP_BYTES + 1)  # a hole: no such room is needed
    async with service((200, {})) as there, sending(WebhookSettings(f"{there.url}/hook")) as send:
        receipt = await send(letter)

    assert receipt.left_out == ("clip.mp4",)
    assert "file" not in there.asked[0][4]
