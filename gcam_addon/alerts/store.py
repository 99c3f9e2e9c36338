"""alerts.json: destinations, with their secrets, and rules. Readable by Gcam alone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gcam_addon.config.alert_model import AlertRule, AlertSettings, Destination, HeartbeatSettings
from gcam_addon.config.alerts import ALERTS, SECRETS
from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.rules import checked
from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.words.reason import because

FILE = "alerts.json"
_VERSION = 1
_WHERE = ("host", "port", "security", "server")
_log = logging.getLogger(__name__)


class AlertStore:
    """All methods on the loop, but `load`. A change is checked whole and on disk before it counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._sections: dict[str, Any] = {}
        self._changing = asyncio.Lock()
        self.settings = AlertSettings()

    def load(self) -> None:
        """Blocking. What can't be read is laid aside, and said: nobody is alerted then."""
        try:
            found = parse_json(read_regular(self._file), self._file.name)
            if not isinstance(found, dict) or found.pop("version", None) != _VERSION:
                raise ConfigError(because("alerts_version", file=self._file.name, version=_VERSION))
            self.settings = checked(ALERTS, found, "")
            self._sections = found
        except FileNotFoundError:
            return
        except (OSError, ConfigError) as error:
            _log.error("nobody is alerted: %s; %s", error, self._laid_aside())

    async def put(self, section: str, sent: Mapping[str, Any]) -> None:
        """A destination or a rule, new or instead of the one with its id; secrets that are not sent stay as
        they are while it goes to the same server. `section`: "destinations" or "rules". Raises `ConfigError`.
        """

        def change(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            known = next((one for one in entries if one["id"] == sent["id"]), None)
            new = dict(sent) if known is None else _with_its_secrets(sent, known)
            return [*(one for one in entries if one is not known), new]

        await self._change(section, change)

    async def remove(self, section: str, entry_id: str) -> None:
        """A destination leaves the rules, too. Raises `NotFound` and `ConfigError`."""

        def change(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            left = [one for one in entries if one["id"] != entry_id]
            if len(left) == len(entries):
                raise NotFound(because("alert_no_entry", entry=entry_id))
            return left

        await self._change(section, change, leaving=entry_id if section == "destinations" else None)

    async def set_link(self, link: str | None) -> None:
        """Raises `ConfigError`."""
        async with self._changing:
            await self._keep({**self._sections, "link": link})

    async def set_heartbeat(self, sent: Mapping[str, Any]) -> None:
        """What is not sent stays as it is; `url` None: nothing is called. Raises `ConfigError`."""
        async with self._changing:
            known = self._sections.get("heartbeat") or {}
            is_off = "url" in sent and sent["url"] is None
            await self._keep({**self._sections, "heartbeat": None if is_off else {**known, **sent}})

    async def snooze(self, camera: str | None, until: float, now: float) -> None:
        """Instead of what was wanted of that camera before. Raises `ConfigError`."""
        async with self._changing:
            known = self._sections.get("snoozes", [])
            left = [one for one in known if one.get("camera") != camera and one["until"] > now]
            new = [{"camera": camera, "until": until}] if until > now else []
            await self._keep({**self._sections, "snoozes": [*left, *new]})

    async def _change(
        self,
        section: str,
        change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
        leaving: str | None = None,
    ) -> None:
        async with self._changing:
            sections = {**self._sections, section: change(list(self._sections.get(section, ())))}
            if leaving is not None:
                sections["rules"] = _without(sections.get("rules", []), leaving)
            await self._keep(sections)

    async def _keep(self, sections: dict[str, Any]) -> None:
        settings = checked(ALERTS, sections, "")
        content = json.dumps({"version": _VERSION, **sections}, indent=2, ensure_ascii=False)
        try:
            await asyncio.to_thread(write_atomically, self._file, f"{content}\n".encode())
        except OSError as error:
            raise ConfigError(because("alerts_not_written", file=self._file, why=error)) from error
        self._sections, self.settings = sections, settings

    def _laid_aside(self) -> str:
        aside = self._file.with_name(f"{self._file.name}.broken")
        try:
            self._file.replace(aside)
        except OSError as error:
            return f"it can't be laid aside ({error.strerror})"
        return f"it is kept as {aside.name}"


def shown_destination(destination: Destination) -> dict[str, Any]:
    """Without secrets; `has` names those that are set."""
    settings = asdict(destination.settings)
    open_ = {name: value for name, value in settings.items() if name not in SECRETS}
    return {
        "id": destination.id,
        "name": destination.name,
        "kind": str(destination.kind),
        "language": destination.language,
        "enabled": destination.enabled,
        "person": destination.person,
        "settings": open_,
        "has": sorted(name for name in settings if name in SECRETS and settings[name] is not None),
    }


def shown_rule(rule: AlertRule) -> dict[str, Any]:
    told = asdict(rule)
    sets = ("topics", "cameras", "kinds", "zones", "modes")
    return told | {name: sorted(map(str, told[name])) for name in sets} | {"to": list(rule.to)}


def shown_heartbeat(heartbeat: HeartbeatSettings) -> dict[str, Any]:
    """Without its address, of which the path is a secret."""
    return {"host": urlsplit(heartbeat.url).hostname, "every_s": heartbeat.every_s}


def _with_its_secrets(sent: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    before, now = known.get("settings"), sent.get("settings")
    is_same = known.get("kind") == sent.get("kind")
    if not isinstance(before, Mapping) or not isinstance(now, Mapping) or not is_same:
        return dict(sent)
    if any(before.get(name) != now.get(name) for name in _WHERE):
        return dict(sent)  # who changes where it goes has to know what is told there
    kept = {name: before[name] for name in SECRETS if name in before and name not in now}
    return {**sent, "settings": {**kept, **now}}


def _without(rules: list[dict[str, Any]], destination_id: str) -> list[dict[str, Any]]:
    """Rules that tell nobody else go with it."""
    narrowed = [{**rule, "to": [one for one in rule["to"] if one != destination_id]} for rule in rules]
    return [rule for rule in narrowed if rule["to"]]
