"""docs/ref/settings.md names every setting with its true default, and its examples are valid."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path

import pytest

from gcam_addon.config.camera_file import read_cameras
from gcam_addon.config.model import (
    DetectionSettings,
    EncoderSettings,
    MqttSettings,
    NamingSettings,
    RecordingSettings,
    RetentionSettings,
    SourceSettings,
)

PAGE = (Path(__file__).parents[2] / "docs" / "ref" / "settings.md").read_text()
SECTIONS = {
    "source": SourceSettings,
    "detection": DetectionSettings,
    "naming": NamingSettings,
    "recording": RecordingSettings,
    "mqtt": MqttSettings,
    "retention": RetentionSettings,
    "encoder": EncoderSettings,
}
ELSEWHERE = {("source", "url"), ("source", "url_hd")}


def rows(section: str) -> dict[str, str]:
    """Setting -> the table's cell with the default."""
    text = PAGE.split(f"### `{section}`\n", 1)[1].split("\n#", 1)[0]
    found = {}
    for names, default in re.findall(r"^\| (`[^|]+) \| ([^|]*) \|", text, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            found[name] = default.strip()
    return found


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_explained_with_its_default(section: str) -> None:
    explained = rows(section)
    known = {
        field.name: field for field in fields(SECTIONS[section]) if (section, field.name) not in ELSEWHERE
    }
    assert set(explained) - {"url"} == set(known)
    for name, field in known.items():
        assert field.default is not MISSING
        assert default_in(explained[name]) == plain(field.default), name


def default_in(cell: str) -> object:
    """The first value in the cell, before any exception to it."""
    first = cell.split("`")[1] if cell.startswith("`") else cell.split(",", maxsplit=1)[0]
    return json.loads(first)


def plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def test_the_example_is_valid() -> None:
    found = read_cameras(PAGE.split("```json\n")[1].split("```")[0].encode())
    assert [camera.id for camera in found.cameras] == ["front_door", "garage"]
    assert not found.refused
