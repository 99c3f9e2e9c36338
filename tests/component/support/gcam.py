"""The real Gcam as a process, run by the add-on's own Python, as Home Assistant meets it. Blocking."""

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import Request, urlopen

from .stand_in import free_port

ROOT = Path(__file__).parents[3]
HOME_ASSISTANTS = ("view", "playback", "control")


class RunningGcam:
    """`gcam run ARGUMENTS`."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = ""
        self.instance_id = ""
        self.version = ""
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        self.instance_id = self.ask("GET", "info")["instance_id"]
        self.version = self._get("/health")["version"]
        self.token = self.make_token(HOME_ASSISTANTS)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        python = ROOT / ".venv" / "bin" / "python"
        # so that a test run that is killed leaves no Gcam behind
        command: list[str | Path] = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        command += [python, "-m", "gcam_addon", "run", "--data", self.data_dir]
        command += ["--listen", f"127.0.0.1:{self.port}", *self._arguments]
        log_file = self.data_dir.parent / "gcam.log"
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, cwd=ROOT)
        try:
            self._wait_until_it_answers(log_file)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def _wait_until_it_answers(self, log_file: Path) -> None:
        assert self._process is not None
        end_s = time.monotonic() + 120
        while not self._answers():
            assert self._process.poll() is None, log_file.read_text()
            assert time.monotonic() < end_s, log_file.read_text()
            time.sleep(0.1)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        secret = self._secret()
        request = Request(
            f"{self.url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=20) as response:
            content = response.read()
        return json.loads(content) if content else None

    def make_token(self, scopes: Sequence[str]) -> str:
        body = {"name": "Home Assistant", "scopes": list(scopes)}
        return str(self.ask("POST", "tokens", body)["secret"])

    def _secret(self) -> str:
        return (self.data_dir / ".local_secret").read_text().strip()

    def _get(self, path: str) -> Any:
        with urlopen(self.url + path, timeout=2) as response:
            return json.loads(response.read())

    def _answers(self) -> bool:
        try:
            self._get("/health")
        except URLError, OSError:
            return False
        return True
