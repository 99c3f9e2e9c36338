from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from gcam_addon.model import DutyState, DutyStatus, HdState, Status, Storage
from gcam_addon.web.metrics import Losses, exposition
from tests.support.fakes import make_camera, make_state

STORAGE = Storage(total_bytes=1000, free_bytes=400, clips_bytes=500, clips=3, unfinished=2, problem="full")


def read(body: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_every_number_is_told_per_camera() -> None:
    door = make_state(
        make_camera("door"), frames=100, bytes_in=2_000_000, analysed=40, decode_s=0.5, detect_s=0.25,
        reconnects=3, fps=14.5, bytes_per_frame=20_000, queued=7, motion=True, recording=True, score=4.0,
        threshold=1.5, dropped=(("parse", 2), ("detect", 60)),
    )  # fmt: skip
    garden = make_state(make_camera("garden"), status=Status.LOST)
    samples = read(exposition([door, garden], STORAGE, "1.2.3", frozenset({"door"})))
    camera = (("camera", "door"),)
    of_door = {name: value for (name, labels), value in samples.items() if labels == camera}
    assert of_door == {
        "gcam_frames_total": 100, "gcam_received_bytes_total": 2_000_000, "gcam_frames_analysed_total": 40,
        "gcam_decode_seconds_total": 0.5, "gcam_detect_seconds_total": 0.25, "gcam_reconnects_total": 3,
        "gcam_frames_per_second": 14.5, "gcam_frame_bytes": 20_000, "gcam_recorder_queue_frames": 7,
        "gcam_motion": 1, "gcam_recording": 1, "gcam_motion_score_percent": 4.0,
        "gcam_motion_threshold_percent": 1.5, "gcam_live_encoding": 1,
    }  # fmt: skip
    assert samples["gcam_frames_dropped_total", (*camera, ("stage", "parse"))] == 2
    assert samples["gcam_frames_dropped_total", (*camera, ("stage", "detect"))] == 60
    assert samples["gcam_camera_status", (*camera, ("status", "connected"))] == 1
    assert samples["gcam_camera_status", (("camera", "garden"), ("status", "connected"))] == 0
    assert samples["gcam_camera_status", (("camera", "garden"), ("status", "lost"))] == 1
    assert samples["gcam_info", (("version", "1.2.3"),)] == 1


def test_a_second_address_is_told_where_there_is_one() -> None:
    hd = HdState(
        Status.LOST, 0.0, recorded=False, frames=7, bytes_in=900, reconnects=2, dropped=(("mask", 3),)
    )
    door, garden = make_state(make_camera("door"), hd=hd), make_state(make_camera("garden"))
    samples = read(exposition([door, garden], None, "1"))
    assert {(name, labels): value for (name, labels), value in samples.items() if "_hd_" in name} == {
        (f"gcam_hd_{name}", (("camera", "door"),)): value
        for name, value in {
            "frames_total": 7, "received_bytes_total": 900, "reconnects_total": 2, "frames_dropped_total": 3,
            "connected": 0, "recorded": 0, "frames_per_second": 0,
        }.items()
    }  # fmt: skip


def test_storage_is_told_or_absent() -> None:
    samples = read(exposition([], replace(STORAGE, silent_s=2.5), "1"))
    assert {name: value for (name, labels), value in samples.items() if not labels} == {
        "gcam_clips": 3, "gcam_clips_bytes": 500, "gcam_unfinished_journals": 2,
        "gcam_disk_total_bytes": 1000, "gcam_disk_free_bytes": 400, "gcam_storage_problem": 1,
        "gcam_disk_silent_seconds": 2.5,
    }  # fmt: skip
    assert [name for name, labels in read(exposition([], None, "1"))] == ["gcam_info"]


def test_what_runs_is_told_by_its_name() -> None:
    duties = (
        DutyState("camera door", DutyStatus.ENDED, 1, 10.0, "no"),
        DutyState("history", DutyStatus.WAITING, 3, 10.0, "no"),
        DutyState("mqtt", DutyStatus.RUNNING),
    )
    samples = read(exposition([], None, "1", duties=duties))
    told = {(name, labels[0][1]): value for (name, labels), value in samples.items() if "duty" in name}
    assert told == {
        ("gcam_duty_failures_total", "camera door"): 1, ("gcam_duty_failures_total", "history"): 3,
        ("gcam_duty_failures_total", "mqtt"): 0,
        ("gcam_duty_running", "history"): 0, ("gcam_duty_running", "mqtt"): 1,
    }  # fmt: skip


def test_a_camera_name_can_not_break_the_format() -> None:
    state = make_state(make_camera('a"b\\c\nd'), frames=1)
    assert read(exposition([state], None, "1"))["gcam_frames_total", (("camera", 'a"b\\c\nd'),)] == 1


def test_what_reached_nobody_is_counted() -> None:
    losses = Losses(viewers={"door": 7, "garden": 0}, mqtt=3, history=2)
    samples = read(exposition([], None, "1", losses=losses))
    assert samples["gcam_live_skipped_total", (("camera", "door"),)] == 7
    assert samples["gcam_live_skipped_total", (("camera", "garden"),)] == 0
    assert samples["gcam_mqtt_dropped_total", ()] == 3
    assert samples["gcam_history_lost_total", ()] == 2
