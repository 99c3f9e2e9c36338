"""Every sentence that a person reads has a code, and is there in both languages with the same parameters."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from errno import ENOSPC
from functools import cache
from pathlib import Path

import pytest

import gcam_addon
from gcam_addon import errors
from gcam_addon.access.principal import Permission
from gcam_addon.errors import ConfigError, GcamError, NotFound
from gcam_addon.web.errors import error_response
from gcam_addon.words.reason import (
    LANGUAGES,
    Reason,
    because,
    catalogue,
    made_again,
    made_of,
    names_in,
    read_again,
    said_in,
    spaced,
    spoken,
)

ROOT = Path(gcam_addon.__file__).parent

FOR_THE_COMMAND_LINE = {
    "access/accounts.py": "gcam users",
    "access/cli_users.py": "gcam users",
    "access/store.py": "Gcam does not start",
    "analysis/cli_detect.py": "gcam detect",
    "analysis/plot.py": "gcam detect",
    "cli_run.py": "Gcam does not start",
    "config/folder.py": "Gcam does not start",
    "config/load.py": "Gcam does not start",
    "machine/step_down.py": "Gcam does not start",
    "mqtt/embedded.py": "Gcam does not start",
    "nodes/cli_worker.py": "typed by hand, which nobody does",
    "planning/cli_plan.py": "gcam plan",
    "push/cli_push.py": "gcam push",
    "saving/cli_save_events.py": "gcam save-events",
    "saving/folder.py": "gcam save-events",
    "saving/gcam.py": "gcam save-events",
    "saving/happened.py": "gcam save-events",
    "saving/saver.py": "gcam save-events",
    "saving/visit.py": "gcam save-events",
    "supervisor/load.py": "Gcam does not start",
    "web/server.py": "Gcam does not start",
}
"""Who reads these errors has a terminal or a log before them, which are English."""

BY_NUMBER = {
    *(f"right_{permission}" for permission in Permission),
    "camera_refuses",
    "camera_out_of_reach",
    "camera_without_route",
    "camera_down",
    "camera_broke_off",
    "camera_times_out",
}
"""Made as `Reason(...)`, from a value that comes from elsewhere."""


def test_both_languages_say_all_of_it_with_the_same_parameters() -> None:
    english, french = catalogue("en"), catalogue("fr")

    assert sorted(english) == sorted(french)
    differing = [code for code in english if names_in(english[code]) != names_in(french[code])]
    assert differing == []
    assert [code for code in english if english[code] == french[code] and _letters(english[code])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_stands_twice(language: str) -> None:
    """The later one would silently take the place of the other."""
    text = (ROOT / "words" / f"{language}.json").read_text()
    codes = [code for code, _ in json.loads(text, object_pairs_hook=list)]
    assert sorted(codes) == sorted(set(codes))


def _letters(sentence: str) -> str:
    """What is left without the parameters."""
    return re.sub(r"\{\{\w+\}\}|\W", "", sentence)


def test_every_sentence_that_is_used_is_there_with_these_parameters_and_no_other() -> None:
    wrong = []
    used = BY_NUMBER | _units()
    for where, call in _calls_of("because"):
        code_given, *others = call.args
        given = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
        for code in _texts(code_given):
            used.add(code)
            if code not in catalogue("en") or others or names_in(catalogue("en")[code]) != given:
                wrong.append(f"{where}: {code} with {sorted(given)}")

    assert wrong == []
    assert used - catalogue("en").keys() == set()
    assert {code for code in catalogue("en") if not code.startswith("os_")} - used == set()


def test_no_error_that_people_can_meet_is_raised_with_plain_english() -> None:
    composed = [
        f"{where}: {ast.unparse(call)[:100]}"
        for where, call in _calls_of(*_kinds_of_error())
        if call.args
        and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
        and where.split(":")[0] not in FOR_THE_COMMAND_LINE
        and not where.startswith("simulator/")
    ]

    assert composed == []


def test_no_finding_of_the_check_is_plain_english() -> None:
    composed = [
        f"{where}: {ast.unparse(call)[:100]}"
        for where, call in _calls_of("ok", "warning", "error")
        if where.startswith("check/")
        for said in call.args[1:]
        if isinstance(said, ast.Constant | ast.JoinedStr | ast.BinOp)
    ]

    assert composed == []


TOLD = {"reason", "problem", "notice", "why", "no_recording_reason", "remedy"}
"""Fields whose texts people read, in the API, over MQTT and on pages."""


def test_no_text_that_people_are_told_is_plain_english() -> None:
    composed = [
        f"{where}: {ast.unparse(given)[:100]}"
        for where, given in (*_given_as(TOLD), *_assigned_to(TOLD))
        if _is_text(given, _texts_named(where.split(":")[0]))
        and where.split(":")[0] not in FOR_THE_COMMAND_LINE
        if not where.startswith("simulator/")
    ]

    assert composed == []


def _given_as(names: set[str]) -> Iterator[tuple[str, ast.expr]]:
    for where, call in _all_calls():
        yield from ((where, keyword.value) for keyword in call.keywords if keyword.arg in names)


def _assigned_to(names: set[str]) -> Iterator[tuple[str, ast.expr]]:
    for path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and {_name(target) for target in node.targets} & names:
                yield f"{path}:{node.lineno}", node.value


def _texts_named(path: str) -> set[str]:
    """The module's own names of plain texts."""
    found = set()
    for node in dict(_modules())[path].body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_text(value, set()):
                found.add(name)
    return found


