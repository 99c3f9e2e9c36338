"""The newest records: bounded, findable, and without credentials."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from gcam_addon.log.ring import LogRing
from gcam_addon.log.setup import camera_logger

NAME = "gcam_addon.tests.ring"


@pytest.fixture
def ring() -> Iterator[LogRing]:
    made, logger = LogRing(size=5), logging.getLogger(NAME)
    logger.addHandler(made)
    logger.setLevel(logging.DEBUG)
    yield made
    logger.removeHandler(made)


def test_records_are_numbered_and_the_oldest_go(ring: LogRing) -> None:
    assert ring.newest == 0
    for number in range(1, 9):
        logging.getLogger(NAME).info("number %d", number)
    assert [record.message for record in ring.read(0, "", 0, 100)] == [f"number {n}" for n in range(4, 9)]
    assert ring.newest == 8
    assert [record.number for record in ring.read(0, "", 6, 100)] == [7, 8]
    assert [record.number for record in ring.read(0, "", 0, 2)] == [7, 8]


def test_they_are_found_by_level_and_text(ring: LogRing) -> None:
    camera_logger(NAME, "Front door").warning("it stalled")
    logging.getLogger(NAME).info("all quiet")
    assert [record.message for record in ring.read(logging.WARNING, "", 0, 9)] == ["it stalled"]
    assert [record.camera for record in ring.read(0, "FRONT", 0, 9)] == ["Front door"]
    assert [record.message for record in ring.read(0, "Quiet", 0, 9)] == ["all quiet"]


def test_credentials_do_not_get_in(ring: LogRing) -> None:
    log = logging.getLogger(NAME)
    log.info("opening http://admin:hunter22@192.0.2.1/stream with password=%s", "hunter22")
    camera_logger(NAME, "http://admin:hunter22@192.0.2.1").info("named so")
    try:
        raise ValueError("http://admin:hunter22@192.0.2.1 refused; Authorization: Bearer abcdefghijkl")
    except ValueError:
        log.exception("it failed")
    assert "hunter22" not in str(ring.read(0, "", 0, 9))
    assert "abcdefghijkl" not in str(ring.read(0, "", 0, 9))
    assert ring.read(0, "hunter22", 0, 9) == []


def test_what_is_long_is_cut(ring: LogRing) -> None:
    logging.getLogger(NAME).info("x" * 1_000_000)
    assert len(ring.read(0, "", 0, 1)[0].message) <= 2000


def test_a_record_that_cannot_be_said_ends_nothing(ring: LogRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging.getLogger(NAME).info("%d apples", "no")
    logging.getLogger(NAME).info("next")
    assert [record.message for record in ring.read(0, "", 0, 9)] == ["next"]
