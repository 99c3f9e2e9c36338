from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.machine.timezone import use_timezone
from gcam_addon.recording.layout import claim, relative, remove_empty_parents, safe_name
from tests.support.local_times import local_times


@pytest.fixture
def paris() -> Iterator[None]:
    with local_times():
        use_timezone("Europe/Paris")
        yield


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Entrée du jardin", "Entrée du jardin"),
        ("Tür/Hof: 1?", "Tür_Hof_ 1_"),
        ("..", "camera"),
        ("", "camera"),
        ("../../etc", "_.._etc"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("name. ", "name"),
        ("a\x00b\nc", "a_b_c"),
        ("玄関", "玄関"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_names_of_folders(name: str, folder: str) -> None:
    assert safe_name(name) == folder


@given(st.text(max_size=300))
def test_every_name_is_one_folder(name: str) -> None:
    folder = safe_name(name)
    assert folder not in {"", ".", ".."}
    assert "/" not in folder
    assert "\\" not in folder
    assert len(folder.encode(errors="surrogatepass")) <= 130
    assert Path(folder).name == folder


def test_place_in_local_time(tmp_path: Path, paris: None) -> None:
    place = claim(tmp_path, "Entrée", 1_700_000_000.0)
    assert relative(tmp_path, place.video) == "recordings/Entrée/2023-11-14/23-13-20.mp4"
    assert relative(tmp_path, place.thumbnail) == "thumbnails/Entrée/2023-11-14/23-13-20.jpg"
    assert place.partial.exists()


def test_the_repeated_hour_of_winter_time_overwrites_nothing(tmp_path: Path, paris: None) -> None:
    summer = claim(tmp_path, "Door", 1_698_539_400.0)  # 02:30 CEST
    summer.partial.replace(summer.video)
    winter = claim(tmp_path, "Door", 1_698_543_000.0)  # 02:30 CET
    assert summer.video.name == "02-30-00.mp4"
    assert winter.video.name == "02-30-00-2.mp4"


def test_names_are_reserved_while_written_and_taken_afterwards(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        place = claim(tmp_path, "Door", 1_700_000_000.0)
        names.append(place.video.stem[8:])
    place.partial.replace(place.video)
    names.append(claim(tmp_path, "Door", 1_700_000_000.9).video.stem[8:])
    assert names == ["", "-2", "-3", "-4"]


def test_empty_folders_go_and_the_root_stays(tmp_path: Path) -> None:
    root = tmp_path / "recordings"
    gone, kept = root / "a" / "1" / "x.mp4", root / "b" / "1" / "x.mp4"
    for path in (gone, kept):
        path.parent.mkdir(parents=True)
    (root / "b" / "other").touch()
    for path in (gone, kept):
        remove_empty_parents(path, root)
    assert sorted(path.name for path in root.rglob("*")) == ["b", "other"]
    remove_empty_parents(root / "x", root)
    assert root.exists()
