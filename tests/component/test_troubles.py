"""When a person hears of a trouble, and when no more; with given times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.gcam.models import (
    Camera,
    CameraState,
    Duty,
    Gcam,
    Hd,
    MqttHealth,
    NetworkHealth,
    Owner,
    Settings,
    Status,
    Storage,
    parse_message,
)
from custom_components.gcam.repairing.troubles import (
    FEW_LOSSES,
    LOSSES_WITHIN,
    MANY_FAILURES,
    MANY_LOSSES,
    PATIENCE,
    Kind,
    Trouble,
    Watch,
)

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def state(status: Status | None = Status.CONNECTED, **changes: Any) -> CameraState:
    told = CameraState(
        camera_id="door",
        status=status,
        since=START,
        problem=None,
        problem_code=None,
        enabled=True,
        privacy=False,
        detection=True,
        recording_enabled=True,
        sensitivity=50,
        motion=False,
        what=(),
        recording=False,
        no_recording_reason=None,
        lamp=None,
        board_health=None,
        manual_until=None,
        no_recording_code=None,
        score=0.0,
        threshold=1.0,
        cause=None,
        reason="",
        fps=10.0,
        codec="mjpeg",
        sound=False,
        width=640,
        height=480,
        bytes_per_frame=20_000,
        dropped={},
        reconnects=0,
        last_frame_at=None,
        hd=None,
    )
    return replace(told, **changes)


def lost(
    code: str | None = "unreachable", problem: str | None = "nobody answers", **changes: Any
) -> CameraState:
    return state(Status.LOST, problem_code=code, problem=problem, **changes)


def gcam(*states: CameraState | None, **changes: Any) -> Gcam:
    settings = Settings(enabled=True, privacy=False, detection=True, recording=True, sensitivity=50, kinds=())
    cameras = [
        Camera(
            id="door" if told is None else told.camera_id,
            name="Front door",
            host="192.168.1.31:81",
            settings=settings,
            board=None,
            state=told,
        )
        for told in states
    ]
    whole = Gcam(
        instance_id="i1",
        version="1.0",
        entities=Owner.MQTT,
        permissions=frozenset(),
        mqtt=MqttHealth(connected=True, problem=None),
        storage=Storage(100, 50, 10, 3, None, None),
        cameras={camera.id: camera for camera in cameras},
    )
    return replace(whole, **changes)


NO_BROKER = MqttHealth(connected=False, problem="nothing listens at broker:1883")
UNSERVED = NetworkHealth("another DHCP server (10.0.0.1) answers on eth1")
FULL = Storage(100, 0, 90, 3, "the disk is full", "storage_full")


def keys(troubles: tuple[Trouble, ...]) -> list[str]:
    return [trouble.key for trouble in troubles]


def test_all_is_well() -> None:
    watch = Watch()
    assert watch.look(gcam(state(), None), START) == ()
    assert watch.next_at is None


@pytest.mark.parametrize("network", [None, NetworkHealth(None)])
def test_a_network_that_is_served_or_not_there_is_no_trouble(network: NetworkHealth | None) -> None:
    assert Watch().look(gcam(network=network), START + 99 * PATIENCE[Kind.NETWORK_STOPPED]) == ()


@pytest.mark.parametrize(
    ("seen", "kind", "key"),
    [
        (gcam(mqtt=NO_BROKER), Kind.BROKER_LOST, "broker_lost"),
        (gcam(network=UNSERVED), Kind.NETWORK_STOPPED, "network_stopped"),
        (gcam(storage=FULL), Kind.NOT_RECORDING, "not_recording_storage_full"),
        (gcam(lost()), Kind.CAMERA_LOST, "camera_lost_unreachable"),
    ],
)
def test_it_has_to_last(seen: Gcam, kind: Kind, key: str) -> None:
    watch = Watch()
    assert watch.look(seen, START) == ()
    assert watch.next_at == START + PATIENCE[kind]
    assert watch.look(seen, START + PATIENCE[kind] - SECOND) == ()
    assert keys(watch.look(seen, START + PATIENCE[kind])) == [key]
    assert watch.next_at is None, "nothing more changes by waiting"
    assert watch.look(gcam(state()), START + PATIENCE[kind] + SECOND) == (), "mended"


@pytest.mark.parametrize("seen", [gcam(mqtt=NO_BROKER), gcam(storage=FULL), gcam(lost())])
def test_it_has_to_last_without_a_break(seen: Gcam) -> None:
    watch = Watch()
    watch.look(seen, START)
    watch.look(gcam(state()), START + 30 * SECOND)
    assert watch.look(seen, START + 31 * SECOND) == ()
    assert watch.look(seen, START + MINUTE) == ()


def duties(*told: Duty) -> dict[str, Duty]:
    return {duty.name: duty for duty in told}


def test_a_duty_is_read_as_gcam_tells_it() -> None:
    told = {"name": "history", "status": "failed", "failures": 2, "failed_at": 5.0, "problem": "no"}
    assert parse_message({"type": "duty_changed", "duty": told}) == Duty("history", True, 2, "no")
    waiting = parse_message({"type": "duty_changed", "duty": told | {"status": "waiting"}})
    assert waiting == Duty("history", False, 2, "no")


def test_what_failed_for_good_is_named() -> None:
    seen = gcam(duties=duties(Duty("visit door", True, 1, "no"), Duty("mqtt", False, 1, "rubbish")))
    watch = Watch()
    assert watch.look(seen, START) == ()
    (trouble,) = watch.look(seen, START + MINUTE)
    assert trouble.key == "duty_failed"
    assert trouble.placeholders == {"duties": "visit door", "problem": "no"}
    assert watch.look(gcam(duties=duties(Duty("visit door", False, 1, "no"))), START + 2 * MINUTE) == ()


def test_what_fails_again_and_again_is_named_until_it_has_not_for_an_hour() -> None:
    watch = Watch()
    now = START
    for failures in range(100, 100 + MANY_FAILURES):
        assert watch.look(gcam(duties=duties(Duty("mqtt", False, failures, "no"))), now) == ()
        now += SECOND
    often = gcam(duties=duties(Duty("mqtt", False, 100 + MANY_FAILURES, "no")))
    assert watch.look(often, now) == ()
    assert keys(watch.look(often, now + MINUTE)) == ["duty_failed"]
    calm_at = watch.next_at
    assert calm_at is not None
    assert calm_at > now + MINUTE
    assert watch.look(often, calm_at) == ()


def test_what_failed_before_anybody_looked_and_after_a_restart_counts_anew() -> None:
    watch = Watch()
    for failures in (50, 0, MANY_FAILURES - 1):
        seen = gcam(duties=duties(Duty("mqtt", False, failures, "no")))
        assert watch.look(seen, START) == ()
    assert watch.look(seen, START + MINUTE) == ()


def test_the_broker_matters_only_where_entities_come_over_it() -> None:
    for seen in (gcam(mqtt=NO_BROKER, entities=Owner.COMPONENT), gcam(mqtt=None)):
        watch = Watch()
        watch.look(seen, START)
        assert watch.look(seen, START + timedelta(days=1)) == ()


def test_the_broker_s_problem_is_told() -> None:
    watch = Watch()
    watch.look(gcam(mqtt=NO_BROKER), START)
    (trouble,) = watch.look(gcam(mqtt=NO_BROKER), START + timedelta(hours=1))
    assert trouble.placeholders == {"problem": "nothing listens at broker:1883"}


@pytest.mark.parametrize("code", ["storage_full", "recording", "recording_slow"])
def test_why_nothing_is_recorded_is_told_apart(code: str) -> None:
    watch = Watch()
    seen = gcam(state(no_recording_code=code, no_recording_reason="the disk …"))
    watch.look(seen, START)
    (trouble,) = watch.look(seen, START + MINUTE)
    assert trouble.key == f"not_recording_{code}"
    assert trouble.placeholders == {"problem": "the disk …"}
    assert trouble.camera_id is None


def test_the_disk_s_own_words_come_first() -> None:
    watch = Watch()
    seen = gcam(state(no_recording_code="storage_full", no_recording_reason="no"), storage=FULL)
    watch.look(seen, START)
    (trouble,) = watch.look(seen, START + MINUTE)
    assert trouble.placeholders == {"problem": "the disk is full"}


@pytest.mark.parametrize("code", ["disabled", "privacy", "recording_off", "detection_off", "no_pictures"])
def test_recordings_that_nobody_wants_are_no_trouble(code: str) -> None:
    watch = Watch()
    seen = gcam(state(no_recording_code=code, no_recording_reason="as wanted"))
    watch.look(seen, START)
    assert watch.look(seen, START + timedelta(days=1)) == ()


def test_a_disk_of_which_nothing_is_known_is_no_trouble() -> None:
    watch = Watch()
    watch.look(gcam(state(), storage=None), START)
    assert watch.look(gcam(state(), storage=None), START + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("unreachable", "camera_lost_unreachable"),
        ("rejected", "camera_lost_rejected"),
        ("stalled", "camera_lost_stalled"),
        ("protocol", "camera_lost_protocol"),
        ("source", "camera_lost_other"),
        (None, "camera_lost_other"),
    ],
)
def test_the_cause_of_a_loss_follows_its_code(code: str | None, key: str) -> None:
    watch = Watch()
    watch.look(gcam(lost(code)), START)
    (trouble,) = watch.look(gcam(lost(code)), START + PATIENCE[Kind.CAMERA_LOST])
    assert trouble.key == key
    assert trouble.id == "camera_lost_door", "the same issue, whatever the cause"
    assert trouble.placeholders == {
        "camera": "Front door",
        "host": "192.168.1.31:81",
        "problem": "nobody answers",
    }


def test_attempts_in_between_are_the_same_loss() -> None:
    watch = Watch()
    for minute, status in enumerate([Status.RECONNECTING, Status.CONNECTING, Status.LOST] * 6):
        troubles = watch.look(gcam(state(status, problem_code="stalled")), START + minute * MINUTE)
    assert keys(troubles) == ["camera_lost_stalled"]


@pytest.mark.parametrize(
    "seen",
    [
        gcam(lost(enabled=False)),
        gcam(lost(privacy=True)),
        gcam(state(Status.DISABLED)),
        gcam(state(Status.PRIVACY)),
        gcam(state(None)),
        gcam(None),
    ],
)
def test_a_camera_that_nobody_wants_to_see_is_not_missed(seen: Gcam) -> None:
    watch = Watch()
    watch.look(seen, START)
    assert watch.look(seen, START + timedelta(days=1)) == ()


def test_a_camera_that_was_removed_is_forgotten() -> None:
    watch = Watch()
    watch.look(gcam(lost()), START)
    assert watch.look(gcam(lost()), START + timedelta(hours=1))
    assert watch.look(gcam(), START + timedelta(hours=2)) == ()
    assert watch.look(gcam(lost()), START + timedelta(hours=2)) == ()


def losses(
    watch: Watch, count: int, at: datetime, code: str = "stalled", before: int = 0
) -> tuple[Trouble, ...]:
    """Lost and back so many times, a minute apart, ending at `at`."""
    troubles: tuple[Trouble, ...] = ()
    for number in range(1, count + 1):
        now = at - (count - number) * MINUTE
        watch.look(gcam(state(Status.RECONNECTING, problem_code=code, reconnects=before + number - 1)), now)
        troubles = watch.look(gcam(state(reconnects=before + number)), now)
    return troubles


def test_a_camera_that_is_lost_again_and_again_is_unstable() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    assert losses(watch, MANY_LOSSES - 1, START + 30 * MINUTE) == ()
    (trouble,) = losses(watch, 1, START + 31 * MINUTE, before=MANY_LOSSES - 1)
    assert trouble.key == "camera_unstable_stalled"
    assert trouble.camera_id == "door"
    assert trouble.placeholders["losses"] == str(MANY_LOSSES)


def test_an_unstable_camera_is_well_once_few_losses_are_left() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    assert losses(watch, MANY_LOSSES, START + 10 * MINUTE)
    steady = gcam(state(reconnects=MANY_LOSSES))
    moments = [START + LOSSES_WITHIN + minute * MINUTE for minute in range(4, 12)]
    unstable = [bool(watch.look(steady, moment)) for moment in moments]
    left = [max(0, MANY_LOSSES - number) for number in range(8)]
    assert unstable == [count > FEW_LOSSES for count in left]


def test_it_asks_to_look_again_when_the_oldest_loss_no_longer_counts() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    losses(watch, 1, START + MINUTE)
    assert watch.next_at == START + MINUTE + LOSSES_WITHIN
    watch.look(gcam(state(reconnects=1)), START + MINUTE + LOSSES_WITHIN)
    assert watch.next_at is None


@pytest.mark.parametrize(
    "codes", [["unreachable"] * 4 + ["stalled"] * 3, ["stalled"] * 3 + ["unreachable"] * 4]
)
def test_the_most_frequent_cause_is_told(codes: list[str]) -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    for number, code in enumerate(codes):
        troubles = losses(watch, 1, START + (number + 1) * MINUTE, code, before=number)
    assert keys(troubles) == ["camera_unstable_unreachable"]


def test_a_cause_nobody_foresaw_has_words_too() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    assert keys(losses(watch, MANY_LOSSES, START + 10 * MINUTE, "source")) == ["camera_unstable_other"]


def test_losses_before_the_first_look_do_not_count() -> None:
    assert Watch().look(gcam(state(reconnects=400)), START) == ()


def test_losses_while_nobody_looked_may_be_long_ago() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    assert watch.look(gcam(state(reconnects=40)), START + LOSSES_WITHIN) == ()


def test_a_gcam_that_started_anew_counts_anew() -> None:
    watch = Watch()
    watch.look(gcam(state(reconnects=40)), START)
    assert losses(watch, MANY_LOSSES - 1, START + 10 * MINUTE) == ()
    assert losses(watch, 1, START + 11 * MINUTE, before=MANY_LOSSES - 1)


def test_of_a_camera_that_is_gone_nobody_has_to_hear_that_it_often_was() -> None:
    watch = Watch()
    watch.look(gcam(state()), START)
    assert keys(losses(watch, MANY_LOSSES, START + 10 * MINUTE)) == ["camera_unstable_stalled"]
    gone = gcam(lost(reconnects=MANY_LOSSES))
    assert keys(watch.look(gone, START + 11 * MINUTE)) == ["camera_unstable_stalled"], "a blink so far"
    assert keys(watch.look(gone, START + 26 * MINUTE)) == ["camera_lost_unreachable"]


def small(reason: str | None = "the HD stream is not there", **changes: Any) -> CameraState:
    """Of a camera with two addresses, of which the second is not there."""
    return state(hd=Hd(Status.RECONNECTING, recorded=False, sd_reason=reason), **changes)


def test_an_hd_stream_that_is_gone_is_told_with_its_reason_until_it_is_recorded_again() -> None:
    watch = Watch()
    assert watch.look(gcam(small()), START) == ()
    assert watch.next_at == START + 15 * MINUTE
    coming = state(hd=Hd(Status.CONNECTED, recorded=False, sd_reason="it comes and goes"))
    assert watch.look(gcam(coming), START + 10 * MINUTE) == ()
    (trouble,) = watch.look(gcam(small()), START + 15 * MINUTE)
    assert (trouble.key, trouble.id, trouble.cause) == ("hd_lost", "hd_lost_door", "")
    assert trouble.placeholders["problem"] == "the HD stream is not there"
    back = state(hd=Hd(Status.CONNECTED, recorded=True, sd_reason=None))
    assert watch.look(gcam(back), START + 16 * MINUTE) == ()
    assert watch.look(gcam(small()), START + 17 * MINUTE) == (), "it has to last anew"


def test_of_a_camera_that_is_lost_the_hd_stream_is_not_missed() -> None:
    gone = lost(hd=Hd(Status.LOST, recorded=False, sd_reason="it is not there"))
    watch = Watch()
    watch.look(gcam(gone), START)
    assert keys(watch.look(gcam(gone), START + 20 * MINUTE)) == ["camera_lost_unreachable"]


def test_each_camera_has_its_own() -> None:
    watch = Watch()
    seen = gcam(lost(), lost("stalled", camera_id="shed"), state(camera_id="yard"))
    watch.look(seen, START)
    troubles = watch.look(seen, START + timedelta(hours=1))
    assert [trouble.id for trouble in troubles] == ["camera_lost_door", "camera_lost_shed"]
