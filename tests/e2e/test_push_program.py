"""A camera that dials in, whole: `gcam push` as its own process, the real program, its end and its return."""

from __future__ import annotations

import asyncio
import io
import json
import signal
from pathlib import Path

import av

from gcam_addon.push.cli_push import KEY_VARIABLE
from tests.support.child import GcamChild
from tests.support.ports import kept_port
from tests.support.program import Program, write_options
from tests.support.waiting import patience

SECRET = "a-secret-of-many-letters"


async def test_it_is_detected_recorded_and_goes_on_when_gcam_was_killed(tmp_path: Path) -> None:
    camera = {
        "id": "porch",
        "name": "Porch",
        "url": f"push://porch:{SECRET}@gcam",
        "detection": {"warmup_s": 1.0},
    }
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        program = Program(tmp_path / "data", "--mqtt", "off", "--options", options)
        program.data_dir.mkdir()
        (tmp_path / "cameras.json").rename(program.data_dir / "cameras.json")
        sender = GcamChild(
            *("push", f"127.0.0.1:{port}", "--scene", "room-person", "--fps", "10"),
            environment={KEY_VARIABLE: f"porch:{SECRET}"},
        )
        try:
            async with program as gcam:
                await gcam.until(lambda: "motion:" in gcam.log)
                state = await gcam.state("porch")
                assert (state["status"], state["size"]) == ("connected", {"width": 640, "height": 480})
                await gcam.end(signal.SIGKILL)
                async with gcam:
                    async with patience():
                        while not (clips := await gcam.clips()):
                            await asyncio.sleep(0.2)
                    await gcam.until_connected("Porch")
                    assert sender.said.count("takes pictures") == 2
                    video = await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4")
                    with av.open(io.BytesIO(video)) as film:
                        assert sum(1 for _ in film.decode(video=0)) > 1
                    assert "Traceback" not in gcam.log
                    assert SECRET not in gcam.log
        finally:
            assert await sender.end(signal.SIGINT) == 0
    assert "Traceback" not in sender.said
    assert SECRET not in sender.said


async def test_what_is_given_wrongly_is_said_in_a_line() -> None:
    for arguments, said in {
        ("push", "127.0.0.1"): "--key",
        ("push", "http://127.0.0.1/", "--key", "a:b"): "HOST:PORT",
        ("push", "127.0.0.1", "--key", "a:b", "--scene", "no"): "choose one of",
        ("push", "127.0.0.1", "--key", "a:b", "--size", "big"): "WIDTHxHEIGHT",
        ("push", "127.0.0.1", "--key", "a:b", "--tls", "--ca", "/no/such.pem"): "--ca",
    }.items():
        child = GcamChild(*arguments, environment={KEY_VARIABLE: ""})
        async with patience():
            while child.status is None:
                await asyncio.sleep(0.05)
        assert child.status == 2
        assert said in child.said
        assert "Traceback" not in child.said
        await child.end()
