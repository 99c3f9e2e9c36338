"""What Home Assistant's repairs show of a real Gcam that is in trouble, and what can be mended there."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import pytest_socket
from homeassistant.components.repairs import RepairsFlowManager, repairs_flow_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
from homeassistant.loader import DATA_INTEGRATIONS, Integration, async_get_integration
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.gcam.const import DOMAIN
from custom_components.gcam.errors import translated
from custom_components.gcam.models import Gcam, Status
from custom_components.gcam.repairing.outdated import RESTART_NEEDED, async_compare_files
from tests.support.ports import silent_port

from .support.boards import large_board
from .support.entry import entry_of, set_up, until
from .support.gcam import RunningGcam
from .support.stand_in import StandIn

SHED = {"id": "shed", "name": "Shed", "url": "http://127.0.0.1:9"}
NOT_RECORDING = "not_recording_storage_full"
LOST = "camera_lost_unreachable"
HD_LOST = "hd_lost"
ALL = (NOT_RECORDING, "broker_lost", "network_stopped", LOST, HD_LOST)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGcam]:
    """Without a broker, without the interface of its camera network, without room to record, with a camera
    that nobody has plugged in, and with another whose second address is that one's.
    """
    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("troubled")
    with silent_port() as broker, ExitStack() as stack:
        options = {
            "mqtt": f"mqtt://127.0.0.1:{broker}",
            "network": {"interface": "no-such-one"},
            "retention": {"min_free_bytes": 1 << 50},
        }
        (folder / "options.json").write_text(json.dumps(options))
        gcam = stack.enter_context(RunningGcam(folder / "data", "--options", str(folder / "options.json")))
        gcam.ask("POST", "cameras", SHED)
        url = stack.enter_context(large_board(folder))
        gcam.ask("POST", "cameras", {"name": "Yard", "url": url, "url_hd": SHED["url"]})
        yield gcam


@pytest.fixture
async def in_trouble(
    hass: HomeAssistant, troubled: RunningGcam, socket_enabled: None
) -> AsyncIterator[MockConfigEntry]:
    """Everything that is wrong has been told to Home Assistant."""
    troubled.ask("PATCH", "cameras/shed/switches", {"enabled": True})
    async with set_up(hass, troubled) as entry:
        await until(hass, lambda: _is_all_wrong(entry.runtime_data.data))
        yield entry


def _is_all_wrong(gcam: Gcam) -> bool:
    shed, yard = (gcam.cameras[name].state for name in ("shed", "yard"))
    return (
        gcam.storage is not None
        and gcam.storage.problem is not None
        and gcam.mqtt is not None
        and gcam.mqtt.problem is not None
        and gcam.network is not None
        and gcam.network.problem is not None
        and shed is not None
        and shed.problem_code == "unreachable"
        and yard is not None
        and yard.status is Status.CONNECTED
        and yard.hd is not None
        and not yard.hd.recorded
    )


def shown(hass: HomeAssistant) -> dict[str | None, ir.IssueEntry]:
    """By what they say."""
    issues = ir.async_get(hass).issues.values()
    return {issue.translation_key: issue for issue in issues if issue.domain == DOMAIN and issue.active}


@contextmanager
def clock_ahead(**by: float) -> Iterator[None]:
    """Home Assistant's clock, and only that: sockets and waiting go on as ever."""
    with patch.object(dt_util, "utcnow", lambda: datetime.now(UTC) + timedelta(**by)):
        yield


async def shows(hass: HomeAssistant, *keys: str) -> dict[str | None, ir.IssueEntry]:
    """Fires the timers that are due; the connection's own are among them, so it may break once."""
    async_fire_time_changed(hass, dt_util.utcnow())
    await until(hass, lambda: shown(hass).keys() == set(keys))
    return shown(hass)


async def flows(hass: HomeAssistant) -> RepairsFlowManager:
    assert await async_setup_component(hass, "repairs", {})
    manager = repairs_flow_manager(hass)
    assert manager is not None
    return manager


