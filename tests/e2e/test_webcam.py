"""A webcam of this machine, in the real program: its pictures byte for byte, pulled out and plugged in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.support.child import GcamChild
from tests.support.jpegs import jpeg
from tests.support.program import Program
from tests.support.waiting import answered, patience
from tests.support.webcam import PATH, Webcam, missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))
PICTURES = [jpeg(index) for index in range(8)]


@pytest.fixture
def webcam(tmp_path: Path) -> Webcam:
    return Webcam(tmp_path, PICTURES)


@pytest.fixture
def program(tmp_path: Path, webcam: Webcam) -> Program:
    return watching(webcam, tmp_path / "data")


def watching(webcam: Webcam, data: Path) -> Program:
    data.mkdir()
    camera = {"id": "desk", "name": "Desk", "url": PATH, "source": {"stall_timeout_s": 2}}
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    program = Program(data, "--mqtt", "off")
    program.environment.update(webcam.environment)
    return program


async def problem(gcam: Program, words: str) -> str:
    """Once the camera's state says so."""
    async with patience():
        while True:
            told = str((await gcam.state("desk"))["problem"])
            if words in told:
                return told
            await asyncio.sleep(0.1)


async def connected(gcam: Program) -> None:
    async with patience():
        while (await gcam.state("desk"))["status"] != "connected":
            await asyncio.sleep(0.1)


async def test_its_pictures_come_as_they_are_and_it_may_be_pulled_and_plugged_in(
    program: Program, webcam: Webcam
) -> None:
    async with program as gcam:
        await connected(gcam)
        assert await gcam.get("/api/v1/cameras/desk/snapshot.jpg") in PICTURES
        for state, words in {
            "pulled": "pulled out",
            "busy": "in use by another program",
            "denied": "group video",
        }.items():
            webcam.be("pulled")  # so that it is opened anew
            await problem(gcam, "d")
            webcam.be(state)
            assert PATH in await problem(gcam, words if state != "pulled" else "")
        webcam.be("well")
        await connected(gcam)
        assert "Traceback" not in gcam.log


async def test_one_that_hangs_is_told_and_holds_nothing_up(program: Program, webcam: Webcam) -> None:
    async with program as gcam:
        await connected(gcam)
        webcam.be("hung")
        assert "plug it in again" in await problem(gcam, "no picture for 2 s")
        assert (await gcam.get("/api/v1/info"))["product"] == "gcam"
        webcam.be("well")
        await connected(gcam)


async def test_of_one_without_jpegs_they_are_made(tmp_path: Path) -> None:
    sent = [raw(picture) for picture in PICTURES]
    sent[3] = sent[3][:1000]  # the cable is loose
    async with watching(Webcam(tmp_path, sent, "YUYV"), tmp_path / "data") as gcam:
        await connected(gcam)
        made = pixels_of(await gcam.get("/api/v1/cameras/desk/snapshot.jpg"))
        assert min(float(np.abs(made - pixels_of(picture)).mean()) for picture in PICTURES) < 5
        await answered(lambda: torn(gcam))
        assert f"{PATH} sends no JPEGs" in gcam.log
        assert "yuyv422" in gcam.log
        assert (await gcam.state("desk"))["status"] == "connected"


async def torn(gcam: Program) -> object:
    return (await gcam.state("desk"))["dropped"].get("parse")


def raw(picture: bytes) -> bytes:
    """As webcams send it that have nothing but pixels (YUYV)."""
    frame = av.VideoFrame.from_ndarray(pixels_of(picture).astype(np.uint8), format="bgr24")
    return bytes(frame.reformat(format="yuyv422").planes[0])


def pixels_of(picture: bytes) -> npt.NDArray[np.float64]:
    return cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).astype(np.float64)


async def test_gcam_check_tells_of_it(program: Program, webcam: Webcam) -> None:
    for state, words in {"well": "160x120", "denied": "group video"}.items():
        webcam.be(state)
        check = GcamChild("check", *program.places(), environment=webcam.environment)
        try:
            async with patience():
                while check.status is None:
                    await asyncio.sleep(0.1)
            assert words in check.said
        finally:
            await check.end()
