"""Other settings tried on clips that were really recorded: `gcam_addon.analysis.what_if`, and its routes."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.analysis.what_if import WhatIfs
from gcam_addon.clock import ManualClock
from gcam_addon.config.model import Camera, NamingSettings, RecordingMode, Zone
from gcam_addon.duties import Duties
from gcam_addon.errors import NotFound
from gcam_addon.interfaces import Bgr
from gcam_addon.model import Box, Clip, ClipKind, ClipReady, Kind, Named, Polygon, WhatIf, WhatIfStatus
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.integration.test_web_openapi import DOCUMENT, conforms
from tests.support.engine_rig import SIZE, Marked, Rig, camera_at
from tests.support.fakes import make_camera
from tests.support.waiting import patience
from tests.support.web_fakes import Site, make_clip, serve

BOTTOM: Polygon = ((0, 0.6), (1, 0.6), (1, 1), (0, 1))
TOP: Polygon = ((0, 0), (1, 0), (1, 0.5), (0, 0.5))
URL = "/api/v1/cameras/door/what-if"


@dataclass
class Filmed:
    """A camera and what it recorded: two events, at the bottom of the picture."""

    camera: Camera
    footage: list[tuple[Clip, Path]]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    return asyncio.run(_film(tmp_path_factory.mktemp("film")))


async def _film(folder: Path) -> Filmed:
    rig = Rig(folder)
    await rig.recordings.start(rig.engine.publish)
    async with SimulatedCamera("camera-web-server", Pictures(Marked()), fps=10.0, size=SIZE) as board:
        camera = camera_at(board)
        camera = replace(camera, recording=replace(camera.recording, pre_roll_s=1.5))
        await rig.engine.start(camera)
        await rig.until(lambda: len(rig.of(ClipReady)) >= 2)
        await rig.engine.close()
    clips = [event.clip for event in rig.of(ClipReady)][:2]
    footage = []
    for clip in clips:
        kept = folder / f"{clip.id}.mp4"
        shutil.copy(rig.recordings.path_of(clip), kept)
        footage.append((clip, kept))
    await rig.recordings.stop()
    rig.pool.shutdown()
    return Filmed(camera, footage)


@pytest.fixture
def what_ifs() -> Iterator[WhatIfs]:
    what_ifs = WhatIfs(duties=Duties(ManualClock()))
    yield what_ifs
    what_ifs.stop()


async def ended(what_ifs: WhatIfs, camera_id: str = "door") -> WhatIf:
    async with patience():
        while (answer := what_ifs.newest(camera_id)).status is WhatIfStatus.RUNNING:
            await asyncio.sleep(0.02)
    return answer


async def tried(what_ifs: WhatIfs, filmed: Filmed, then: Camera, now: Camera | None = None) -> WhatIf:
    what_ifs.begin(now or filmed.camera, then, filmed.footage, 0.0, 1.0)
    return await ended(what_ifs)


async def test_the_same_settings_find_the_same(what_ifs: WhatIfs, filmed: Filmed) -> None:
    answer = await tried(what_ifs, filmed, filmed.camera)
    assert answer.status is WhatIfStatus.DONE
    assert (answer.clips, answer.clips_done, answer.unreadable) == (2, 2, 0)
    assert answer.film_s == pytest.approx(sum(clip.duration_s for clip, _ in filmed.footage))
    assert [(event.recorded, event.now, event.then) for event in answer.events] == [(True, True, True)] * 2
    assert [event.clip_id for event in answer.events] == [clip.id for clip, _ in filmed.footage]
    for event, (clip, _) in zip(answer.events, filmed.footage, strict=True):
        assert clip.started_at <= event.started_at < event.ended_at <= clip.ended_at + 0.1
        assert "% of the picture moved" in event.reason


@pytest.mark.parametrize("what", ["masks", "privacy_masks", "zones", "enabled"])
async def test_an_event_under_a_mask_would_be_gone(what_ifs: WhatIfs, filmed: Filmed, what: str) -> None:
    camera, detection = filmed.camera, filmed.camera.detection
    then = {
        "masks": replace(camera, detection=replace(detection, masks=(BOTTOM,))),
        "privacy_masks": replace(camera, privacy_masks=(BOTTOM,)),
        "zones": replace(camera, detection=replace(detection, zones=(Zone("Sky", TOP),))),
        "enabled": replace(camera, detection=replace(detection, enabled=False)),
    }[what]
    answer = await tried(what_ifs, filmed, then)
    assert [(event.recorded, event.now, event.then) for event in answer.events] == [(True, True, False)] * 2
    back = await tried(what_ifs, filmed, camera, now=then if what != "privacy_masks" else camera)
    assert all(event.then for event in back.events), "and the other way round it would come"


class Says:
    """interfaces.Classifier. Sees a cat wherever it is asked, as large as the place."""

    def __init__(self) -> None:
        self.asked = 0

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        assert picture.shape[2] == 3
        self.asked += 1
        return [Named(Kind.ANIMAL, 80.0, _middle(crop)) for crop in crops]


def _middle(crop: Box) -> Box:
    return Box(crop.x + crop.width / 4, crop.y + crop.height / 4, crop.width / 2, crop.height / 2)


async def test_kinds_are_told_and_those_that_make_no_event_go_with_the_reason(filmed: Filmed) -> None:
    says = Says()
    what_ifs = WhatIfs(duties=Duties(ManualClock()), classifier=says)
    try:
        alone = await tried(what_ifs, filmed, filmed.camera)
        once = says.asked
        off = await tried(what_ifs, filmed, replace(filmed.camera, naming=NamingSettings(enabled=False)))
        assert says.asked == 2 * once, "the same place in the same picture is looked at once for both"
        people = replace(filmed.camera, naming=NamingSettings(kinds=(Kind.PERSON,)))
        answer = await tried(what_ifs, filmed, people)
        unnamed = replace(filmed.camera, naming=NamingSettings(min_score=90))
        doubted = await tried(what_ifs, filmed, unnamed)
    finally:
        what_ifs.stop()
    animal, nothing = (Kind.ANIMAL,), (Kind.UNNAMED,)
    assert [(event.what_now, event.what_then, event.why) for event in alone.events] == [
        (animal, animal, "")
    ] * 2
    assert [(event.what_now, event.then) for event in answer.events] == [(animal, False)] * 2
    assert all("an animal" in event.why for event in answer.events)
    assert [event.what_then for event in doubted.events] == [nothing] * 2
    assert [event.what_then for event in off.events] == [None] * 2


async def test_a_zone_where_it_happens_keeps_it_and_names_it(what_ifs: WhatIfs, filmed: Filmed) -> None:
    detection = replace(filmed.camera.detection, zones=(Zone("Path", BOTTOM),))
    answer = await tried(what_ifs, filmed, replace(filmed.camera, detection=detection))
    assert all(event.now and event.then for event in answer.events)


async def test_coordinates_are_those_of_the_turned_picture(what_ifs: WhatIfs, filmed: Filmed) -> None:
    """Turned by 90 degrees clockwise, what moves at the bottom moves at the left."""
    left: Polygon = ((0, 0), (0.4, 0), (0.4, 1), (0, 1))
    turned = replace(filmed.camera, rotation=90)
    answer = await tried(what_ifs, filmed, replace(turned, privacy_masks=(left,)))
    assert [(event.now, event.then) for event in answer.events] == [(True, False)] * 2
    answer = await tried(what_ifs, filmed, replace(turned, privacy_masks=(BOTTOM,)))
    assert [event.then for event in answer.events] == [True, True]


async def test_a_video_that_is_gone_is_counted_and_the_rest_is_looked_at(
    what_ifs: WhatIfs, filmed: Filmed, tmp_path: Path
) -> None:
    (first, _), second = filmed.footage
    what_ifs.begin(filmed.camera, filmed.camera, [(first, tmp_path / "gone.mp4"), second], 0.0, 1.0)
    answer = await ended(what_ifs)
    assert (answer.status, answer.unreadable, answer.clips_done) == (WhatIfStatus.DONE, 1, 2)
    assert [event.now for event in answer.events] == [False, True]


async def test_it_can_be_cancelled_and_asked_anew(what_ifs: WhatIfs, filmed: Filmed) -> None:
    much = [
        (replace(clip, id=f"{clip.id}-{n}", started_at=clip.started_at + 100 * n), path)
        for n in range(150)
        for clip, path in filmed.footage
    ]
    what_ifs.begin(filmed.camera, filmed.camera, much, 0.0, 1.0)
    assert what_ifs.busy_with == "door"
    what_ifs.cancel("door")
    assert what_ifs.newest("door").status is WhatIfStatus.CANCELLED
    assert what_ifs.busy_with is None
    answer = await tried(what_ifs, filmed, filmed.camera)
    assert answer.status is WhatIfStatus.DONE
    with pytest.raises(NotFound):
        what_ifs.newest("garden")


async def test_there_is_a_limit_and_timelapses_are_left_out(what_ifs: WhatIfs, filmed: Filmed) -> None:
    clip, path = filmed.footage[0]
    hours = [
        (replace(clip, started_at=n * 3600.0, ended_at=(n + 1) * 3600.0), path.with_name("gone"))
        for n in range(9)
    ]
    lapse = (replace(clip, kind=ClipKind.TIMELAPSE), path)
    what_ifs.begin(filmed.camera, filmed.camera, [*hours, lapse], 0.0, 1.0)
    answer = await ended(what_ifs)
    assert answer.is_shortened
    assert answer.clips == 4


async def test_off_is_off(filmed: Filmed, what_ifs: WhatIfs) -> None:
    """Nothing was recorded on purpose: what is not there is not found."""
    camera = replace(filmed.camera, recording=replace(filmed.camera.recording, mode=RecordingMode.OFF))
    what_ifs.begin(camera, camera, [], 0.0, 1.0)
    answer = await ended(what_ifs)
    assert (answer.status, answer.clips, answer.events) == (WhatIfStatus.DONE, 0, ())


# -- the routes ------------------------------------------------------------------------------------------


@pytest.fixture
async def site(tmp_path: Path, filmed: Filmed) -> AsyncIterator[Site]:
    (tmp_path / "recordings").mkdir()
    clips = []
    for clip, path in filmed.footage:
        shutil.copy(path, tmp_path / "recordings" / path.name)
        clips.append(replace(clip, path=f"recordings/{path.name}"))
    old = make_clip("old", filmed.camera, clips[0].started_at - 3 * 86_400)
    cameras = (filmed.camera, make_camera("garden"))
    async with serve(tmp_path, cameras=cameras, clips=[*clips, old]) as site:
        yield site


@pytest.fixture
async def busy_site(tmp_path: Path, filmed: Filmed) -> AsyncIterator[Site]:
    """With enough recordings of `door` to look at for a while."""
    clip, path = filmed.footage[0]
    (tmp_path / "recordings").mkdir()
    shutil.copy(path, tmp_path / "recordings" / path.name)
    clips = [
        replace(
            clip,
            id=f"c{n}",
            path=f"recordings/{path.name}",
            started_at=clip.started_at + 60 * n,
            ended_at=clip.ended_at + 60 * n,
        )
        for n in range(200)
    ]
    async with serve(tmp_path, cameras=(filmed.camera, make_camera("garden")), clips=clips) as site:
        yield site


async def asked(site: Site, body: Any) -> tuple[int, Any]:
    async with site.http.post(URL, json=body) as response:
        answer = await response.json()
        described = DOCUMENT["paths"]["/api/v1/cameras/{id}/what-if"]["post"]["responses"][
            str(response.status)
        ]
        if response.status in (202, 409):
            conforms(answer, described["content"]["application/json"]["schema"])
        return response.status, answer


async def test_the_last_day_with_recordings_is_looked_at(site: Site) -> None:
    status, answer = await asked(site, {"changes": {"detection": {"masks": [list(BOTTOM)]}}})
    assert (status, answer["clips"]) == (202, 2)
    async with patience():
        while answer["status"] == "running":
            async with site.http.get(URL) as response:
                answer = await response.json()
            await asyncio.sleep(0.02)
    conforms(answer, {"$ref": "#/components/schemas/WhatIf"})
    assert [(event["now"], event["then"]) for event in answer["events"]] == [(True, False)] * 2
    assert json.dumps(answer).count("clip_id") == 2
    assert site.cameras.get("door").detection.masks == (), "and nothing was changed"


async def test_a_time_of_one_s_choice(site: Site) -> None:
    status, answer = await asked(site, {"changes": {}, "after": 1.0, "before": 5.0})
    assert (status, answer["clips"]) == (202, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "changes"),
        ({"changes": []}, "changes"),
        ({"changes": {"url": "http://192.0.2.9"}}, "changes.url"),
        ({"changes": {"detection": {"sensitivity": 0}}}, "changes.detection.sensitivity"),
        ({"changes": {"privacy_masks": [[[0, 0], [1, 1]]]}}, "changes.privacy_masks[0]"),
        ({"changes": {}, "after": 5.0}, "before"),
        ({"changes": {}, "after": 5.0, "before": 5.0}, "before"),
        ({"changes": {}, "after": 0, "before": 8 * 86_400}, "before"),
        ({"changes": {}, "after": True, "before": 5}, "after"),
        ({"changes": {}, "x": 1}, "x"),
    ],
)
async def test_a_wrong_question_is_refused(site: Site, body: Any, field: str) -> None:
    status, answer = await asked(site, body)
    assert (status, answer["error"]["field"]) == (400, field)


async def test_one_camera_at_a_time(busy_site: Site) -> None:
    site = busy_site
    async with site.http.get(URL) as response:
        assert response.status == 404
    async with site.http.post("/api/v1/cameras/nobody/what-if", json={"changes": {}}) as response:
        assert response.status == 404
    first, _ = await asked(site, {"changes": {}})
    async with site.http.post("/api/v1/cameras/garden/what-if", json={"changes": {}}) as response:
        assert (first, response.status) == (202, 409)
    async with site.http.delete(URL) as response:
        assert response.status == 204
    async with site.http.get(URL) as response:
        assert (await response.json())["status"] == "cancelled"
    async with site.http.post("/api/v1/cameras/garden/what-if", json={"changes": {}}) as response:
        assert response.status == 202
