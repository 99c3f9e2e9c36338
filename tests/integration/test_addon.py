"""Gcam as Home Assistant's add-on: the real process, a stand-in of the Supervisor, a real mosquitto."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gcam_addon.access.service import Access
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import MqttMode, MqttSettings, SupervisorSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import BrokerError, NoBroker
from gcam_addon.supervisor.link import HomeAssistantLink
from tests.support import mosquitto
from tests.support.ingress import Ingress, setup_code_in
from tests.support.mosquitto import Login, running_mosquitto
from tests.support.ports import kept_port
from tests.support.supervisor import MANIFEST, AddOn, OptionsRefused, Supervisor
from tests.support.waiting import PATIENCE_S, until

needs_mosquitto = pytest.mark.skipif(mosquitto.missing is not None, reason=str(mosquitto.missing))


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    async with Supervisor(tmp_path / "root") as running:
        yield running


async def hello_with(addon: AddOn, token: str) -> dict[str, Any]:
    """What Home Assistant hears first, with the token that it was given."""
    headers = {"Authorization": f"Bearer {token}"}
    http = aiohttp.ClientSession(addon.url, headers=headers)
    async with http, http.ws_connect("/api/v1/events") as ws:
        hello: dict[str, Any] = await ws.receive_json(timeout=PATIENCE_S)
    return hello


@pytest.fixture
def other_port() -> Iterator[int]:
    """Than any that is given to who takes any."""
    with kept_port() as port:
        yield port


def link_to(supervisor: Supervisor, token: str) -> HomeAssistantLink:
    """Without a program around it."""
    settings = SupervisorSettings(supervisor.url, token)
    clock = SystemClock()
    access = Access(supervisor.root, clock, duties=Duties(clock))
    return HomeAssistantLink(settings, MqttSettings(mode=MqttMode.SUPERVISOR), supervisor.root, access)


async def part_of(addon: AddOn, name: str) -> dict[str, Any]:
    parts = (await addon.get("/api/v1/system"))["parts"]
    return next(part for part in parts if part["part"] == name)


async def test_home_assistant_is_told_once_with_a_token_that_works(
    supervisor: Supervisor, other_port: int
) -> None:
    async with AddOn(supervisor) as addon:
        await until(lambda: bool(supervisor.pushed))
        config = supervisor.pushed[0].config
        assert (config["host"], config["port"], config["tls"]) == (supervisor.hostname, addon.port, False)
        assert config["api_level"] == 1
        assert (await part_of(addon, "home_assistant"))["code"] == "waiting"
        hello = await hello_with(addon, config["token"])
        assert (await part_of(addon, "home_assistant"))["code"] == "signed_in"
        assert hello["instance_id"] == config["instance_id"]
        assert hello["permissions"] == ["control", "playback", "view"]
        assert config["token"] not in addon.log
    async with AddOn(supervisor, port=other_port) as addon:
        await until(lambda: supervisor.asked.count("POST /discovery") == 2)
        assert len(addon.log) > 0
        tokens = (await addon.get("/api/v1/tokens"))["tokens"]
        assert [token["name"] for token in tokens] == ["Home Assistant"]
        assert (await hello_with(addon, config["token"]))["type"] == "hello"
    ports = [pushed.config["port"] for pushed in supervisor.pushed]
    assert len(supervisor.announcements) == 1
    assert {pushed.config["token"] for pushed in supervisor.pushed} == {config["token"]}
    assert len(ports) == 2, "the port differs in this test; nothing else was news"


async def test_a_token_that_somebody_deletes_is_replaced(supervisor: Supervisor) -> None:
    async with AddOn(supervisor) as addon:
        await until(lambda: bool(supervisor.pushed))
        first = supervisor.pushed[0].config["token"]
        (token,) = (await addon.get("/api/v1/tokens"))["tokens"]
        http = aiohttp.ClientSession(addon.url, headers=addon.headers)
        async with http, http.delete(f"/api/v1/tokens/{token['id']}") as response:
            assert response.status == 204
        await until(lambda: len(supervisor.pushed) == 2)
        second = supervisor.pushed[1].config["token"]
        assert second != first
        assert (await hello_with(addon, second))["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await hello_with(addon, first)
        assert len((await addon.get("/api/v1/tokens"))["tokens"]) == 1


async def test_what_it_remembers_is_its_own(supervisor: Supervisor) -> None:
    async with AddOn(supervisor) as addon:
        await until(lambda: bool(supervisor.pushed))
        path = addon.data_dir / "home_assistant.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.write_text("{")
    async with AddOn(supervisor) as addon:
        await until(lambda: len(supervisor.pushed) == 2)
        assert "is begun anew" in addon.log
        assert len((await addon.get("/api/v1/tokens"))["tokens"]) == 1, "the lost one was taken away"


async def test_a_supervisor_that_is_not_ready_is_asked_again(supervisor: Supervisor) -> None:
    supervisor.ready = False
    async with AddOn(supervisor) as addon:
        await addon.until(lambda: "System is not ready" in addon.log)
        assert (await addon.get("/health"))["status"] == "ok"
        supervisor.ready = True
        await until(lambda: bool(supervisor.pushed))


async def test_without_a_broker_nothing_is_missed(supervisor: Supervisor) -> None:
    async with AddOn(supervisor) as addon:
        await addon.until(lambda: "Home Assistant has no MQTT broker" in addon.log)
        await until(lambda: bool(supervisor.pushed))
        hello = await hello_with(addon, supervisor.pushed[0].config["token"])
        assert (hello["mqtt"], hello["entities"]) == (None, "component")
        mqtt = await part_of(addon, "mqtt")
        assert (mqtt["state"], mqtt["code"]) == ("ok", "none")


@pytest.mark.mosquitto
@needs_mosquitto
async def test_a_broker_that_comes_later_and_whose_credentials_change(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    folder = tmp_path / "broker"
    async with AddOn(supervisor) as addon:
        await addon.until(lambda: "Home Assistant has no MQTT broker" in addon.log)
        async with running_mosquitto(folder, login=Login("addons", "first-password")) as broker:
            supervisor.provide_mqtt("127.0.0.1", broker.port, "addons", "first-password")
            await addon.until(lambda: "connected to the MQTT broker" in addon.log)
            assert (await part_of(addon, "mqtt"))["code"] == "connected"
            assert "entities come by it" in addon.log
            await broker.stop()
            broker.login = Login("addons", "second-password")
            await broker.start()
            await addon.until(lambda: "refused the user 'addons'" in addon.log)
            supervisor.provide_mqtt("127.0.0.1", broker.port, "addons", "second-password")
            await addon.until(lambda: addon.log.count("connected to the MQTT broker") == 2)
            async with broker.client() as client:
                await client.subscribe("homeassistant/device/#")
                async for message in client.messages:
                    assert json.loads(bytes(message.payload))["origin"]["name"] == "Gcam"
                    break
            assert "start the broker's add-on in Home Assistant anew" in addon.log
    assert "password" not in addon.log


@pytest.mark.mosquitto
@needs_mosquitto
async def test_entities_stay_with_an_integration_that_has_made_them(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    async with running_mosquitto(tmp_path / "broker", login=Login("addons", "p4ss")) as broker:
        async with AddOn(supervisor) as addon:
            await until(lambda: bool(supervisor.pushed))
            token = supervisor.pushed[0].config["token"]
            assert (await hello_with(addon, token))["entities"] == "component"
            supervisor.provide_mqtt("127.0.0.1", broker.port, "addons", "p4ss")
            await addon.until(lambda: "connected to the MQTT broker" in addon.log)
            assert (await hello_with(addon, token))["entities"] == "component"
        supervisor.set_options({"entities": "mqtt"})
        async with AddOn(supervisor) as addon:
            await addon.until(lambda: "connected to the MQTT broker" in addon.log)
            hello = await hello_with(addon, token)
            assert (hello["entities"], hello["mqtt"]["connected"]) == ("mqtt", True)


async def test_what_the_supervisor_says_of_a_broker(supervisor: Supervisor) -> None:
    supervisor.prepare_start()
    async with link_to(supervisor, supervisor.token) as link:
        with pytest.raises(NoBroker, match="has no MQTT broker"):
            await link.find()
        supervisor.provide_mqtt("core-mosquitto", 1883, "addons", "p4ss")
        found = await link.find()
        assert (found.host, found.port, link.mqtt.mode) == ("core-mosquitto", 1883, MqttMode.BROKER)
        assert (found.username, found.password, found.tls, found.discovery) == ("addons", "p4ss", False, True)
        await supervisor.stop()
        assert await link.find() == found, "what it said last goes on"
        await supervisor.start()
        supervisor.withdraw_mqtt()
        with pytest.raises(BrokerError, match="is gone"):
            await link.find()
    async with link_to(supervisor, supervisor.token) as link:
        with pytest.raises(BrokerError, match="is gone") as missed:
            await link.find()
        assert not isinstance(missed.value, NoBroker), "its entities came by it before this start"


@pytest.mark.parametrize("allowed", [(), ("mysql:want",)])
async def test_an_add_on_that_may_not_ask_for_the_broker(allowed: tuple[str, ...], tmp_path: Path) -> None:
    async with Supervisor(tmp_path, {**MANIFEST, "services": allowed}) as supervisor:
        supervisor.prepare_start()
        async with link_to(supervisor, supervisor.token) as link:
            with pytest.raises(NoBroker, match="does not let this add-on use /services/mqtt"):
                await link.find()


async def test_ingress_is_for_the_supervisor_only(supervisor: Supervisor) -> None:
    async with AddOn(supervisor) as addon:
        url = f"http://127.0.0.1:{addon.ingress_port}/api/v1/session"
        headers = {"X-Remote-User-Id": "somebody", "X-Remote-User-Name": "mallory"}
        async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
            assert response.status == 403
    async with AddOn(supervisor, "--ingress-from", "127.0.0.1") as addon:
        ingress = Ingress(addon.ingress_port, user_id="u1", name="Anna")
        async with (
            ingress.running(),
            aiohttp.ClientSession() as http,
        ):
            code = {"code": setup_code_in(addon.log)}
            async with http.get(f"{ingress.url}api/v1/session") as response:
                assert (await response.json())["error"]["code"] == "no_owner"
            async with http.post(f"{ingress.url}api/v1/setup", json=code) as response:
                assert response.status == 201
            async with http.get(f"{ingress.url}api/v1/session") as response:
                me = await response.json()
            assert (me["name"], me["role"]) == ("Anna", "owner")


async def test_cameras_are_looked_for_in_the_machine_s_network(supervisor: Supervisor) -> None:
    """And not among the other containers."""
    supervisor.prepare_start()
    supervisor.addresses = ["192.168.1.5/24", "10.1.2.3/16", "169.254.3.3/16", "8.8.8.8/24", "rubbish"]
    async with link_to(supervisor, supervisor.token) as link:
        assert [str(network) for network in await link.networks()] == ["192.168.1.0/24", "10.1.2.0/24"]
    async with link_to(supervisor, "another") as link:
        assert await link.networks() == ()


async def test_options_reach_the_program(supervisor: Supervisor) -> None:
    supervisor.set_options({"log_level": "warning", "recordings_folder": "/media/nas/gcam", "keep_days": 3})
    async with AddOn(supervisor) as addon:
        disk = (await addon.get("/api/v1/system"))["disk"]
        assert disk["keep_days"] == 3
        assert (supervisor.root / "media" / "nas" / "gcam" / "recordings").is_dir()
        await until(lambda: bool(supervisor.pushed))
        assert " INFO " not in addon.log


async def test_an_option_that_the_form_lets_through_and_gcam_can_t_use(supervisor: Supervisor) -> None:
    with pytest.raises(OptionsRefused):
        supervisor.set_options({"keep_days": 0})
    supervisor.set_options({"ssl": True})
    addon = AddOn(supervisor)
    with pytest.raises(AssertionError, match=r"certfile: .*fullchain\.pem is not there"):
        await addon.__aenter__()
    assert await addon.end() == 2


async def test_options_and_data_folder_of_its_own_have_no_place_in_an_add_on(supervisor: Supervisor) -> None:
    addon = AddOn(supervisor, "--data", str(supervisor.root))
    with pytest.raises(AssertionError, match="leave --options and --data out"):
        await addon.__aenter__()
    assert await addon.end() == 2


class Nameless(Supervisor):
    """Starts the program as nobody's add-on."""

    def prepare_start(self) -> dict[str, str]:
        return {"SUPERVISOR_TOKEN": ""}


async def test_without_a_token_it_says_what_it_is_for(tmp_path: Path) -> None:
    addon = AddOn(Nameless(tmp_path))
    with pytest.raises(AssertionError, match="SUPERVISOR_TOKEN is not set"):
        await addon.__aenter__()
    assert await addon.end() == 2
