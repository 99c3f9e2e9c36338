"""The real Gcam as a process, run by the add-on's own Python, as Home Assistant meets it. Blocking."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

from tests.support.child import Child, GcamChild
from tests.support.ports import kept_port
from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv" / "bin" / "python"
"""The add-on's."""
HOME_ASSISTANTS = ("view", "playback", "control")


class RunningGcam:
    """`gcam run ARGUMENTS`."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.token = ""
        self.instance_id = ""
        self.version = ""
        self.environment: Mapping[str, str] = {}
        self._arguments = arguments
        self._stack = ExitStack()
        self._child: Child | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.url = f"http://127.0.0.1:{stack.enter_context(kept_port())}"
            stack.callback(self.stop)
            self.start()
            self.instance_id = self.ask("GET", "info")["instance_id"]
            self.version = self.ask("GET", "system")["versions"]["gcam"]
            self.token = self.make_token(HOME_ASSISTANTS)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def start(self) -> None:
        """Also again: at the same address, with the same data."""
        self._child = child = GcamChild(
            *("run", "--data", self.data_dir, "--listen", self.url.removeprefix("http://")),
            *self._arguments,
            python=PYTHON,
            environment=self.environment,
        )
        child.wait_until(lambda: "Ctrl-C" in child.said)

    def stop(self) -> None:
        if self._child is not None:
            self._child.ended()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        secret = self._secret()
        request = Request(
            f"{self.url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=PATIENCE_S) as response:
            content = response.read()
        return json.loads(content) if content else None

    def make_token(self, scopes: Sequence[str]) -> str:
        body = {"name": "Home Assistant", "scopes": list(scopes)}
        return str(self.ask("POST", "tokens", body)["secret"])

    def _secret(self) -> str:
        return (self.data_dir / ".local_secret").read_text().strip()

    def _get(self, path: str) -> Any:
        with urlopen(self.url + path, timeout=PATIENCE_S) as response:
            return json.loads(response.read())
