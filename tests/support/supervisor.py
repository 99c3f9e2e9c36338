"""Home Assistant's Supervisor, as far as an add-on meets it: its API on loopback, the options that it checks
and writes, the announcements that it passes on. Written from its documented and published behaviour: who may
ask what, the form of answers and errors, that the same announcement twice is one.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml
from aiohttp import web

from tests.support.apps import RunningApp
from tests.support.ports import kept_port
from tests.support.program import Program

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text())
SLUG = "a0b1c2d3_gcam"
OPEN_TO_EVERY_ADDON = re.compile(
    r"/addons/self/(?!security|update)[^/]+|/addons/self/options/config|/info|/services.*|/discovery.*|/auth"
)


class OptionsRefused(Exception):  # noqa: N818
    """What the Supervisor says to options that don't fit the schema; the add-on does not start with them."""


@dataclass
class Announcement:
    service: str
    config: dict[str, Any]
    uuid: str = field(default_factory=lambda: secrets.token_hex(16))


class Supervisor:
    """`async with` it. `root` is the add-on's file system as far as the Supervisor mounts it."""

    def __init__(self, root: Path, manifest: Mapping[str, Any] = MANIFEST) -> None:
        self.root = root
        self.manifest = manifest
        self.token = ""
        """Of the add-on's present run."""
        self.ready = True
        """Whether it has finished starting itself."""
        self.options: dict[str, Any] = {}
        self.addresses = ["192.168.1.5/24"]
        """Of the machine's one connection."""
        self.announcements: list[Announcement] = []
        self.pushed: list[Announcement] = []
        """What Home Assistant was told of, in order."""
        self.asked: list[str] = []
        """Method and path of every request."""
        self._broker: dict[str, Any] = {}
        self._port = 0
        self._stack = ExitStack()
        self._served: RunningApp | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def hostname(self) -> str:
        return SLUG.replace("_", "-")

    async def __aenter__(self) -> Self:
        for folder in ("data", "media", "ssl"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self._port = self._stack.enter_context(kept_port())
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._stack.close()

    async def start(self) -> None:
        app = web.Application(middlewares=[self._check_state, self._check_token])
        app.add_routes(
            [
                web.get("/info", self._info),
                web.get("/addons/self/info", self._own_info),
                web.get("/network/info", self._network_info),
                web.post("/addons/self/options", self._set_options),
                web.post("/addons/self/options/validate", self._validate_options),
                web.get("/addons/self/options/config", self._own_options),
                web.get("/services", self._services),
                web.get("/services/{service}", self._service),
                web.get("/discovery", _home_assistant_only),
                web.post("/discovery", self._discover),
                web.get("/discovery/{uuid}", _home_assistant_only),
                web.delete("/discovery/{uuid}", self._withdraw),
                web.post("/auth", self._auth),
            ]
        )
        self._served = RunningApp(app, shutdown_timeout_s=0.5)
        await self._served.start()
        await self._served.listen(self._port)

    async def listen_on(self, listener: socket.socket) -> None:
        """Where it is met besides `url`, such as in a container's own network."""
        assert self._served is not None
        await self._served.listen_on(listener)

    async def stop(self) -> None:
        """It is updated, or restarts: add-ons go on meanwhile."""
        if self._served is not None:
            await self._served.stop()
            self._served = None

    # -- what its user and other add-ons do --------------------------------------------------------------

    def set_options(self, options: Mapping[str, Any]) -> None:
        """The form's Save. Raises `OptionsRefused`."""
        self.options = _validated(options, self.manifest["schema"])

    def prepare_start(self) -> dict[str, str]:
        """What it does before it starts the container; the container's environment."""
        self.token = secrets.token_hex(56)
        options = _validated({**self.manifest.get("options", {}), **self.options}, self.manifest["schema"])
        path = self.root / "data" / "options.json"
        path.write_text(json.dumps(options))
        path.chmod(0o600)
        return {"SUPERVISOR_TOKEN": self.token, "HASSIO_TOKEN": self.token}

    def provide_mqtt(self, host: str, port: int, username: str, password: str) -> None:
        """As the add-on Mosquitto does whenever it starts."""
        self._broker = {"host": host, "port": port, "username": username, "password": password}
        self._broker |= {"ssl": False, "protocol": "3.1.1", "app": "core_mosquitto"}

    def withdraw_mqtt(self) -> None:
        """As that add-on does when it is removed."""
        self._broker = {}

    # -- who may ask what --------------------------------------------------------------------------------

    @web.middleware
    async def _check_state(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if not self.ready:
            return _error("System is not ready with state: startup")
        return await handler(request)  # type: ignore[no-any-return]

    @web.middleware
    async def _check_token(self, request: web.Request, handler: Any) -> web.StreamResponse:
        given = request.headers.get("X-Supervisor-Token") or request.headers.get("Authorization", "")
        if not given:
            raise web.HTTPUnauthorized
        mine = given.split(" ")[-1] == self.token
        may = OPEN_TO_EVERY_ADDON.fullmatch(request.path) or (
            self.manifest.get("hassio_api") and re.fullmatch(r"/.+/info", request.path)
        )
        if not mine or not may:
            raise web.HTTPForbidden
        return await handler(request)  # type: ignore[no-any-return]

    # -- routes ------------------------------------------------------------------------------------------

    async def _info(self, _: web.Request) -> web.Response:
        return _ok({"supervisor": "2026.11.0", "homeassistant": "2026.11.0", "timezone": "Europe/Brussels"})

    async def _own_info(self, _: web.Request) -> web.Response:
        kept = {key: self.manifest[key] for key in ("name", "version", "description", "arch", "ingress_port")}
        return _ok(
            {
                **kept,
                "slug": SLUG,
                "hostname": self.hostname,
                "dns": [f"{self.hostname}.local.hass.io"],
                "ip_address": "172.30.33.5",
                "options": self.options,
                "state": "started",
            }
        )

    async def _network_info(self, _: web.Request) -> web.Response:
        ipv4 = {"method": "auto", "address": self.addresses, "gateway": "192.168.1.1", "ready": True}
        wire = {"interface": "end0", "type": "ethernet", "enabled": True, "connected": True, "primary": True}
        wifi = {
            "interface": "wlan0",
            "type": "wireless",
            "enabled": False,
            "connected": False,
            "primary": False,
        }
        interfaces = [{**wire, "ipv4": ipv4, "ipv6": None}, {**wifi, "ipv4": None, "ipv6": None}]
        docker = {"interface": "hassio", "address": "172.30.32.0/23", "gateway": "172.30.32.1"}
        return _ok({"interfaces": interfaces, "docker": docker, "host_internet": True})

    async def _own_options(self, _: web.Request) -> web.Response:
        return _ok(self.options)

    async def _set_options(self, request: web.Request) -> web.Response:
        body = await request.json()
        try:
            self.set_options(body["options"])
        except OptionsRefused as refused:
            return _error(f"App {SLUG} has invalid options: {refused}")
        return _ok()

    async def _validate_options(self, request: web.Request) -> web.Response:
        try:
            _validated(await request.json() or self.options, self.manifest["schema"])
        except OptionsRefused as refused:
            return _ok({"message": str(refused), "valid": False, "pwned": False})
        return _ok({"message": "", "valid": True, "pwned": False})

    async def _services(self, _: web.Request) -> web.Response:
        providers = [self._broker["app"]] if self._broker else []
        mqtt = {"slug": "mqtt", "available": bool(self._broker), "providers": providers}
        return _ok({"services": [mqtt, {"slug": "mysql", "available": False, "providers": []}]})

    async def _service(self, request: web.Request) -> web.Response:
        service = request.match_info["service"]
        if service not in ("mqtt", "mysql"):
            return _error("Service does not exist", 404)
        if not any(entry.partition(":")[0] == service for entry in self.manifest.get("services", ())):
            return _error(f"No access to {service} service!", 403)
        if service != "mqtt" or not self._broker:
            return _error("Service not enabled")
        told = dict(self._broker)
        told["addon"] = told.pop("app")
        return _ok(told)

    async def _discover(self, request: web.Request) -> web.Response:
        body = await request.json()
        service, config = body.get("service"), body.get("config")
        if set(body) != {"service", "config"} or not isinstance(service, str) or not isinstance(config, dict):
            return _error("expected a dictionary. Got None")
        if service not in self.manifest.get("discovery", ()):
            return _error("Apps must list services they provide via discovery in their config!", 403)
        known = next((one for one in self.announcements if one.service == service), None)
        if known is not None and known.config == config:
            return _ok({"uuid": known.uuid})
        if known is None:
            known = Announcement(service, config)
            self.announcements.append(known)
        known.config = config
        self.pushed.append(Announcement(service, dict(config), known.uuid))
        return _ok({"uuid": known.uuid})

    async def _withdraw(self, request: web.Request) -> web.Response:
        found = [one for one in self.announcements if one.uuid == request.match_info["uuid"]]
        if not found:
            return _error("Discovery message not found", 404)
        self.announcements.remove(found[0])
        return _ok()

    async def _auth(self, _: web.Request) -> web.Response:
        return _error("Can't use Home Assistant auth!", 403)  # without auth_api in the manifest


class AddOn(Program):
    """The real program, started as the Supervisor starts it; `--ingress-from` lets the tests play it."""

    def __init__(self, supervisor: Supervisor, *arguments: str, port: int = 0) -> None:
        super().__init__(supervisor.root / "data", *arguments, port=port)
        self._supervisor = supervisor

    async def __aenter__(self) -> Self:
        self.environment = self._supervisor.prepare_start()
        return await super().__aenter__()

    def places(self) -> tuple[str, ...]:
        supervisor = self._supervisor
        where = ("--supervisor", supervisor.url, "--root", str(supervisor.root))
        return (*where, "--ingress", "127.0.0.1:0")


async def _home_assistant_only(_: web.Request) -> web.Response:
    raise web.HTTPUnauthorized


def _ok(data: Mapping[str, Any] | None = None) -> web.Response:
    return web.json_response({"result": "ok", "data": data or {}})


def _error(message: str, status: int = 400) -> web.Response:
    return web.json_response({"result": "error", "message": message}, status=status)


def _validated(options: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Unknown options are dropped with a warning in its log; missing ones refused unless optional."""
    for name, element in schema.items():
        first = element[0] if isinstance(element, list) else element
        if name not in options and not (isinstance(first, str) and first.endswith("?")):
            raise OptionsRefused(f"Missing option '{name}' in root in Gcam ({SLUG})")
    return {name: _element(schema[name], value) for name, value in options.items() if name in schema}


def _element(element: Any, value: Any) -> Any:
    if isinstance(element, list):
        if not isinstance(value, list):
            raise OptionsRefused("Invalid list")
        return [_element(element[0], one) for one in value]
    kind, _, limits = element.rstrip("?").partition("(")
    limits = limits.removesuffix(")")
    try:
        match kind:
            case "str" | "password":
                fits = isinstance(value, str) and _within(len(value), limits)
            case "int" | "port":
                value = int(value)
                fits = _within(value, limits or "1,65535")
            case "float":
                value = float(value)
                fits = _within(value, limits)
            case "bool":
                fits = isinstance(value, bool)
            case "match":
                fits = re.match(limits, str(value)) is not None
            case "list":
                value = str(value)
                fits = value in limits.split("|")
            case _:
                fits = False
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise OptionsRefused(f"{value!r} does not fit {element}")
    return value


def _within(number: float, limits: str) -> bool:
    low, _, high = limits.partition(",")
    return (not low or number >= float(low)) and (not high or number <= float(high))
