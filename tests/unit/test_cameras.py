"""The difference between two lists of cameras, and merging changes into settings."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.config.cameras import Changes, diff, merge
from gcam_addon.config.model import Camera
from gcam_addon.config.schema import camera_to_dict, parse_camera


def camera(slug: str, sensitivity: int = 50) -> Camera:
    settings = {"id": slug, "name": slug, "url": "http://h", "detection": {"sensitivity": sensitivity}}
    return parse_camera(settings)


def test_diff_names_what_differs_and_nothing_else() -> None:
    old = [camera("a"), camera("b"), camera("c")]
    new = [camera("d"), camera("c", 60), camera("a")]
    assert diff(old, new) == Changes((camera("d"),), (camera("c", 60),), (camera("b"),))


_lists = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3)).map(
    lambda wanted: [camera(slug, sensitivity) for slug, sensitivity in wanted.items()]
)


@given(_lists, _lists)
def test_applying_a_difference_gives_the_new_list(old: list[Camera], new: list[Camera]) -> None:
    changes = diff(old, new)
    after = {found.id: found for found in old}
    for gone in changes.removed:
        del after[gone.id]
    for found in (*changes.added, *changes.changed):
        assert after.get(found.id) != found
        after[found.id] = found
    assert after == {found.id: found for found in new}
    assert diff(new, new) == Changes()


def test_merge_goes_into_sections() -> None:
    settings = camera_to_dict(camera("a", 70))
    changed = parse_camera(merge(settings, {"detection": {"idle_fps": 2}, "enabled": False}))
    assert (changed.detection.sensitivity, changed.detection.idle_fps, changed.enabled) == (70, 2.0, False)
    assert settings == camera_to_dict(camera("a", 70))


def test_merge_replaces_lists_as_a_whole() -> None:
    assert merge({"masks": [[1], [2]]}, {"masks": [[3]]}) == {"masks": [[3]]}


def test_null_takes_a_setting_back_to_its_default() -> None:
    changed = parse_camera(merge(camera_to_dict(camera("a", 70)), {"detection": {"sensitivity": None}}))
    assert changed == camera("a")


_objects: Any = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.integers() | st.lists(st.integers()), lambda v: st.dictionaries(st.sampled_from("abc"), v)
    ),
)


@given(_objects, _objects)
def test_merging_twice_is_merging_once(settings: dict[str, Any], changes: dict[str, Any]) -> None:
    once = merge(settings, changes)
    assert merge(once, changes) == once
    assert set(once) == {*settings, *changes}
    assert merge({}, settings) == settings