def _is_text(node: ast.expr, named: set[str]) -> bool:
    """Whether it is, or may become, a text that somebody wrote here; an empty one says nothing."""
    match node:
        case ast.Constant(value=str(text)):
            return bool(text)
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, right=right):
            return _is_text(left, named) or _is_text(right, named)
        case ast.BoolOp(values=values):
            return any(_is_text(value, named) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body, named) or _is_text(orelse, named)
        case ast.Name(id=name):
            return name in named
        case _:
            return False


def test_what_is_kept_beside_a_text_makes_it_a_reason_again() -> None:
    full = because("clip_timelapse", seconds=2.5)

    again = made_again(str(full), json.loads(json.dumps(made_of(full))))
    assert again == full
    assert said_in("fr", again) == "une image toutes les 2,5 s"
    assert (made_of("something moved"), made_again("something moved", None)) == (None, "something moved")


def test_what_was_told_as_a_reason_is_one_again() -> None:
    full = because("check_folder_unwritable", path="/data", why=OSError(ENOSPC, "No space"))
    several = because("check_camera_twice", names=("Door", "Garden"))

    for reason in (full, several):
        again = read_again(json.loads(json.dumps(reason.as_json())))
        assert again is not None
        assert (again, again.in_language("fr")) == (reason, reason.in_language("fr"))
    assert [
        read_again(told) for told in (None, "no space", {"code": "of another version", "params": {}})
    ] == [None] * 3


def test_an_error_says_in_english_what_its_reason_does() -> None:
    error = NotFound(because("no_camera", camera="door"))

    assert str(error) == "there is no camera door"
    assert error.reason is not None
    assert error.reason.in_language("fr") == "la caméra door n’existe pas"
    assert error.reason.in_language("nl") == "there is no camera door"


def test_a_reason_may_hold_another_one_a_list_and_what_the_system_said() -> None:
    full = ConfigError(because("cameras_unwritable", path=Path("/data"), why=OSError(ENOSPC, "No space")))
    reason = because("backup_camera", why=full)

    assert "il n’y a plus de place" in reason.in_language("fr")
    assert reason.as_json() == {
        "code": "backup_camera",
        "params": {
            "why": {
                "code": "cameras_unwritable",
                "params": {"path": "/data", "why": {"code": "os_enospc", "params": {}}},
            }
        },
    }
    rights = because("right_lacking", name="Ada", rights=(Reason("right_view"), Reason("right_control")))
    assert "voir, commander" in rights.in_language("fr")


