"""What recordings are called, in English and in French."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from custom_components import gcam
from custom_components.gcam.media.titles import Titles, duration, plain
from custom_components.gcam.models import Clip

TODAY = date(2026, 11, 21)
CLIP = Clip(
    id="door-1-a",
    camera_id="door",
    camera_name="Front door",
    kind="motion",
    started_at=datetime(2026, 11, 21, 13, 3, 22, tzinfo=UTC),
    ended_at=datetime(2026, 11, 21, 13, 3, 34, tzinfo=UTC),
    duration_s=12.2,
    has_thumbnail=True,
    size_bytes=1,
    width=640,
    height=480,
    peak=8.7,
    reason="8.7 % of the picture moved, at the left",
    event_ids=(),
    zones=("Driveway", "Gate"),
    protected=False,
)


def titles_in(language: str) -> Titles:
    file = Path(gcam.__file__).parent / "translations" / f"{language}.json"
    texts = json.loads(file.read_text(encoding="utf-8"))["common"]
    known = {f"component.gcam.common.{key}": text for key, text in texts.items()}
    return Titles(known, ZoneInfo("Europe/Brussels"), TODAY)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "14:03:22 · Motion · Driveway, Gate · 12 s · 9 % moved"),
        ("fr", "14:03:22 · Mouvement · Driveway, Gate · 12 s · 9\u202f% de l’image"),
    ],
)
def test_a_clip(language: str, title: str) -> None:
    assert titles_in(language).clip(CLIP) == title


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "14:03:22 · Person, Animal · Driveway, Gate · 12 s · 9 % moved"),
        ("fr", "14:03:22 · Personne, Animal · Driveway, Gate · 12 s · 9\u202f% de l’image"),
    ],
)
def test_a_clip_of_somebody(language: str, title: str) -> None:
    assert titles_in(language).clip(replace(CLIP, what=("person", "animal"))) == title
    assert titles_in(language).what("dragon") == "dragon"


def test_a_clip_out_of_its_place_says_where_and_when() -> None:
    kept = replace(CLIP, peak=0.0, zones=(), kind="manual", protected=True)
    title = titles_in("en").clip(kept, camera="Porch", with_day=True)
    assert title == "Today 14:03:22 · Porch · By hand · 12 s · protected"
    earlier = replace(kept, started_at=kept.started_at - timedelta(days=7), protected=False)
    assert titles_in("en").clip(earlier, with_day=True) == "2026-11-14 14:03:22 · By hand · 12 s"


def test_a_kind_of_a_newer_gcam() -> None:
    assert titles_in("fr").kind("sound") == "sound"


@pytest.mark.parametrize(
    ("language", "day", "title"),
    [
        ("en", TODAY, "Today"),
        ("en", date(2026, 11, 20), "Yesterday"),
        ("en", date(2026, 11, 22), "Sunday 22 November 2026"),
        ("fr", date(2026, 11, 20), "Hier"),
        ("fr", date(2026, 11, 19), "Jeudi 19 novembre 2026"),
        ("fr", date(2026, 11, 1), "Dimanche 1er novembre 2026"),
    ],
)
def test_a_day(language: str, day: date, title: str) -> None:
    assert titles_in(language).day(day) == title


@pytest.mark.parametrize(
    ("language", "clips", "title"),
    [
        ("en", 1, "Today · 1 recording"),
        ("en", 2, "Today · 2 recordings"),
        ("fr", 7, "Today · 7 enregistrements"),
    ],
)
def test_how_many(language: str, clips: int, title: str) -> None:
    assert titles_in(language).counted("Today", clips) == title


def test_hours() -> None:
    assert [titles_in("en").hour(hour) for hour in (0, 23)] == ["00:00 – 01:00", "23:00 – 00:00"]


@pytest.mark.parametrize(
    ("length_s", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (65, "1 min 05 s"), (7620, "2 h 07 min")],
)
def test_lengths(length_s: float, text: str) -> None:
    assert duration(length_s) == text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "today saturday november 2026 2026-11 2026-11-21 21/11 21/11/2026 21.11.2026 21.11."),
        ("fr", "aujourd'hui samedi novembre 2026 21/11"),
    ],
)
def test_what_is_typed_for_a_day(language: str, words: str) -> None:
    assert set(words.split()) <= titles_in(language).words_of_day(TODAY)


def test_words_that_mean_nothing_but_a_day() -> None:
    french = titles_in("fr").words_for_days()
    assert {"aujourd'hui", "hier", "lundi", "fevrier", "aout"} <= french
    assert "mouvement" not in french


def test_accents_and_capitals_do_not_count() -> None:
    assert plain("Entrée DU Garage") == plain("entree du garage")
