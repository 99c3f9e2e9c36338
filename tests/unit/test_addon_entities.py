"""Who makes the entities, and what the add-on remembers of it."""

from __future__ import annotations

import itertools
import stat
from pathlib import Path

import pytest

from gcam_addon.config.model import EntityMaker
from gcam_addon.supervisor.entities import settle
from gcam_addon.supervisor.memory import Memory, recall, remember

AUTO, MQTT, INTEGRATION = EntityMaker.AUTO, EntityMaker.MQTT, EntityMaker.INTEGRATION


@pytest.mark.parametrize(
    ("broker", "integration", "maker"),
    [(True, False, MQTT), (True, True, INTEGRATION), (False, False, AUTO), (False, True, AUTO)],
)
def test_it_is_settled_when_a_broker_is_found(broker: bool, integration: bool, maker: EntityMaker) -> None:
    assert settle(AUTO, AUTO, broker=broker, integration=integration) is maker


@pytest.mark.parametrize("settled", [MQTT, INTEGRATION])
def test_what_is_settled_stays(settled: EntityMaker) -> None:
    for broker, integration in itertools.product((True, False), repeat=2):
        assert settle(AUTO, settled, broker=broker, integration=integration) is settled


@pytest.mark.parametrize("wanted", [MQTT, INTEGRATION])
def test_what_the_owner_wants_counts_most(wanted: EntityMaker) -> None:
    for settled in EntityMaker:
        assert settle(wanted, settled, broker=True, integration=True) is wanted


def test_memory_comes_back(tmp_path: Path) -> None:
    assert recall(tmp_path) == Memory()
    memory = Memory("t1", "gcam_secret", MQTT)
    remember(tmp_path, memory)
    assert recall(tmp_path) == memory
    assert stat.S_IMODE((tmp_path / "home_assistant.json").stat().st_mode) == 0o600
    assert "gcam_secret" not in repr(memory)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 2}', '{"version": 1, "entities": "nobody"}', "\xff"]
)
def test_a_memory_that_cannot_be_read_is_begun_anew(
    content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "home_assistant.json").write_bytes(content.encode("latin-1"))
    assert recall(tmp_path) == Memory()
    assert "begun anew" in caplog.text


def test_half_a_token_is_none(tmp_path: Path) -> None:
    (tmp_path / "home_assistant.json").write_text('{"version": 1, "token_id": "t1", "entities": "mqtt"}')
    assert recall(tmp_path) == Memory(None, None, MQTT)


def test_a_disk_that_refuses_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    remember(tmp_path / "file", Memory())
    assert "can't be written" in caplog.text