async def test_each_is_shown_when_it_has_lasted(hass: HomeAssistant, in_trouble: MockConfigEntry) -> None:
    assert shown(hass) == {}
    with clock_ahead(minutes=2):
        await shows(hass, NOT_RECORDING)
    with clock_ahead(minutes=6):
        await shows(hass, NOT_RECORDING, "broker_lost", "network_stopped")
    with clock_ahead(minutes=16):
        issues = await shows(hass, *ALL)
    assert {key for key, issue in issues.items() if issue.is_fixable} == {LOST}
    assert "nothing listens" in (issues["broker_lost"].translation_placeholders or {})["problem"]
    assert (issues["network_stopped"].translation_placeholders or {})["problem"]
    assert "the SD stream is recorded" in (issues[HD_LOST].translation_placeholders or {})["problem"]
    assert (issues[LOST].translation_placeholders or {})["host"] == "127.0.0.1:9"
    for language in ("en", "fr"):
        texts = await async_get_translations(hass, language, "issues", [DOMAIN])
        for issue in issues.values():
            told = [text for key, text in texts.items() if f".{issue.translation_key}." in key]
            assert all(text.format(**issue.translation_placeholders or {}) for text in told)
            assert len(told) >= 2
    await hass.config_entries.async_unload(in_trouble.entry_id)
    assert shown(hass) == {}, "an entry that is not loaded has nothing to mend"


async def test_what_gcam_says_is_said_in_home_assistants_language(
    hass: HomeAssistant, in_trouble: MockConfigEntry
) -> None:
    await hass.config.async_update(language="fr")

    def problem() -> str:
        if in_trouble.state is not ConfigEntryState.LOADED or in_trouble.runtime_data.data.mqtt is None:
            return ""
        return in_trouble.runtime_data.data.mqtt.problem or ""

    await until(hass, lambda: "rien n’écoute" in problem())
    with pytest.raises(HomeAssistantError) as told, translated("Garden"):
        await in_trouble.runtime_data.client.record("nobody", 1)
    assert (told.value.translation_placeholders or {})["error"] == "la caméra nobody n’existe pas"
    with clock_ahead(minutes=6):
        issues = await shows(hass, NOT_RECORDING, "broker_lost", "network_stopped")
    assert "rien n’écoute" in (issues["broker_lost"].translation_placeholders or {})["problem"]


async def test_a_camera_that_was_put_away_is_switched_off(
    hass: HomeAssistant, in_trouble: MockConfigEntry, troubled: RunningGcam
) -> None:
    manager = await flows(hass)
    with clock_ahead(minutes=16):
        issue = (await shows(hass, *ALL))[LOST]
        menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
        assert menu["type"] is FlowResultType.MENU
        assert menu["description_placeholders"] == issue.translation_placeholders
        done = await manager.async_configure(menu["flow_id"], {"next_step_id": "switch_off"})
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await until(hass, lambda: not in_trouble.runtime_data.data.cameras["shed"].enabled)
        await shows(hass, NOT_RECORDING, "broker_lost", "network_stopped", HD_LOST)
    assert troubled.ask("GET", "cameras/shed")["enabled"] is False


async def test_a_lost_camera_can_be_ignored(hass: HomeAssistant, in_trouble: MockConfigEntry) -> None:
    manager = await flows(hass)
    with clock_ahead(minutes=16):
        issue = (await shows(hass, *ALL))[LOST]
        menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
        ended = await manager.async_configure(menu["flow_id"], {"next_step_id": "ignore"})
    assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "issue_ignored")
    assert shown(hass)[LOST].dismissed_version is not None


