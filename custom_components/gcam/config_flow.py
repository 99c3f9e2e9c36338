"""How a Gcam is set up: found by the Supervisor or on the network, or by address and token; also anew."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from yarl import URL

from .api import BadCertificate, CannotConnect, Forbidden, GcamClient, GcamError, InvalidAuth, NotGcam, TooOld
from .const import (
    CONF_APP,
    CONF_LIVE_VIEW,
    DOMAIN,
    LIVE_H264,
    LIVE_MJPEG,
    LOGGER,
    NEEDED_PERMISSIONS,
)
from .models import Gcam

_URL = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_WHOLE = vol.Schema(
    {
        vol.Required(CONF_URL): _URL,
        vol.Required(CONF_TOKEN): _SECRET,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
    }
)
_TOKEN_ONLY = vol.Schema({vol.Required(CONF_TOKEN): _SECRET})
_EXAMPLE = {"example_url": "http://192.168.1.20:8099"}


class GcamConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry per Gcam, known by its instance id."""

    VERSION = 1

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}
        self._name = "Gcam"
        self._is_moving = False

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return GcamOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return await self._ask("user", _WHOLE, user_input)

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """The app (add-on) told of itself, with a token that it made for Home Assistant."""
        told = discovery_info.config
        self._name = told.get("addon", "Gcam")
        self._found = {
            CONF_URL: _url(bool(told.get("tls")), told["host"], told["port"]),
            CONF_TOKEN: told["token"],
            CONF_VERIFY_SSL: False,  # inside the machine; its certificate, if any, names another host
            CONF_APP: discovery_info.slug,
        }
        await self.async_set_unique_id(told["instance_id"])
        self._abort_if_unique_id_configured(updates=self._found)
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return await self._ask("hassio_confirm", vol.Schema({}), user_input)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        told = discovery_info.properties
        if not (instance_id := told.get("id")):
            return self.async_abort(reason="not_gcam")
        url = _url(told.get("tls") == "1", discovery_info.host, discovery_info.port)
        existing = await self.async_set_unique_id(instance_id)
        if existing is not None and _may_have_moved(existing, url):
            self._found = {**existing.data, CONF_URL: url}
            self._name = existing.title
            self.context["title_placeholders"] = {"name": self._name}
            self._is_moving = True
            return await self.async_step_moved()
        self._abort_if_unique_id_configured()
        self._name = discovery_info.name.partition("._gcam")[0]
        self._found = {CONF_URL: url, CONF_VERIFY_SSL: True}
        self.context["title_placeholders"] = {"name": self._name}
        self.context["configuration_url"] = url
        return await self.async_step_zeroconf_confirm()

    async def async_step_zeroconf_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        schema = _TOKEN_ONLY
        if self._found[CONF_URL].startswith("https:"):
            schema = schema.extend({vol.Required(CONF_VERIFY_SSL, default=True): bool})
        return await self._ask("zeroconf_confirm", schema, user_input)

    async def async_step_moved(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """A person says so before the token goes there: anybody on the network may claim to be this Gcam."""
        return await self._ask("moved", vol.Schema({}), user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        self._found = dict(entry_data)
        self._name = self._get_reauth_entry().title
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return await self._ask("reauth_confirm", _TOKEN_ONLY, user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """A token that is left empty stays as it is."""
        entry = self._get_reconfigure_entry()
        self._found = dict(entry.data)
        schema = vol.Schema(
            {
                vol.Required(CONF_URL): _URL,
                vol.Optional(CONF_TOKEN): _SECRET,
                vol.Required(CONF_VERIFY_SSL): bool,
            }
        )
        shown = {key: entry.data[key] for key in (CONF_URL, CONF_VERIFY_SSL)}
        return await self._ask("reconfigure", self.add_suggested_values_to_schema(schema, shown), user_input)

    async def _ask(
        self, step_id: str, schema: vol.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Shows a form until what is known and what was filled in leads to a Gcam."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = self._found | user_input
            gcam, errors = await self._try(data)
            if gcam is not None:
                return await self._finish(gcam, data)
            schema = self.add_suggested_values_to_schema(schema, user_input)
        placeholders = {"name": self._name, "url": self._found.get(CONF_URL, ""), **_EXAMPLE}
        return self.async_show_form(
            step_id=step_id, data_schema=schema, errors=errors, description_placeholders=placeholders
        )

    async def _finish(self, gcam: Gcam, data: dict[str, Any]) -> ConfigFlowResult:
        await self.async_set_unique_id(gcam.instance_id)
        if self.source == SOURCE_REAUTH:
            self._abort_if_unique_id_mismatch(reason="another_gcam")
            return self.async_update_reload_and_abort(self._get_reauth_entry(), data=data)
        if self.source == SOURCE_RECONFIGURE:
            self._abort_if_unique_id_mismatch(reason="another_gcam")
            return self.async_update_reload_and_abort(self._get_reconfigure_entry(), data=data)
        why = "moved" if self._is_moving else "already_configured"
        self._abort_if_unique_id_configured(updates=data, error=why)
        return self.async_create_entry(title=self._name, data=data)

    async def _try(self, data: dict[str, Any]) -> tuple[Gcam | None, dict[str, str]]:
        """The Gcam that `data` leads to, or what is wrong, by field."""
        if not _is_address(data[CONF_URL]):
            return None, {CONF_URL: "invalid_url"}
        data[CONF_URL] = _base(data[CONF_URL])
        session = async_get_clientsession(self.hass, verify_ssl=data[CONF_VERIFY_SSL])
        token = data[CONF_TOKEN].strip()
        client = GcamClient(session, data[CONF_URL], token, self.hass.config.language)
        try:
            await client.info()
            gcam = await client.hello()
        except GcamError as error:
            LOGGER.debug("No Gcam at %s: %s", data[CONF_URL], error)
            return None, _form_error(error)
        if not gcam.permissions >= NEEDED_PERMISSIONS:
            return None, {CONF_TOKEN: "insufficient_token"}
        data[CONF_TOKEN] = data[CONF_TOKEN].strip()
        return gcam, {}


class GcamOptionsFlow(OptionsFlowWithReload):
    """How live pictures come."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        ways = SelectSelectorConfig(options=[LIVE_H264, LIVE_MJPEG], translation_key=CONF_LIVE_VIEW)
        schema = vol.Schema({vol.Required(CONF_LIVE_VIEW, default=LIVE_H264): SelectSelector(ways)})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, self.config_entry.options),
        )


def _form_error(error: GcamError) -> dict[str, str]:
    return next((shown for kind, shown in _FORM_ERRORS if isinstance(error, kind)), {"base": "unknown"})


_FORM_ERRORS: tuple[tuple[type[GcamError], dict[str, str]], ...] = (
    (BadCertificate, {"base": "bad_certificate"}),
    (CannotConnect, {"base": "cannot_connect"}),
    (InvalidAuth, {CONF_TOKEN: "invalid_auth"}),
    (Forbidden, {CONF_TOKEN: "insufficient_token"}),
    (NotGcam, {"base": "not_gcam"}),
    (TooOld, {"base": "too_old"}),
)


def _is_address(text: str) -> bool:
    try:
        url = URL(text.strip())
        return url.scheme in ("http", "https") and bool(url.host) and url.explicit_port != 0
    except ValueError:
        return False


def _base(text: str) -> str:
    """As it is kept: what people copy from a browser ends in a slash or the page's own place."""
    url = URL(text.strip())
    return str(url.with_user(None).with_query(None).with_fragment(None)).rstrip("/")


def _url(tls: bool, host: str, port: int | None) -> str:
    return str(URL.build(scheme="https" if tls else "http", host=host, port=port))


def _may_have_moved(entry: ConfigEntry, url: str) -> bool:
    """Whether a Gcam that is found at another address may be the one that is known: only while that does not
    work, and never from a checked certificate to none, since anybody on the network may claim to be it.
    """
    known = entry.data[CONF_URL]
    return (
        entry.state is ConfigEntryState.SETUP_RETRY
        and known != url
        and CONF_APP not in entry.data
        and not known.startswith("https:")
    )