def test_the_api_tells_the_reason_and_its_parameters_beside_the_english_text() -> None:
    answer = error_response(NotFound(because("no_camera", camera="door")))

    assert answer.text is not None
    assert json.loads(answer.text)["error"] == {
        "code": "not_found",
        "message": "there is no camera door",
        "reason": "no_camera",
        "params": {"camera": "door"},
    }


def test_french_signs_are_not_left_alone_on_a_new_line() -> None:
    assert spaced("est-elle «\u00a0là\u00a0» : oui ! {{share}} % ?", "fr") == (
        "est-elle «\u202flà\u202f»\u202f: oui\u202f! {{share}}\u202f%\u202f?"
    )
    assert spaced("@ s’écrit %40, / %2F", "fr") == "@ s’écrit %40, / %2F"
    assert spaced("is that so : yes", "en") == "is that so : yes"
    assert [one for one in catalogue("fr").values() if " :" in one or " ?" in one] == []
    name = because("check_camera_keyless", name="Porte : nord").in_language("fr")
    assert name.startswith("Porte : nord ")  # what people typed is theirs


def test_plain_text_stays_what_it_is() -> None:
    assert GcamError("only a log shows this").reason is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_texts(language: str) -> None:
    assert all(isinstance(sentence, str) and sentence.strip() for sentence in catalogue(language).values())


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca,en;q=0.5", "fr"),
        ("de, fr;q=0.4, en;q=0.8", "en"),
        ("de,es;q=0.9", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        ("fre,francais", "en"),
        ("fr;q=wrong", "en"),
        ("fr ; q=0.9 , en ; q=0.2", "fr"),
        pytest.param("fr" + 300_000 * " " + "x", "en", id="blanks that take as long as they are"),
    ],
)
def test_a_visitor_is_answered_in_the_language_they_like_best(accepted: str, language: str) -> None:
    assert spoken(accepted) == language


def test_who_likes_none_of_ours_is_answered_as_the_owner_chose() -> None:
    assert (spoken("de", "fr"), spoken("en", "fr"), spoken("en,fr", "fr")) == ("fr", "en", "fr")


def _calls_of(*names: str) -> Iterator[tuple[str, ast.Call]]:
    return ((where, call) for where, call in _all_calls() if _name(call.func) in names)


@cache
def _all_calls() -> Sequence[tuple[str, ast.Call]]:
    return [
        (f"{path}:{node.lineno}", node)
        for path, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


@cache
def _modules() -> Sequence[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(ROOT.rglob("*.py"))
    ]


def test_numbers_are_left_to_the_language() -> None:
    """`4.2` is `4,2` in French: a number that is made a text before it is said stays English."""
    formatted = [
        f"{where}: {ast.unparse(keyword.value)}"
        for where, call in _calls_of("because")
        for keyword in call.keywords
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.FormattedValue) and part.format_spec and _is_of_a_number(part.format_spec)
    ]
    assert formatted == []
    assert because("motion_seen", score=4.2, place="").in_language("fr").startswith("4,2\u202f%")
    assert because("in_mb", size=1500000.0).in_language("en").startswith("1500000 ")


def _is_of_a_number(spec: ast.expr) -> bool:
    texts = [part.value for part in ast.walk(spec) if isinstance(part, ast.Constant)]
    return re.fullmatch(r"[-+ ,_.\d]*[defgn%,_]", "".join(map(str, texts))) is not None


def _units() -> set[str]:
    """What numbers among the settings are counted in."""
    arguments = (argument for _, call in _calls_of("number", "whole", "one_of") for argument in call.args[1:])
    texts = (argument.value for argument in arguments if isinstance(argument, ast.Constant))
    return {"unit_" + re.sub(r"\W+", "_", text) for text in texts if isinstance(text, str) and text}


def _kinds_of_error() -> set[str]:
    named = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, GcamError)
    }
    return named | {"RequestError", "NewerVersion"}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*_texts(node.body), *_texts(node.orelse)]
        case _:
            return [f"?{ast.unparse(node)}"]
