"""docs/guide/ways-in.md says the same in both languages, and nothing that `gcam push` would refuse.

What it says of ffmpeg and curl is run in integration/test_push_http.py.
"""

from __future__ import annotations

import shlex

import pytest

from gcam_addon.cli import build_parser
from gcam_addon.push.cli_push import KEY_VARIABLE, target_of
from tests.support.recipes import recipes

RECIPES = recipes("ways-in.md")


def test_both_languages_have_the_same_recipes() -> None:
    assert list(recipes("ways-in.fr.md")) == list(RECIPES)
    assert {line.split()[0] for line in RECIPES} == {"export", "gcam", "ffmpeg", "curl"}


def test_what_is_to_be_written_of_gcam_push_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    (key,) = [line.removeprefix("export ") for line in RECIPES if line.startswith("export ")]
    name, _, value = key.partition("=")
    assert name == KEY_VARIABLE
    monkeypatch.setenv(name, value)
    for recipe in RECIPES:
        if recipe.startswith("gcam "):
            arguments = shlex.split(recipe)[1:]
            target = target_of(build_parser(arguments).parse_args(arguments))
            assert (target.host, target.port, target.camera_id) == ("HOST", 8485, "ID"), recipe
