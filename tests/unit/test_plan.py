"""What cameras cost: from measured costs to a plan, what limits first, and what to change."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gcam_addon.config.frame_size import frame_size
from gcam_addon.config.model import StorageSettings
from gcam_addon.config.rules import Wrong
from gcam_addon.model import Size
from gcam_addon.model.plan import Need, Plan, Resource
from gcam_addon.planning import estimate, power
from gcam_addon.planning.estimate import Asked, Costs, Place, plan
from gcam_addon.planning.lately import WINDOW_S, of_folder
from gcam_addon.planning.power import machine_watts
from gcam_addon.words.reason import LANGUAGES, Reason

GB = 1_000_000_000
VGA = Size(640, 480)
COSTS = Costs(VGA, decode_ms=0.5, film_ms=10.0, jpeg_bytes=25_000.0, film_bytes=10_000.0)
ASKED = Asked(
    cameras=4,
    size=VGA,
    fps=10.0,
    days=10.0,
    recorded_share=0.1,
    is_share_measured=False,
    measured_days=0.0,
    jpeg_bytes=25_000.0,
    film_bytes=10_000.0,
    machine_watts=4.0,
    machine="Raspberry Pi 4 Model B Rev 1.4",
    euros_per_kwh=0.25,
)
PLACE = Place(cores=4, memory_bytes=4 * GB, room_bytes=100 * GB, keep_days=30.0, pre_roll_max_bytes=8e6)


def need(made: Plan, resource: Resource) -> Need:
    return next(need for need in made.needs if need.resource is resource)


def share(made: Plan, resource: Resource) -> float:
    found = need(made, resource).share
    assert found is not None
    return found


def test_the_sums() -> None:
    made = plan(ASKED, COSTS, PLACE)
    pictures = 4 * 10.0
    assert made.cpu_share == pytest.approx(pictures * (1.0 * 0.5 + 0.1 * 10.0) / 10)
    assert made.bytes_per_day == pytest.approx(pictures * 0.1 * 10_000 * 86_400)
    assert made.needed_bytes == pytest.approx(10 * made.bytes_per_day)
    assert made.days_held == pytest.approx(100 * GB / made.bytes_per_day)
    assert made.air_bits_per_s == 8e6
    assert made.air_bytes_per_day == pytest.approx(86.4 * GB)
    assert made.kwh_per_year == pytest.approx((4 * 1.2 + 4.0) * 8.766)
    assert made.euros_per_year == pytest.approx(made.kwh_per_year * 0.25)
    assert made.subscription_per_year == pytest.approx(4 * 59.88)
    assert 100e6 < made.memory_bytes < 300e6


def test_what_limits_first_comes_first() -> None:
    made = plan(ASKED, COSTS, PLACE)
    shares = [need.share for need in made.needs]
    assert shares == sorted(shares, key=lambda found: -(found or 0.0))
    assert made.needs[0].resource is Resource.AIR
    assert all(need.remedy is None for need in made.needs)


@pytest.mark.parametrize("resource", [Resource.PROCESSOR, Resource.AIR])
def test_so_much_as_is_said_to_fit_does(resource: Resource) -> None:
    asked, costs = replace(ASKED, cameras=60, jpeg_bytes=2_000.0), replace(COSTS, decode_ms=5.0)
    if resource is Resource.AIR:
        asked, costs = replace(asked, jpeg_bytes=40_000.0), COSTS
    made = need(plan(asked, costs, PLACE), resource)
    assert isinstance(made.remedy, Reason)
    slower = replace(asked, fps=float(str(made.remedy.params["fps"])))
    fewer = replace(asked, cameras=int(str(made.remedy.params["cameras"])))
    for smaller in (slower, fewer):
        assert need(plan(smaller, costs, PLACE), resource).remedy is None
    one_more = replace(asked, cameras=fewer.cameras + 1)
    assert need(plan(one_more, costs, PLACE), resource).remedy is not None


def test_a_disk_as_large_as_is_said_is_large_enough() -> None:
    asked = replace(ASKED, days=60.0)
    short = need(plan(asked, COSTS, replace(PLACE, keep_days=60.0)), Resource.DISK)
    assert isinstance(short.remedy, Reason)
    assert short.remedy.code == "plan_disk"
    larger = replace(PLACE, room_bytes=float(str(short.remedy.params["size"])) * GB, keep_days=60.0)
    assert share(plan(asked, COSTS, larger), Resource.DISK) == pytest.approx(1.0, abs=0.01)


def test_recordings_that_are_deleted_for_their_age_are_told() -> None:
    made = need(plan(replace(ASKED, days=20.0), COSTS, replace(PLACE, keep_days=7.0)), Resource.DISK)
    assert isinstance(made.remedy, Reason)
    assert made.remedy.code == "plan_keep_days"


def test_memory_that_is_short_is_told() -> None:
    made = need(plan(ASKED, COSTS, replace(PLACE, memory_bytes=150_000_000)), Resource.MEMORY)
    assert isinstance(made.remedy, Reason)
    assert made.remedy.code == "plan_memory"


def test_what_is_unknown_limits_nothing() -> None:
    made = plan(ASKED, COSTS, replace(PLACE, memory_bytes=None, room_bytes=None))
    assert need(made, Resource.MEMORY) == Need(Resource.MEMORY, None)
    assert need(made, Resource.DISK) == Need(Resource.DISK, None)
    assert made.days_held is None


def test_no_room_at_all_holds_nothing() -> None:
    made = plan(ASKED, COSTS, replace(PLACE, room_bytes=0.0))
    assert made.days_held == 0.0
    assert made.needs[0].resource is Resource.DISK
    assert made.needs[0].remedy is not None


def test_nothing_recorded_fills_no_disk() -> None:
    made = plan(replace(ASKED, recorded_share=0.0), COSTS, PLACE)
    assert (made.bytes_per_day, made.days_held) == (0.0, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_remedies_are_said_in_every_language(language: str) -> None:
    tight = replace(PLACE, cores=1, memory_bytes=100_000_000, room_bytes=1e9)
    made = plan(replace(ASKED, cameras=50, days=300.0), replace(COSTS, decode_ms=3.0), tight)
    assert len(made.needs) == 4
    for one in made.needs:
        assert isinstance(one.remedy, Reason)
        assert "{" not in one.remedy.in_language(language)
    told = made.told()
    assert [one["remedy_said"]["code"] for one in told["needs"]] == [
        one.remedy.code for one in made.needs if isinstance(one.remedy, Reason)
    ]


@pytest.mark.parametrize(
    ("text", "size"), [("VGA", VGA), ("uxga", Size(1600, 1200)), ("641x479", Size(641, 479))]
)
def test_frame_sizes(text: str, size: Size) -> None:
    assert frame_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "big", "640", "640x", "0x0", "5x480", "99999x10", "640x480x3", "６４０x480", None]
)
def test_what_is_no_frame_size(text: object) -> None:
    with pytest.raises(Wrong):
        frame_size(text)


def test_a_raspberry_pi_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "proc" / "device-tree").mkdir(parents=True)
    model = tmp_path / "proc" / "device-tree" / "model"
    model.write_text("Raspberry Pi 3 Model B Plus Rev 1.3\0")
    assert machine_watts(tmp_path) == (3.7, "Raspberry Pi 3 Model B Plus Rev 1.3")
    model.write_text("Some other board\0")
    assert machine_watts(tmp_path) == (10.0, None)
    assert machine_watts(tmp_path / "nowhere") == (10.0, None)


def test_figures_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = tmp_path / "later" / "still"
    lately = of_folder(StorageSettings(folder, folder), 1_700_000_000.0)
    assert (lately.window_s, lately.size_bytes, lately.clips_bytes) == (0.0, 0, 0)
    assert lately.free_bytes is not None
    assert not (tmp_path / "later").exists()


def test_an_index_of_another_version_is_passed_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "gcam.db")) as index:
        index.execute("CREATE TABLE clips (id TEXT)")
    lately = of_folder(StorageSettings(tmp_path, tmp_path), 1_700_000_000.0 + WINDOW_S)
    assert lately.window_s == 0.0


GUIDES = [Path(__file__).parents[2] / "docs" / "guide" / name for name in ("cost.md", "cost.fr.md")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_guide_says_what_is_planned_with(guide: Path) -> None:
    text = guide.read_text().replace(",", ".")
    rows = {
        cells[0]: cells[2]
        for line in text.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
    }
    for name, watts in power._PIS.items():
        assert next(float(planned) for row, planned in rows.items() if row.startswith(name)) == watts
    assert (
        next(float(planned) for row, planned in rows.items() if row.startswith("ESP32")) == power.BOARD_WATTS
    )
    assert f"{power.EUROS_PER_KWH} €" in text
    assert f"{power.SUBSCRIPTION_PER_YEAR / 12:.2f}" in text
    assert f"{estimate._DECODES_PER_PICTURE}" in text
    assert f"{estimate.AIR_BITS_PER_S / 1e6:.0f} Mbit/s" in text
    assert f"{estimate._TIGHT:.0%}" in text.replace(" %", "%")
    assert re.search(rf"\b{estimate._BASE_BYTES / 1e6:.0f} M[Bo]. {estimate._CAMERA_BYTES / 1e6} M[Bo]", text)


def test_both_guides_have_the_same_tables_and_sources() -> None:
    english, french = (path.read_text() for path in GUIDES)
    for pattern in (r"^\| ", r"^## ", r"^    gcam "):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, french)]
        assert counts[0] == counts[1] > 0
    sources = [sorted(re.findall(r"\((https?://[^)]+)\)", text)) for text in (english, french)]
    assert sources[0] == sources[1]
