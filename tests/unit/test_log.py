"""Log lines for people and machines: the camera is named, a secret never is."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.log.setup import JsonFormatter, TextFormatter, camera_logger, redact, set_up_logging

SECRET = "hunter2geheim"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in ("asyncio", "aiohttp")}
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def set_up(*, level: str = "info", json_lines: bool = False, terminal: bool = False) -> io.StringIO:
    stream = Terminal() if terminal else io.StringIO()
    set_up_logging(level, json_lines=json_lines, stream=stream)
    return stream


def test_text_names_time_level_and_camera() -> None:
    stream = set_up()
    camera_logger("gcam_addon.x", "Front door").warning("lost after %d s", 3)
    time, _, rest = stream.getvalue().partition(" WARNING ")
    assert rest == "[Front door] lost after 3 s\n"
    assert len(time) == len("2025-03-01 07:15:02.123")


def test_text_is_coloured_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for terminal in (True, False):
        stream = set_up(terminal=terminal)
        logging.getLogger("x").error("bad")
        assert ("\x1b[31m" in stream.getvalue()) is terminal
    monkeypatch.setenv("NO_COLOR", "1")
    stream = set_up(terminal=True)
    logging.getLogger("x").error("bad")
    assert "\x1b" not in stream.getvalue()


def test_json_is_one_object_a_line_with_all_extras() -> None:
    stream = set_up(json_lines=True)
    camera_logger("gcam_addon.x", "Tür").error("no\npictures", extra={"code": "stalled", "password": SECRET})
    line = json.loads(stream.getvalue())
    assert stream.getvalue().count("\n") == 1
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "error",
        "logger": "gcam_addon.x",
        "message": "no\npictures",
        "camera": "Tür",
        "code": "stalled",
        "password": "***",
    }


def test_the_level_counts_and_libraries_are_quiet() -> None:
    stream = set_up(level="debug")
    logging.getLogger("gcam_addon").debug("ours")
    logging.getLogger("asyncio").debug("theirs")
    logging.getLogger("aiohttp.access").info("theirs")
    assert "ours" in stream.getvalue()
    assert "theirs" not in stream.getvalue()


def test_a_camera_can_neither_forge_a_line_nor_steer_the_terminal() -> None:
    stream = set_up()
    camera_logger("x", "a\nb").info("Server: %s", "evil\n2025-01-01 ERROR boo\x1b[2J")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("json_lines", [True, False])
def test_secrets_in_messages_arguments_and_tracebacks_are_hidden(json_lines: bool) -> None:
    stream = set_up(json_lines=json_lines)
    try:
        raise ValueError(f"http://admin:{SECRET}@cam/") from KeyError(f"password={SECRET}")
    except ValueError:
        logging.getLogger("x").exception("failed at %s", f"rtsp://u:{SECRET}@h", stack_info=True)
    assert SECRET not in stream.getvalue()
    assert "Traceback" in stream.getvalue()
    assert "***@cam/" in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"http://admin:{SECRET}@cam:81/stream",
        f"http://{SECRET}@cam",
        f"http://admin:{SECRET}/with/slashes@cam",
        f"http://admin:p@{SECRET}@cam",
        f"http://admin:it's{SECRET}@cam",
        f"http://cam/?password={SECRET}&x=1",
        f"http://cam/?access_token={SECRET}",
        f"http://cam/?user=a&pwd={SECRET}",
        f"{{'username': 'a', 'password': '{SECRET} with blanks'}}",
        f'{{"mqtt_password": "{SECRET} \\" quoted"}}',
        f"MqttSettings(host='h', password='{SECRET}')",
        f"Password: {SECRET}",
        f"Authorization: Basic {SECRET}==",
        f"authorization: bearer {SECRET}",
    ],
)
def test_redact_hides(text: str) -> None:
    assert SECRET not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://192.168.1.50:81/stream?a=b is unreachable",
        "the camera wants a password; set it in cameras.json",
        "Basic settings were read",
        "2.3 % of the picture moved, bottom left",
    ],
)
def test_redact_leaves_ordinary_sentences_alone(text: str) -> None:
    assert redact(text) == text


_quiet = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)


@given(_quiet, _quiet, _quiet)
def test_no_url_shows_its_password(user: str, tail: str, path: str) -> None:
    text = f"GET http://{user}:{SECRET}{tail}@cam/{path} failed"
    assert SECRET not in redact(text)


@given(st.text())
def test_any_message_can_be_logged(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, text, None, None)
    record.camera = text
    assert "\n" not in TextFormatter().format(record)
    assert json.loads(JsonFormatter().format(record))["level"] == "info"


def test_lone_surrogates_reach_a_utf8_stream() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "utf-8")
    for json_lines in (True, False):
        set_up_logging("info", json_lines=json_lines, stream=stream)
        logging.getLogger("x").info("\ud800")
    stream.flush()
    assert raw.getvalue().count(b"\n") == 2


def test_a_message_made_to_take_long_takes_no_time() -> None:
    assert redact("://" * 100_000) == "://" * 100_000
    assert redact("http://a:b@" * 10_000 + "cam/x y@z") == "http://***@cam/x y@z"
