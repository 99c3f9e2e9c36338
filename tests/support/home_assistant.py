"""A real Home Assistant with Gcam's component, on loopback, in its own folder. What it is asked: its API."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.child import Child
from tests.support.home_assistant_api import HomeAssistantApi
from tests.support.waiting import answered

ROOT = Path(__file__).parents[2]
_HASS = ROOT / ".venv-ha" / "bin" / "hass"
_COMPONENT = ROOT / "custom_components" / "gcam"
_BLUEPRINTS = ROOT / "blueprints"
missing = None if _HASS.exists() else "no Home Assistant here: scripts/home-assistant setup"

NAME, PASSWORD = "gcam", "gcam-at-home"
"""Whoever signs in."""

_CONFIGURATION = """
homeassistant:
  name: Home
  country: BE
  currency: EUR
  time_zone: UTC
  unit_system: metric
  allowlist_external_dirs: [{records}]
automation: !include automations.yaml
camera:
config:
frontend:
history:
image:
logger:
  default: warning
  logs:
    custom_components.gcam: debug
logbook:
media_source:
mqtt:
person:
script:
stream:
system_health:
"""


class HomeAssistant:
    """`start`, `stop`, `start` again: the same port, the same folder, nothing lost."""

    def __init__(self, folder: Path, port: int) -> None:
        """`port`: kept by whoever chose it."""
        self.folder = folder
        self.records = folder / "records"
        """Where `camera.record` may write."""
        self.url = f"http://127.0.0.1:{port}"
        self._child: Child | None = None
        self._api: HomeAssistantApi | None = None

    @property
    def api(self) -> HomeAssistantApi:
        assert self._api is not None, "it is not started"
        return self._api

    @property
    def log_file(self) -> Path:
        return self.folder / "hass.log"

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    @property
    def _is_new(self) -> bool:
        """Whether nobody has signed in yet."""
        return not (self.folder / ".storage" / "onboarding").exists()

    async def start(self) -> None:
        assert missing is None, missing
        await asyncio.to_thread(self._lay_out)
        self._child = Child(_HASS, "--config", self.folder, "--skip-pip", log_file=self.log_file)
        await answered(self._answers)
        self._api = api = HomeAssistantApi(self.url, await self._token())

        async def runs() -> bool:
            return bool((await api.ask("GET", "config"))["state"] == "RUNNING")

        await answered(runs)

    async def stop(self) -> None:
        """In order, so that what it keeps in memory is written."""
        if self._child is not None:
            await self._child.leave()
            self._child = None

    def _lay_out(self) -> None:
        self.records.mkdir(parents=True, exist_ok=True)
        components = self.folder / "custom_components"
        components.mkdir(exist_ok=True)
        if not (components / "gcam").is_symlink():
            (components / "gcam").symlink_to(_COMPONENT, target_is_directory=True)
        if _BLUEPRINTS.is_dir():
            shutil.copytree(_BLUEPRINTS, self.folder / "blueprints", dirs_exist_ok=True)
        automations = self.folder / "automations.yaml"
        if not automations.exists():
            automations.write_text("[]\n")
        text = _CONFIGURATION.format(records=json.dumps(str(self.records)))
        (self.folder / "configuration.yaml").write_text(text)
        kept = self.folder / ".storage"
        kept.mkdir(exist_ok=True)
        if not (kept / "http").exists():
            (kept / "http").write_text(json.dumps(self._address()))

    def _address(self) -> dict[str, Any]:
        """As it keeps it itself: it complains of an address in its YAML file."""
        stable = {
            "server_host": ["127.0.0.1"],
            "server_port": int(self.url.rpartition(":")[2]),
            "cors_allowed_origins": ["https://cast.home-assistant.io"],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": True,
            "ssl_profile": "intermediate_v6",
            "use_x_frame_options": True,
            "created_at": "2026-11-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        }
        data = {"stable": stable, "pending": None, "yaml_migration_done": True}
        return {"version": 3, "minor_version": 1, "key": "http", "data": data}

    async def _answers(self) -> bool:
        assert self._child is not None
        self._child.runs()
        async with aiohttp.ClientSession(self.url) as http:
            try:
                async with http.get("/api/onboarding" if self._is_new else "/auth/providers") as response:
                    return response.ok
            except aiohttp.ClientError:
                return False

    async def _token(self) -> str:
        """Signs in, as the first user the first time."""
        async with aiohttp.ClientSession(self.url) as http:
            client_id = f"{self.url}/"
            if self._is_new:
                return await _onboard(http, client_id)
            return await _exchange(http, client_id, await _log_in(http, client_id))


async def _onboard(http: aiohttp.ClientSession, client_id: str) -> str:
    """What the first visitor is led through."""
    person = {"name": "Gcam", "username": NAME, "password": PASSWORD, "language": "en"}
    async with http.post("/api/onboarding/users", json=person | {"client_id": client_id}) as response:
        assert response.ok, await response.text()
        code = (await response.json())["auth_code"]
    token = await _exchange(http, client_id, code)
    steps = {"core_config": {}, "analytics": {}}
    steps["integration"] = {"client_id": client_id, "redirect_uri": f"{client_id}?auth_callback=1"}
    for step, body in steps.items():
        headers = {"Authorization": f"Bearer {token}"}
        async with http.post(f"/api/onboarding/{step}", json=body, headers=headers) as response:
            assert response.ok, f"{step}: {await response.text()}"
    return token


async def _log_in(http: aiohttp.ClientSession, client_id: str) -> str:
    redirect = {"client_id": client_id, "redirect_uri": f"{client_id}?auth_callback=1"}
    begin = redirect | {"handler": ["homeassistant", None]}
    async with http.post("/auth/login_flow", json=begin) as response:
        flow = (await response.json())["flow_id"]
    login = {"username": NAME, "password": PASSWORD, "client_id": client_id}
    async with http.post(f"/auth/login_flow/{flow}", json=login) as response:
        return str((await response.json())["result"])


async def _exchange(http: aiohttp.ClientSession, client_id: str, code: str) -> str:
    form = {"client_id": client_id, "grant_type": "authorization_code", "code": code}
    async with http.post("/auth/token", data=form) as response:
        assert response.ok, await response.text()
        return str((await response.json())["access_token"])
