"""docs/guide/home-assistant.md, in both languages, names what there is: no more, no less."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.gcam import (
    alarm_control_panel,
    binary_sensor,
    button,
    image,
    light,
    number,
    sensor,
    switch,
)
from custom_components.gcam.const import LIVE_H264, LIVE_MJPEG
from custom_components.gcam.course import Course
from custom_components.gcam.models import (
    GuardHappening,
    GuardHappeningType,
    Happening,
    HappeningType,
    parse_message,
)

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "custom_components" / "gcam"
GUIDE = ROOT / "docs" / "guide"
PAGES = {"en": (GUIDE / "home-assistant.md").read_text(), "fr": (GUIDE / "home-assistant.fr.md").read_text()}
MIRRORED = {
    "alarm_control_panel": alarm_control_panel,
    "binary_sensor": binary_sensor,
    "button": button,
    "image": image,
    "light": light,
    "number": number,
    "sensor": sensor,
    "switch": switch,
}
CAMERA = {"en": "Camera", "fr": "Caméra"}
"""A camera has its device's name."""
MOTION = {"en": "Motion", "fr": "Mouvement"}
"""Named by Home Assistant."""
DISABLED = {"en": "*disabled until wanted*", "fr": "*désactivée d'office*"}
MOTION_JSON = {"camera_id": "c", "event_id": "e", "started_at": 1.0, "reason": "r", "zones": [], "score": 2.0}
CLIP_JSON = {
    "id": "c-1",
    "camera_id": "c",
    "camera_name": "C",
    "kind": "motion",
    "started_at": 1.0,
    "ended_at": 3.0,
    "duration_s": 2.0,
    "thumbnail": True,
    "size_bytes": 1000,
    "width": 640,
    "height": 480,
    "peak": 4.0,
    "reason": "r",
    "event_ids": ["e"],
    "zones": [],
    "protected": False,
}

CAUSE_JSON = {"kind": "motion", "at": 1, "camera_id": "c", "event_id": "e", "what": None, "tamper": None}
GUARD_JSON: dict[str, dict[str, Any]] = {
    "alarm": {"alarm_id": "a", "is_new": True, "again": False, "cause": CAUSE_JSON},
    "arming_failed": {"mode_id": "m", "at": 1, "doer": {"via": "page"}, "troubles": []},
    "code_refused": {"at": 1, "via": "mqtt", "count": 1},
    "tamper_changed": {"camera_id": "c", "tamper": "covered", "at": 1},
}

pytestmark = pytest.mark.parametrize("language", PAGES)


def texts(language: str) -> dict[str, Any]:
    text = (COMPONENT / "translations" / f"{language}.json").read_text()
    found: dict[str, Any] = json.loads(text.replace("’", "'").replace("\u202f", " "))
    return found


def rows(language: str, heading: int) -> list[list[str]]:
    """The rows of the first table below the page's nth heading, without its head."""
    part = re.split(r"^#{2,3} ", PAGES[language], flags=re.MULTILINE)[heading]
    table = re.search(r"(^\|.*\n)+", part, re.MULTILINE)
    assert table is not None
    lines = table.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def heading(title: str) -> int:
    """Its place, counted on the English page; the French one has the same order."""
    return re.findall(r"^#{2,3} (.*)", PAGES["en"], re.MULTILINE).index(title) + 1


