"""What every test of the component starts from: a real Gcam with two simulated cameras, and its entry."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_socket
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.gcam  # noqa: F401
from tests.support.ports import silent_port

from .support.boards import watching
from .support.entry import set_up
from .support.gcam import RunningGcam


@pytest.fixture(autouse=True)
def custom_integrations(enable_custom_integrations: None) -> None:
    pass


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGcam]:
    pytest_socket.enable_socket()  # a test's own sockets are blocked until it asks for them
    with watching(tmp_path_factory.mktemp("gcam")) as gcam:
        yield gcam


@pytest.fixture
def gcam(running: RunningGcam, socket_enabled: None) -> RunningGcam:
    return running


@pytest.fixture
def own_gcam(tmp_path: Path, socket_enabled: None) -> Iterator[RunningGcam]:
    """One that a test may stop, and give and take cameras."""
    with watching(tmp_path) as gcam:
        yield gcam


@pytest.fixture
def nobodys_port(socket_enabled: None) -> Iterator[int]:
    """Of this machine, where no Gcam runs."""
    with silent_port() as port:
        yield port


@pytest.fixture
async def entry(hass: HomeAssistant, gcam: RunningGcam) -> AsyncIterator[MockConfigEntry]:
    async with set_up(hass, gcam) as entry:
        yield entry


@pytest.fixture
def expected_lingering_timers() -> bool:
    """A WebSocket of aiohttp 3.14 that is closed arms its heartbeat once more, which then finds nobody."""
    return True
