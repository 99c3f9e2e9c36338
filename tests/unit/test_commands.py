"""The commands of `gcam`: each is there, and loads nothing of the others."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gcam_addon.cli import COMMANDS, build_parser


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser([name]).parse_args([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: gcam {name} ")


def test_all_are_listed() -> None:
    listing = build_parser([]).format_help()
    people = [name for name, command in COMMANDS.items() if command.help is not None]
    listed = [line.split()[0] for line in listing.splitlines() if re.match(r" {4}\w", line)]
    assert listed == people
    assert "    worker" not in listing, "Gcam's own"


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (["--version"], ["aiohttp", "cv2", "numpy", "sqlalchemy"]),
        (["simulate"], ["aiohttp", "sqlalchemy"]),
        (["probe"], ["sqlalchemy"]),
        (["save-events"], ["cv2", "numpy", "sqlalchemy"]),
        (["run"], ["alembic", "gcam_addon.simulator"]),
    ],
)
def test_what_a_command_does_not_need_is_not_loaded(arguments: list[str], spared: list[str]) -> None:
    looks = (
        f"import sys\nfrom gcam_addon.cli import build_parser\nbuild_parser({arguments})\n"
        f"print([name for name in {spared} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_process_does_not_look_through_all_it_imported_once_more_when_it_ends() -> None:
    """That takes longer than the stop itself. While it runs, garbage is looked for as ever."""
    looks = (
        "import atexit, gc, sys\nfrom gcam_addon.__main__ import run\nsys.argv[1:] = ['simulate', '--help']\n"
        "looked_through = lambda: len(gc.get_objects()) / gc.get_freeze_count()\n"
        "atexit.register(lambda: print(gc.isenabled(), looked_through() < 0.1))\nrun()"
    )
    told = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "True True"
