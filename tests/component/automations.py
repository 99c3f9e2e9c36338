"""The blueprints as Home Assistant gets to use them: copied to its folder, filled in, and run."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import restore_state
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

REPOSITORY = Path(__file__).parents[2]
BLUEPRINTS = REPOSITORY / "blueprints"
FOLDER = BLUEPRINTS / "automation" / "gcam"


def install(hass: HomeAssistant, config_dir: Path) -> None:
    """Home Assistant's configuration lies in `config_dir` and has the blueprints."""
    shutil.copytree(BLUEPRINTS, config_dir / "blueprints")
    hass.config.config_dir = str(config_dir)


async def automate(hass: HomeAssistant, blueprint: str, **inputs: Any) -> str:
    """An automation made of the blueprint; its entity id."""
    use = {"path": f"gcam/{blueprint}.yaml", "input": inputs}
    config = {"automation": {"id": "tested", "alias": "Tested", "use_blueprint": use}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    state = hass.states.get("automation.tested")
    assert state is not None
    assert state.state == "on", "Home Assistant refused it, see its log"
    return state.entity_id


async def remember_last_run(hass: HomeAssistant, storage: dict[str, Any], ago: timedelta) -> None:
    """What Home Assistant stored of the automation before it was restarted."""
    now = dt_util.utcnow()
    state = State("automation.tested", "on", {"last_triggered": (now - ago).isoformat()}, now, now)
    stored = {"state": state.as_dict(), "extra_data": None, "last_seen": now.isoformat()}
    storage[restore_state.STORAGE_KEY] = {"version": 1, "key": restore_state.STORAGE_KEY, "data": [stored]}
    await restore_state.async_get(hass).async_load()


async def settle() -> None:
    """All that can happen now has happened. An automation that waits is never done, so neither is
    `async_block_till_done`; what it does between two waits takes some rounds of the loop, but no time.
    """
    for _ in range(100):
        await asyncio.sleep(0)


async def until(hass: HomeAssistant, wanted: Callable[[], bool]) -> None:
    """For what may first have to be imported, in a thread."""
    for _ in range(100):
        if wanted():
            return
        await hass.async_add_import_executor_job(lambda: None)
        await settle()
    raise AssertionError("It did not happen")


async def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, **duration: float) -> None:
    """So much time passes, and everything that was to happen then has happened."""
    freezer.tick(timedelta(**duration))
    async_fire_time_changed(hass, dt_util.utcnow())
    await settle()
