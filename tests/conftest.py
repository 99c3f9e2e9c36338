"""In which order files are tested: those that wait longest first, so that the quick ones fill the gaps.

With `--dist loadfile --no-loadscope-reorder` each process takes the next file once it is through with its
own: whatever takes a minute must not begin last. The component's tests read this too.
"""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import Protocol

with contextlib.suppress(ModuleNotFoundError):  # the component's tests do without it
    from hypothesis import settings

    settings.register_profile("any machine", deadline=None)
    settings.load_profile("any machine")


class _Item(Protocol):
    path: Path


_LONGEST = (
    "test_accuracy_on_footage.py",
    "test_faults.py",
    "test_numbered_camera.py",
    "test_firmware.py",
    "test_engine.py",
    "test_walks.py",
    "test_journey.py",
    "test_accuracy.py",
    "test_faults_around.py",
    "test_program.py",
    "test_cameras_page.py",
    "test_polled_camera.py",
    "test_gcam_board.py",
    "test_two_addresses.py",
    "test_web_schemathesis.py",
    "test_tune_page.py",
    "test_addon.py",
    "test_what_if.py",
    "test_audit.py",
    "test_mqtt_bridge.py",
)
_ROOMS = ("e2e", "integration", "unit")


def pytest_configure() -> None:
    # A shell that runs the suite in the background ignores SIGINT: so would programs that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[_Item]) -> None:
    items.sort(key=lambda item: _turn(item.path))  # stable: a file's tests keep their order


def _turn(path: Path) -> tuple[int, int]:
    name, room = path.name, path.parent.name
    return (
        _LONGEST.index(name) if name in _LONGEST else len(_LONGEST),
        _ROOMS.index(room) if room in _ROOMS else len(_ROOMS),
    )