def code(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_chapters_are_the_same(language: str) -> None:
    def levels(text: str) -> list[str]:
        return re.findall(r"^#+(?= )", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)

    assert levels(PAGES[language]) == levels(PAGES["en"])


@pytest.mark.parametrize(("title", "group"), [("A camera", "OF_CAMERA"), ("Gcam itself", "OF_GCAM")])
def test_every_entity(language: str, title: str, group: str) -> None:
    names = texts(language)["entity"]
    expected = set()
    if group == "OF_CAMERA":
        expected = {
            (CAMERA[language], "camera", False),
            (names["event"]["events"]["name"], "events", False),
        }
    else:
        expected = {(names["event"]["guard_events"]["name"], "guard_events", False)}
    for platform, module in MIRRORED.items():
        for entity in getattr(module, group, ()):
            key = entity.translation_key
            name = MOTION[language] if key is None else names[platform][key]["name"]
            expected.add((name, entity.key, not entity.entity_registry_enabled_default))
    told = [(row[0], *code(row[1]), DISABLED[language] in row[2]) for row in rows(language, heading(title))]
    assert len(told) == len(expected)
    assert set(told) == expected


@pytest.mark.parametrize(
    ("title", "step"),
    [
        ("Installation parameters", ("config", "user")),
        ("Configuration parameters", ("options", "init")),
    ],
)
def test_every_parameter(language: str, title: str, step: tuple[str, str]) -> None:
    flow, name = step
    asked = texts(language)[flow]["step"][name]["data"]
    told = {code(row[0])[0]: row[0].split("**")[1] for row in rows(language, heading(title))}
    assert told == asked


def test_both_ways_of_live_pictures(language: str) -> None:
    ((_, text),) = rows(language, heading("Configuration parameters"))
    shown = texts(language)["selector"]["live_view"]["options"]
    for way in (LIVE_H264, LIVE_MJPEG):
        assert f"`{way}`, *{shown[way]}*" in text


def test_every_event_with_its_attributes(language: str) -> None:
    told = {code(row[0])[0]: row[1] for row in rows(language, heading("Events"))}
    assert list(told) == [kind.value for kind in HappeningType]
    started = attributes({"type": "motion_started", **MOTION_JSON})
    named = attributes({"type": "motion_named", **MOTION_JSON, "what": ["person"]})
    ended = attributes({"type": "motion_ended", **MOTION_JSON, "ended_at": 3.0, "peak": 4.0, "what": None})
    assert set(code(told["motion_started"])) == started
    assert set(code(told["motion_named"])) | started == named
    assert set(code(told["motion_ended"])) | named == ended
    kinds = set(texts(language)["selector"]["clip_kind"]["options"])
    assert set(code(told["clip_ready"])) == attributes({"type": "clip_ready", "clip": CLIP_JSON}) | kinds


def test_every_event_of_the_guard_with_its_attributes(language: str) -> None:
    told = {code(row[0])[0]: set(code(row[1])) for row in rows(language, heading("The guard"))}
    values = {
        "alarm": {"motion", "tamper", "hand"},
        "tamper_changed": set(texts(language)["selector"]["tamper"]["options"]),
    }
    assert list(told) == [kind.value for kind in GuardHappeningType]
    for kind, body in GUARD_JSON.items():
        happening = parse_message({"type": kind, **body})
        assert isinstance(happening, GuardHappening)
        assert told[kind] == set(happening.attributes) | values.get(kind, set())


def attributes(body: dict[str, Any]) -> set[str]:
    happening = parse_message(body)
    assert isinstance(happening, Happening)
    return set(Course().told(happening))


def test_every_action_with_its_fields(language: str) -> None:
    services = yaml.safe_load((COMPONENT / "services.yaml").read_text())
    told = {row[0].strip("`"): set(code(row[2])) for row in rows(language, heading("Actions"))}
    assert told == {f"gcam.{name}": set(service["fields"]) for name, service in services.items()}


def test_every_trigger_with_its_options(language: str) -> None:
    triggers = yaml.safe_load((COMPONENT / "triggers.yaml").read_text())
    del triggers[".target"]
    told = {row[0].strip("`"): set(code(row[2])) for row in rows(language, heading("Triggers"))}
    assert told == {f"gcam.{name}": set(trigger.get("fields", ())) for name, trigger in triggers.items()}


async def test_the_examples_are_valid(hass: HomeAssistant, language: str) -> None:
    """Home Assistant takes every one as an automation."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGES[language], re.DOTALL)
    automations = [yaml.safe_load(block) for block in blocks if block.startswith("triggers:")]
    assert len(automations) == 3
    named = [{"alias": f"Example {n}"} | automation for n, automation in enumerate(automations)]
    assert await async_setup_component(hass, "automation", {"automation": named})
    await hass.async_block_till_done()
    assert [state.state for state in hass.states.async_all("automation")] == ["on"] * 3


def test_every_link_leads_somewhere(language: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[language]):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        page = (GUIDE / path) if path else GUIDE / f"home-assistant{'' if language == 'en' else '.fr'}.md"
        assert page.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)", page.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, (
                target
            )


def test_every_picture_is_small(language: str) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGES[language])
    assert len(pictures) == 4
    assert all((GUIDE / picture).stat().st_size < 150_000 for picture in pictures)
