"""Setting a Gcam up: by hand, found, anew; every failure with its sentence, and a way on after each."""

import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import (
    SOURCE_HASSIO,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam.const import CONF_LIVE_VIEW, DOMAIN, LIVE_MJPEG

from .support.gcam import RunningGcam
from .support.stand_in import StandIn, self_signed

GOOD_INFO = {"product": "gcam", "api_level": 1, "instance_id": "1234", "name": "Gcam"}


async def begin(hass: HomeAssistant, **context: Any) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context=context or {"source": SOURCE_USER})


async def fill(hass: HomeAssistant, result: ConfigFlowResult, fields: Mapping[str, Any]) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], dict(fields))


def asked(gcam: RunningGcam, **other: Any) -> dict[str, Any]:
    return {CONF_URL: gcam.url, CONF_TOKEN: gcam.token, CONF_VERIFY_SSL: True} | other


async def test_by_address_and_token(hass: HomeAssistant, gcam: RunningGcam) -> None:
    result = await begin(hass)
    assert (result["type"], result["step_id"], result["errors"]) == (FlowResultType.FORM, "user", {})
    pasted = asked(gcam, url=f" {gcam.url}/#/live ", token=f"{gcam.token} ")
    result = await fill(hass, result, pasted)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Gcam"
    assert result["data"] == asked(gcam)
    assert result["result"].unique_id == gcam.instance_id
    await hass.async_block_till_done()
    assert result["result"].state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_each_gcam_once(hass: HomeAssistant, gcam: RunningGcam) -> None:
    """The same one by another address is the same one, and is reached there from now on."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=gcam.instance_id, data=asked(gcam, url="http://old"))
    entry.add_to_hass(hass)
    result = await fill(hass, await begin(hass), asked(gcam))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert entry.data[CONF_URL] == gcam.url
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("other", "errors"),
    [
        ({CONF_URL: "gcam"}, {CONF_URL: "invalid_url"}),
        ({CONF_URL: "ftp://127.0.0.1"}, {CONF_URL: "invalid_url"}),
        ({CONF_URL: "http://127.0.0.1:99999"}, {CONF_URL: "invalid_url"}),
        ({CONF_TOKEN: "wrong"}, {CONF_TOKEN: "invalid_auth"}),
    ],
)
async def test_what_is_wrong_is_said_and_can_be_mended(
    hass: HomeAssistant, gcam: RunningGcam, other: dict[str, Any], errors: dict[str, str]
) -> None:
    result = await fill(hass, await begin(hass), asked(gcam) | other)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    result = await fill(hass, result, asked(gcam))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_nobody_there(hass: HomeAssistant, gcam: RunningGcam, nobodys_port: int) -> None:
    result = await fill(hass, await begin(hass), asked(gcam, url=f"http://127.0.0.1:{nobodys_port}"))
    assert result["errors"] == {"base": "cannot_connect"}


@pytest.mark.parametrize("scopes", [["view"], ["playback"], ["view", "playback"]])
async def test_a_token_that_allows_too_little(
    hass: HomeAssistant, gcam: RunningGcam, scopes: list[str]
) -> None:
    token = gcam.make_token(scopes)
    result = await fill(hass, await begin(hass), asked(gcam, token=token))
    assert result["errors"] == {CONF_TOKEN: "insufficient_token"}


@pytest.mark.parametrize(
    ("info", "error"),
    [
        ((200, "text/html", "<h1>A router</h1>"), "not_gcam"),
        ((404, "text/html", "nothing here"), "not_gcam"),
        ((401, "text/html", "log in"), "not_gcam"),
        ((500, "text/html", "oh"), "not_gcam"),
        ((200, "application/json", "[]"), "not_gcam"),
        ((200, "application/json", '{"product": "frigate"}'), "not_gcam"),
        ((200, "application/json", '{"product": "gcam"}'), "not_gcam"),
        ((200, "application/json", GOOD_INFO | {"api_level": 0}), "too_old"),
    ],
)
async def test_somebody_else_or_somebody_old_there(
    hass: HomeAssistant, socket_enabled: None, info: tuple[int, str, Any], error: str
) -> None:
    async with StandIn({"/api/v1/info": info}) as there:
        fields = {CONF_URL: there.url, CONF_TOKEN: "any", CONF_VERIFY_SSL: True}
        result = await fill(hass, await begin(hass), fields)
    assert result["errors"] == {"base": error}


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ((500, "text/plain", "oh"), "cannot_connect"),
        ([], "cannot_connect"),
        (['{"type": "hello"}'], "not_gcam"),
        (["no JSON"], "not_gcam"),
    ],
)
async def test_a_gcam_that_does_not_speak(
    hass: HomeAssistant, socket_enabled: None, events: Any, error: str
) -> None:
    async with StandIn(
        {"/api/v1/info": (200, "application/json", GOOD_INFO), "/api/v1/events": events}
    ) as there:
        fields = {CONF_URL: there.url, CONF_TOKEN: "any", CONF_VERIFY_SSL: True}
        result = await fill(hass, await begin(hass), fields)
    assert result["errors"] == {"base": error}


async def test_a_certificate_that_nobody_signed(
    hass: HomeAssistant, socket_enabled: None, tmp_path: Path
) -> None:
    context: ssl.SSLContext = self_signed(tmp_path)
    routes = {"/api/v1/info": (200, "application/json", GOOD_INFO | {"api_level": 0})}
    async with StandIn(routes, context) as there:
        fields = {CONF_URL: there.url, CONF_TOKEN: "any", CONF_VERIFY_SSL: True}
        result = await fill(hass, await begin(hass), fields)
        assert result["errors"] == {"base": "bad_certificate"}
        result = await fill(hass, result, fields | {CONF_VERIFY_SSL: False})
        assert result["errors"] == {"base": "too_old"}  # it was asked


def told(gcam: RunningGcam, **other: Any) -> HassioServiceInfo:
    """As the app posts it, and as Home Assistant passes it on."""
    config = {"host": "127.0.0.1", "port": gcam.port, "token": gcam.token}
    config |= {"instance_id": gcam.instance_id, "api_level": 1, "addon": "Gcam"}
    return HassioServiceInfo(config=config | other, name="Gcam", slug="abc_gcam", uuid="5678")


async def test_found_as_an_app(hass: HomeAssistant, gcam: RunningGcam) -> None:
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_HASSIO}, data=told(gcam)
    )
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "hassio_confirm")
    result = await fill(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == asked(gcam, verify_ssl=False, app="abc_gcam")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_an_app_that_is_not_up_yet_can_be_tried_again(
    hass: HomeAssistant, gcam: RunningGcam, nobodys_port: int
) -> None:
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_HASSIO}, data=told(gcam, port=nobodys_port)
    )
    result = await fill(hass, result, {})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"base": "cannot_connect"})


async def test_an_app_that_moved_or_has_a_new_token(hass: HomeAssistant, gcam: RunningGcam) -> None:
    old = {CONF_URL: "http://127.0.0.1:1", CONF_TOKEN: "old", CONF_VERIFY_SSL: False}
    entry = MockConfigEntry(domain=DOMAIN, unique_id=gcam.instance_id, data=old)
    entry.add_to_hass(hass)
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_HASSIO}, data=told(gcam)
    )
    assert result["reason"] == "already_configured"
    assert entry.data == asked(gcam, verify_ssl=False, app="abc_gcam")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)


def announced(gcam: RunningGcam, **properties: str) -> ZeroconfServiceInfo:
    return ZeroconfServiceInfo(
        ip_address=ip_address("127.0.0.1"),
        ip_addresses=[ip_address("127.0.0.1")],
        port=gcam.port,
        hostname="attic.local.",
        type="_gcam._tcp.local.",
        name="Gcam attic._gcam._tcp.local.",
        properties={"id": gcam.instance_id, "api": "1", "tls": "0"} | properties,
    )


async def announce(hass: HomeAssistant, service: ZeroconfServiceInfo) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=service
    )


async def test_found_on_the_network(hass: HomeAssistant, gcam: RunningGcam) -> None:
    result = await announce(hass, announced(gcam))
    assert result["step_id"] == "zeroconf_confirm"
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["url"] == gcam.url
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Gcam attic"}
    result = await fill(hass, result, {CONF_TOKEN: "wrong"})
    assert result["errors"] == {CONF_TOKEN: "invalid_auth"}
    result = await fill(hass, result, {CONF_TOKEN: gcam.token})
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Gcam attic")
    assert result["data"] == asked(gcam)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_found_with_tls_the_certificate_is_checked_unless_told(
    hass: HomeAssistant, gcam: RunningGcam
) -> None:
    result = await announce(hass, announced(gcam, tls="1"))
    assert result["data_schema"] is not None
    assert {str(key) for key in result["data_schema"].schema} == {CONF_TOKEN, CONF_VERIFY_SSL}


async def test_an_announcement_without_an_id_is_no_gcam(hass: HomeAssistant, gcam: RunningGcam) -> None:
    service = announced(gcam)
    del service.properties["id"]
    result = await announce(hass, service)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_gcam")


async def test_an_announcement_does_not_move_what_works(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry, nobodys_port: int
) -> None:
    service = announced(gcam)
    service.port = nobodys_port
    result = await announce(hass, service)
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_URL] == gcam.url


@pytest.mark.parametrize(("scheme", "moves"), [("http", True), ("https", False)])
async def test_what_is_away_moves_to_where_it_is_announced_when_a_person_says_so_and_never_away_from_tls(
    hass: HomeAssistant, gcam: RunningGcam, nobodys_port: int, scheme: str, moves: bool
) -> None:
    away = f"{scheme}://127.0.0.1:{nobodys_port}"
    entry = MockConfigEntry(domain=DOMAIN, unique_id=gcam.instance_id, data=asked(gcam, url=away))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    result = await announce(hass, announced(gcam))
    await hass.async_block_till_done()
    assert entry.data[CONF_URL] == away  # whoever announces it gets no token by that
    if moves:
        assert result["step_id"] == "moved"
        result = await fill(hass, result, {})
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "moved")
    else:
        assert result["reason"] == "already_configured"
    await hass.async_block_till_done()
    assert entry.data == asked(gcam, url=gcam.url if moves else away)
    assert entry.state is (ConfigEntryState.LOADED if moves else ConfigEntryState.SETUP_RETRY)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_another_token(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id=gcam.instance_id, data=asked(gcam, token="revoked"))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {CONF_TOKEN: gcam.token})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_token_of_another_gcam(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="another", data=asked(gcam))
    entry.add_to_hass(hass)
    result = await entry.start_reauth_flow(hass)
    result = await fill(hass, result, {CONF_TOKEN: gcam.token})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "another_gcam")


async def test_another_address_with_the_same_token(hass: HomeAssistant, gcam: RunningGcam) -> None:
    old = asked(gcam, url="http://127.0.0.1:1", app="abc_gcam")
    entry = MockConfigEntry(domain=DOMAIN, unique_id=gcam.instance_id, data=old)
    entry.add_to_hass(hass)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    result = await fill(hass, result, {CONF_URL: gcam.url, CONF_VERIFY_SSL: False})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.data == asked(gcam, verify_ssl=False, app="abc_gcam")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_an_entry_never_becomes_another_gcams(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="another", data=asked(gcam, url="http://127.0.0.1:1"))
    entry.add_to_hass(hass)
    result = await entry.start_reconfigure_flow(hass)
    result = await fill(hass, result, asked(gcam))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "another_gcam")


async def test_how_live_pictures_come(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "init")
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_LIVE_VIEW: LIVE_MJPEG}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {CONF_LIVE_VIEW: LIVE_MJPEG}
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
