"""Every blueprint: loaded by Home Assistant, found where it says it is, complete for who fills it in."""

import json
from typing import Any

import pytest
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.importer import fetch_blueprint_from_github_url
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from .automations import FOLDER, REPOSITORY

FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
MANIFEST = json.loads((REPOSITORY / "custom_components" / "gcam" / "manifest.json").read_text())
PLACE = MANIFEST["documentation"].split("/blob/")[0]
LINK = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="


def load(name: str) -> Blueprint:
    data: Any = parse_yaml((FOLDER / name).read_text())
    return Blueprint(data, expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA)


def test_there_are_some() -> None:
    assert len(FILES) == 3


@pytest.mark.parametrize("name", FILES)
def test_every_input_is_explained_and_chosen(name: str) -> None:
    blueprint = load(name)
    assert blueprint.validate() is None, "this Home Assistant is new enough"
    assert blueprint.metadata["description"]
    for key, given in blueprint.inputs.items():
        assert given["name"], key
        assert given["selector"], key


@pytest.mark.parametrize("name", FILES)
def test_needs_no_newer_home_assistant_than_the_component(name: str) -> None:
    wanted = json.loads((REPOSITORY / "hacs.json").read_text())["homeassistant"]
    assert load(name).metadata["homeassistant"]["min_version"] == wanted


@pytest.mark.parametrize("name", FILES)
async def test_imported_from_where_it_says(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker, name: str
) -> None:
    """By the code behind Import blueprint; only GitHub itself is not asked."""
    url = load(name).metadata["source_url"]
    assert url == f"{PLACE}/blob/main/blueprints/automation/gcam/{name}"
    raw = url.replace("https://github.com/", "https://raw.githubusercontent.com/").replace("/blob/", "/")
    aioclient_mock.get(raw, text=(FOLDER / name).read_text())
    imported = await fetch_blueprint_from_github_url(hass, url)
    assert imported.blueprint.name == load(name).name


@pytest.mark.parametrize("page", ["home-assistant.md", "home-assistant.fr.md"])
@pytest.mark.parametrize("name", FILES)
def test_the_guide_offers_it(page: str, name: str) -> None:
    text = (REPOSITORY / "docs" / "guide" / page).read_text()
    address = f"{PLACE}/blob/main/blueprints/automation/gcam/{name}"
    assert LINK + address.replace(":", "%3A").replace("/", "%2F") in text
