"""Configurations as people write them, taken by ESPHome itself, in its own Python (`scripts/firmware test`).

The project's repository on GitHub is answered by a scratch copy of this checkout's `firmware/`: what is
tested is to the letter what people write, without the internet.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from esphome import loader
from esphome.__main__ import generate_cpp_contents
from esphome.config import read_config
from esphome.core import CORE

FIRMWARE = Path(__file__).resolve().parents[2]
BOARDS = sorted(path.stem for path in (FIRMWARE / "boards").glob("*.yaml"))
URL = "https://github.com/gcam-project/gcam"
SECRETS = """
wifi_ssid: home
wifi_password: only-for-tests
porch_token: 0123456789abcdef-0123456789ABCDEF
porch_key: porch:0123456789
porch_ap: only-for-tests
"""


@dataclass
class Built:
    """A configuration that ESPHome took, or what it said where it did not."""

    config: dict[str, Any] | None
    said: str
    warnings: list[str]

    def __getitem__(self, key: str) -> Any:
        assert self.config is not None, self.said
        return self.config[key]

    @property
    def code(self) -> str:
        """The C++ that is made of it."""
        assert self.config is not None, self.said
        generate_cpp_contents(self.config)
        return CORE.cpp_main_section

    @property
    def sdkconfig(self) -> dict[str, Any]:
        """ESP-IDF's options; those that only code generation sets come with `code`."""
        return CORE.data["esp32"]["sdkconfig_options"]


Build = Callable[..., Built]


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is on GitHub: this checkout's firmware, committed as `main`."""
    folder = tmp_path_factory.mktemp("github") / "gcam.git"
    left_out = shutil.ignore_patterns("tests", "__pycache__", ".esphome")
    shutil.copytree(FIRMWARE, folder / "firmware", ignore=left_out)
    who = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@a",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@a",
    }
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "as it is here"]):
        subprocess.run(["git", *command], cwd=folder, check=True, env=os.environ | who)
    folder.with_suffix("").symlink_to(folder.name)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _offline(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """GitHub is that repository, and nothing is written beside a configuration."""
    said = {
        "ESPHOME_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{repository.with_suffix('')}.insteadOf",
        "GIT_CONFIG_VALUE_0": URL,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in said.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def build(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Build]:
    """Has ESPHome read a configuration, as `esphome config` does."""

    def built(text: str, **substitutions: str) -> Built:
        file = tmp_path / "board.yaml"
        file.write_text(text)
        (tmp_path / "secrets.yaml").write_text(SECRETS)
        CORE.reset()
        CORE.config_path = file
        caplog.clear()
        said = io.StringIO()
        with caplog.at_level(logging.WARNING), redirect_stdout(said):
            config = read_config(substitutions)
        CORE.config = config
        warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
        return Built(config, said.getvalue(), warnings)

    yield built
    CORE.reset()


@pytest.fixture(autouse=True, scope="session")
def _of_this_checkout() -> Iterator[None]:
    """The component is loaded from the scratch repository, and once."""
    yield
    loader._COMPONENT_CACHE.clear()
