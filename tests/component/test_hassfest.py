"""The component against the rules of those who let it into Home Assistant; those against broken copies."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from .rules import images, manifest, references, scale, texts
from .rules.component import Component

ROOT = Path(__file__).parents[2]
RULES = (*manifest.RULES, *texts.RULES, *references.RULES, *images.RULES, *scale.RULES)

type Rule = Callable[[Component], Iterator[str]]
type Breaking = Callable[[Path], None]
needs_icons = pytest.mark.skipif(
    not references.icon_variables(ROOT), reason="needs the page's packages: scripts/setup"
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule) -> None:
    assert list(rule(Component(ROOT))) == []


@needs_icons
def test_icons_are_among_those_there_are() -> None:
    assert {"mdiCctv", "mdiNumeric1Box"} < references.icon_variables(ROOT)


def test_there_are_54_rules_of_quality() -> None:
    assert len(scale.NAMES) == 54


def in_file(name: str, old: str, new: str) -> Breaking:
    """Replaces a part of a file."""

    def breaking(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r} to break"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return breaking


def in_json(name: str, change: Callable[[Any], object]) -> Breaking:
    """Changes what a JSON file holds."""

    def breaking(root: Path) -> None:
        path = root / name
        body = json.loads(path.read_text(encoding="utf-8"))
        change(body)
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")

    return breaking


def in_code(module: str, text: str) -> Breaking:
    """Adds code to a module, or makes a new one."""

    def breaking(root: Path) -> None:
        with (root / GCAM / f"{module}.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    return breaking


def without(name: str) -> Breaking:
    return lambda root: (root / name).unlink()


def with_file(name: str, text: str = "") -> Breaking:
    def breaking(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    return breaking


def image(name: str, size: tuple[int, int], mode: str = "RGBA", margin: int = 0) -> Breaking:
    def breaking(root: Path) -> None:
        picture = Image.new(mode, size)
        picture.paste("teal", (margin, margin, size[0] - margin, size[1] - margin))
        picture.save(root / name)

    return breaking


GCAM = "custom_components/gcam"
MANIFEST = f"{GCAM}/manifest.json"
EN = f"{GCAM}/translations/en.json"
FR = f"{GCAM}/translations/fr.json"
ICONS = f"{GCAM}/icons.json"
GUIDE = "docs/guide/repairs.md"
SCALE = f"{GCAM}/quality_scale.yaml"
BRAND = f"{GCAM}/brand"


def manifest_with(**changes: object) -> Breaking:
    return in_json(MANIFEST, lambda body: body.update(changes))


def user_step(body: Any) -> Any:
    return body["config"]["step"]["user"]


def title(text: str, language: str) -> Breaking:
    return in_json(language, lambda body: user_step(body).update(title=text))


def raising(key: str, **placeholders: str) -> Breaking:
    filled = f", translation_placeholders={placeholders}" if placeholders else ""
    return in_code("camera", f'raise E(translation_domain=DOMAIN, translation_key="{key}"{filled})')


BROKEN: list[tuple[Rule, Breaking, str]] = [
    (manifest.manifest_schema, manifest_with(zzz=1), "zzz"),
    (manifest.manifest_schema, in_json(MANIFEST, lambda body: body.pop("version")), "version"),
    (manifest.manifest_schema, manifest_with(version="one"), "version"),
    (manifest.manifest_schema, manifest_with(iot_class="cloudy"), "iot_class"),
    (manifest.manifest_schema, manifest_with(codeowners=["x"]), "codeowners"),
    (manifest.manifest_schema, manifest_with(codeowners=[]), "codeowners"),
    (
        manifest.manifest_schema,
        manifest_with(documentation="https://www.home-assistant.io/integrations/gcam"),
        "documentation",
    ),
    (
        manifest.manifest_order,
        in_json(MANIFEST, lambda body: body.update(domain=body.pop("domain"))),
        "domain, name",
    ),
    (
        manifest.manifest_domain,
        manifest_with(domain="axis"),
        "axis is an integration",
    ),
    (manifest.manifest_domain, manifest_with(domain="gcams"), "folder's name"),
    (
        manifest.no_requirements,
        manifest_with(requirements=["x==1"]),
        "requirements",
    ),
    (
        manifest.version_is_the_add_on_s,
        manifest_with(version="0.0.7"),
        "0.0.7",
    ),
    (manifest.flow_is_there, without(f"{GCAM}/config_flow.py"), "missing"),
    (manifest.flow_is_there, manifest_with(mqtt=["gcam/#"]), "async_step_mqtt"),
    (
        manifest.flow_is_there,
        with_file(f"{GCAM}/config_flow.py", "async def async_step_zeroconf(): ..."),
        "unique id",
    ),
    (
        manifest.dependencies_exist,
        manifest_with(dependencies=["nonsense"]),
        "nonsense",
    ),
    (
        manifest.dependencies_exist,
        manifest_with(dependencies=["http"], after_dependencies=["http"]),
        "both lists",
    ),
    (
        manifest.imports_are_dependencies,
        in_code("camera", "from homeassistant.components.recorder import get_instance"),
        "camera.py imports recorder",
    ),
    (
        manifest.imports_are_dependencies,
        in_code("camera", "from homeassistant.components import mqtt"),
        "camera.py imports mqtt",
    ),
    (
        manifest.imports_are_dependencies,
        in_code("camera", "import homeassistant.components.cloud.const"),
        "camera.py imports cloud",
    ),
    (
        manifest.never_the_add_on,
        in_code("api", "from gcam_addon.model import Clip"),
        "api.py imports gcam_addon",
    ),
    (manifest.never_the_add_on, in_code("api", "import gcam_addon"), "api.py imports gcam_addon"),
    (manifest.one_integration, with_file("custom_components/other/manifest.json"), "other"),
    (manifest.one_integration, with_file("frontend/public/manifest.json"), "manifest.webmanifest"),
    (manifest.hacs, without("hacs.json"), "hacs.json"),
    (manifest.hacs, in_json("hacs.json", lambda body: body.pop("name")), "name"),
    (manifest.hacs, in_json("hacs.json", lambda body: body.update(domains=["gcam"])), "domains"),
    (manifest.repository_files, with_file("LICENSE", "All rights reserved"), "LICENSE"),
    (manifest.repository_files, without("README.md"), "README"),
    (texts.shape, in_json(EN, lambda body: body.update(nonsense={})), "nonsense"),
    (texts.shape, in_json(EN, lambda body: body["issues"]["too_old"].pop("title")), "too_old"),
    (
        texts.shape,
        in_json(FR, lambda body: body["issues"]["restart_needed"].update(description="…")),
        "restart_needed",
    ),
    (texts.shape, in_json(EN, lambda body: body["exceptions"].update(Bad_={"message": "x"})), "Bad_"),
    (texts.same_keys, in_json(FR, lambda body: body["exceptions"].popitem()), "fr: exceptions"),
    (texts.same_keys, in_json(EN, lambda body: body["exceptions"].popitem()), "en: exceptions"),
    (
        texts.same_order,
        in_json(FR, lambda body: body.update(config=body.pop("config"))),
        "order",
    ),
    (
        texts.same_placeholders,
        in_json(FR, lambda body: body["issues"]["too_old"].update(title="{nom} est trop ancien")),
        "fr: issues.too_old.title",
    ),
    (
        texts.plain,
        title("See https://example.org", EN),
        "address",
    ),
    (texts.plain, title("See www.example.org", EN), "address"),
    (texts.plain, title("<b>Gcam</b>", EN), "HTML"),
    (texts.plain, title("The '{name}'", EN), "quotes"),
    (texts.plain, title("[%key:common::x%]", EN), "reference"),
    (texts.plain, title("Gcam ", EN), "space"),
    (texts.plain, title("", EN), "empty"),
    (texts.plain, title("{a", EN), "braces"),
    (texts.plain, title("{a b}", EN), "proper name"),
    (
        texts.languages_differ,
        in_json(FR, lambda body: user_step(body).update(description=ENGLISH)),
        "config.step.user.description is in English",
    ),
    (
        texts.french_typography,
        title("L'adresse", FR),
        "apostrophe",
    ),
    (texts.french_typography, title("Où ?", FR), "no-break"),
    (texts.french_typography, title("Où\u00a0?", FR), "no-break"),
    (texts.french_typography, title("9\u00a0%", FR), "no-break"),
    (texts.french_typography, title("Ici: là", FR), "no-break"),
    (
        texts.forms_are_described,
        in_json(EN, lambda body: user_step(body)["data_description"].pop("token")),
        "token",
    ),
    (
        references.texts_are_used,
        in_json(EN, lambda body: body["exceptions"].update(never_said={"message": "x"})),
        "exceptions.never_said",
    ),
    (references.texts_are_used, in_json(EN, lambda body: body["entity"].update(lamp={})), "entity.lamp"),
    (
        references.used_texts_exist,
        raising("unheard_of"),
        "exceptions.unheard_of",
    ),
    (
        references.used_texts_exist,
        in_code("camera", 'class A:\n    _attr_translation_key = "unheard_of"'),
        "entity.camera.unheard_of",
    ),
    (
        references.used_texts_exist,
        in_code("sensor", 'D(key="x", translation_key="unheard_of")'),
        "entity.sensor.unheard_of",
    ),
    (
        references.used_texts_exist,
        in_code("outdated", 'ir.async_create_issue(hass, translation_key="unheard_of")'),
        "issues.unheard_of",
    ),
    (
        references.used_texts_exist,
        in_code("config_flow", 'self.async_abort(reason="unheard_of")'),
        "config.abort.unheard_of",
    ),
    (
        references.placeholders_are_filled,
        raising("refused", error="x"),
        "refused without subject",
    ),
    (
        references.placeholders_are_filled,
        raising("refused"),
        "refused without error",
    ),
    (
        references.services_are_told_of,
        in_json(EN, lambda body: body["triggers"].popitem()),
        "only in",
    ),
    (
        references.services_are_told_of,
        in_json(ICONS, lambda body: body["triggers"].pop("clip_ready")),
        "clip_ready has no icon",
    ),
    (
        references.services_are_told_of,
        in_json(EN, lambda body: body["triggers"]["clip_ready"]["fields"].pop("kind")),
        "clip_ready.kind",
    ),
    (
        references.services_are_told_of,
        in_json(EN, lambda body: body["selector"]["clip_kind"]["options"].pop("manual")),
        "selector.clip_kind",
    ),
    (
        references.registered_services_are_described,
        in_code("__init__", 'hass.services.async_register(DOMAIN, "unheard_of", None)'),
        "unheard_of",
    ),
    (
        references.icons_are_used,
        in_json(ICONS, lambda body: body["entity"]["sensor"].update(unheard_of={"default": "mdi:cctv"})),
        "entity.sensor.unheard_of",
    ),
    (
        references.icons_are_used,
        in_json(ICONS, lambda body: body["entity"]["sensor"]["status"].update(state={"asleep": "mdi:cctv"})),
        "asleep",
    ),
    (
        references.icons_are_used,
        in_json(ICONS, lambda body: body["triggers"].update(unheard_of={"trigger": "mdi:cctv"})),
        "unheard_of",
    ),
    (
        references.entities_have_icons,
        in_json(ICONS, lambda body: body["entity"]["sensor"].pop("fps")),
        "entity.sensor.fps",
    ),
    (
        references.icons_exist,
        in_json(ICONS, lambda body: body["entity"]["sensor"]["fps"].update(default="fa:film")),
        "fa:film",
    ),
    (references.chapters_exist, in_file(GUIDE, "## A camera is lost\n", "## Lost\n"), "a-camera-is-lost"),
    (references.chapters_exist, in_file(GUIDE, "## Gcam is too old\n", "## Old\n"), "gcam-is-too-old"),
    (images.brand, without(f"{BRAND}/icon@2x.png"), "icon@2x.png is missing"),
    (images.brand, image(f"{BRAND}/icon.png", (128, 128)), "128 x 128"),
    (images.brand, image(f"{BRAND}/logo.png", (300, 100)), "100 pixels"),
    (images.brand, image(f"{BRAND}/icon.png", (256, 256), margin=8), "margin"),
    (images.brand, image(f"{BRAND}/icon.png", (256, 256), mode="RGB"), "transparency"),
    (images.brand, image(f"{BRAND}/banner.png", (256, 256)), "nowhere"),
    (images.store, without("icon.png"), "icon.png is missing"),
    (images.store, image("logo.png", (900, 300)), "900 x 300"),
    (scale.scale, in_file(SCALE, "  brands: done\n", ""), "brands"),
    (scale.scale, in_file(SCALE, "  brands: done\n", "  brands: todo\n"), "brands is todo"),
    (scale.scale, in_file(SCALE, "  brands: done\n", "  brands: {status: exempt}\n"), "without a reason"),
    (scale.platforms_limit_updates, in_file(f"{GCAM}/event.py", "PARALLEL_UPDATES", "UPDATES"), "event.py"),
    (scale.errors_are_translated, in_code("camera", 'raise HomeAssistantError("no")'), "camera.py"),
    (scale.entities_are_named, in_code("camera", 'class A:\n    _attr_name = "Lamp"'), "camera.py"),
    (scale.flows_exist, without(f"{GCAM}/diagnostics.py"), "async_get_config_entry_diagnostics"),
]
ENGLISH = json.loads((ROOT / EN).read_text(encoding="utf-8"))["config"]["step"]["user"]["description"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / GCAM, tmp_path / GCAM, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / GUIDE).parent.mkdir(parents=True)
    for name in ("hacs.json", "LICENSE", "README.md", "pyproject.toml", "icon.png", "logo.png", GUIDE):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("rule", "breaking", "words"), BROKEN, ids=[f"{rule.__name__}-{words}" for rule, _, words in BROKEN]
)
def test_rule_sees_a_broken_copy(copy: Path, rule: Rule, breaking: Breaking, words: str) -> None:
    breaking(copy)
    assert any(words in wrong for wrong in rule(Component(copy)))


@needs_icons
def test_an_icon_that_there_is_not_is_seen(copy: Path) -> None:
    (copy / "frontend").symlink_to(ROOT / "frontend")
    in_json(ICONS, lambda body: body["entity"]["sensor"]["fps"].update(default="mdi:gcam"))(copy)
    assert list(references.icons_exist(Component(copy))) == [
        "icons: entity.sensor.fps.default: there is no mdi:gcam"
    ]


def test_every_rule_was_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)