async def test_a_camera_that_can_t_be_switched_off(
    hass: HomeAssistant, in_trouble: MockConfigEntry, troubled: RunningGcam
) -> None:
    manager = await flows(hass)
    with clock_ahead(minutes=16):
        issue_id = (await shows(hass, *ALL))[LOST].issue_id
        menus = [await manager.async_init(DOMAIN, data={"issue_id": issue_id}) for _ in range(2)]
        await hass.async_add_executor_job(troubled.ask, "DELETE", "cameras/shed")
        try:
            refused = await manager.async_configure(menus[0]["flow_id"], {"next_step_id": "switch_off"})
            assert (refused["type"], refused["reason"]) == (FlowResultType.ABORT, "cannot_connect")
            await hass.config_entries.async_unload(in_trouble.entry_id)
            refused = await manager.async_configure(menus[1]["flow_id"], {"next_step_id": "switch_off"})
            assert (refused["type"], refused["reason"]) == (FlowResultType.ABORT, "cannot_connect")
        finally:
            await hass.async_add_executor_job(troubled.ask, "POST", "cameras", SHED)


async def test_a_gcam_that_is_too_old_until_it_is_updated(
    hass: HomeAssistant, troubled: RunningGcam, socket_enabled: None
) -> None:
    old = {"product": "gcam", "api_level": 0, "instance_id": troubled.instance_id, "name": "Gcam"}
    async with StandIn({"/api/v1/info": (200, "application/json", old)}) as there:
        entry = entry_of(troubled, url=there.url)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert shown(hass).keys() == {"too_old"}
    hass.config_entries.async_update_entry(entry, data=entry.data | {CONF_URL: troubled.url})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert shown(hass) == {}
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def files(hass: HomeAssistant, tmp_path: Path) -> Path:
    """The manifest of an integration that was loaded in version 0.0.1 from there."""
    real = await async_get_integration(hass, DOMAIN)
    manifest = {**real.manifest, "version": "0.0.1"}
    platforms = {path.name for path in real.file_path.iterdir()}
    hass.data[DATA_INTEGRATIONS][DOMAIN] = Integration(hass, real.pkg_path, tmp_path, manifest, platforms)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path / "manifest.json"


async def test_updated_files_want_a_restart(hass: HomeAssistant, files: Path) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    await async_compare_files(hass)
    assert shown(hass) == {}
    files.write_text('{"version": "0.0.2"}')
    await async_compare_files(hass)
    assert shown(hass)[RESTART_NEEDED].translation_placeholders == {"loaded": "0.0.1", "there": "0.0.2"}
    files.write_text('{"version": "0.0.')
    await async_compare_files(hass)
    assert shown(hass) == {}, "half a file tells nothing"
    files.write_text('{"version": "0.0.2"}')
    await async_compare_files(hass)

    restarts: list[ServiceCall] = async_mock_service(hass, "homeassistant", "restart")
    manager = await flows(hass)
    form = await manager.async_init(DOMAIN, data={"issue_id": RESTART_NEEDED})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "confirm")
    assert form["description_placeholders"] == {"loaded": "0.0.1", "there": "0.0.2"}
    assert restarts == []
    done = await manager.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert len(restarts) == 1
    assert shown(hass) == {}


async def test_files_are_compared_whenever_gcam_answers(
    hass: HomeAssistant, files: Path, troubled: RunningGcam, socket_enabled: None
) -> None:
    files.write_text('{"version": "0.0.2"}')
    async with set_up(hass, troubled):
        assert RESTART_NEEDED in shown(hass)
        files.write_text('{"version": "0.0.1"}')
        with clock_ahead(hours=2):
            async_fire_time_changed(hass, dt_util.utcnow())
            await until(hass, lambda: RESTART_NEEDED not in shown(hass))


async def test_what_is_not_known_does_not_change(
    hass: HomeAssistant, in_trouble: MockConfigEntry, troubled: RunningGcam
) -> None:
    """Ends the Gcam of this module: the last test."""
    with clock_ahead(minutes=16):
        await shows(hass, *ALL)
        await hass.async_add_executor_job(troubled.stop)
        await until(hass, lambda: not in_trouble.runtime_data.last_update_success)
        assert shown(hass).keys() == set(ALL)
    await hass.config_entries.async_unload(in_trouble.entry_id)
    assert shown(hass) == {}
