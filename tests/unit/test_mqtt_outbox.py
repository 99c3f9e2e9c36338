"""The outbox: newest state wins, motion and events keep their order and are never merged."""

from __future__ import annotations

from gcam_addon.mqtt.outbox import Message, Outbox


def _drain(outbox: Outbox) -> list[tuple[str, bytes]]:
    sent = []
    while (waiting := outbox.take()) is not None:
        sent.append((waiting[0].topic, waiting[0].payload))
    return sent


def _motion(payload: bytes, camera: str = "door") -> Message:
    return Message(f"gcam/{camera}/motion", payload, retain=True)


def _event(number: int) -> Message:
    return Message("gcam/door/event", str(number).encode())


def test_only_the_newest_state_is_sent() -> None:
    outbox = Outbox()
    for fps in range(100):
        outbox.hold("gcam/door/state", str(fps).encode())
    assert _drain(outbox) == [("gcam/door/state", b"99")]


def test_an_unchanged_state_is_not_sent_again_unless_asked() -> None:
    outbox = Outbox()
    outbox.hold("a", b"1")
    _drain(outbox)
    outbox.hold("a", b"1")
    assert not outbox
    outbox.repeat("a", "unknown")
    assert _drain(outbox) == [("a", b"1")]


def test_motion_goes_first_in_order_and_unmerged() -> None:
    outbox = Outbox()
    outbox.hold("gcam/door/state", b"{}")
    for payload in (b"ON", b"OFF", b"ON"):
        outbox.tell(_motion(payload), 0.0)
    assert [payload for _, payload in _drain(outbox)] == [b"ON", b"OFF", b"ON", b"{}"]


def test_pictures_come_last() -> None:
    outbox = Outbox()
    outbox.hold("gcam/door/snapshot", b"jpeg", qos=0)
    outbox.hold("gcam/door/state", b"{}")
    assert [topic for topic, _ in _drain(outbox)] == ["gcam/door/state", "gcam/door/snapshot"]


def test_after_a_reconnect_the_newest_motion_counts_and_all_states_come_again() -> None:
    outbox = Outbox()
    outbox.hold("gcam/door/state", b"{}")
    _drain(outbox)
    outbox.tell(_motion(b"ON"), 0.0)
    outbox.tell(_motion(b"OFF"), 1.0)
    outbox.tell(_motion(b"ON"), 2.0)
    outbox.reconnected(3.0)
    assert sorted(_drain(outbox)) == [("gcam/door/motion", b"ON"), ("gcam/door/state", b"{}")]


def test_events_of_a_short_outage_are_kept_older_ones_are_not_news() -> None:
    outbox = Outbox()
    outbox.tell(_event(1), 0.0)
    outbox.tell(_event(2), 100.0)
    outbox.reconnected(110.0)
    assert _drain(outbox) == [("gcam/door/event", b"2")]
    assert outbox.dropped == 1


def test_it_is_bounded_and_gives_up_events_before_motion() -> None:
    outbox = Outbox()
    outbox.tell(_motion(b"ON"), 0.0)
    for number in range(2000):
        outbox.tell(_event(number), 0.0)
    sent = _drain(outbox)
    assert sent[0] == ("gcam/door/motion", b"ON")
    assert sent[-1] == ("gcam/door/event", b"1999")
    assert len(sent) <= 512
    assert outbox.dropped == 2001 - len(sent)


def test_an_absurd_number_of_motion_changes_leaves_the_newest_of_every_camera() -> None:
    outbox = Outbox()
    for number in range(5001):
        outbox.tell(_motion(b"ON" if number % 2 == 0 else b"OFF", camera=f"c{number % 3}"), 0.0)
    newest = dict(_drain(outbox))
    assert newest == {f"gcam/c{n % 3}/motion": b"ON" if n % 2 == 0 else b"OFF" for n in (4998, 4999, 5000)}
    assert outbox.dropped == 0


def test_what_was_not_sent_goes_first_again() -> None:
    outbox = Outbox()
    outbox.tell(_event(1), 5.0)
    outbox.tell(_event(2), 6.0)
    waiting = outbox.take()
    assert waiting is not None
    outbox.put_back(*waiting)
    assert [payload for _, payload in _drain(outbox)] == [b"1", b"2"]


def test_an_unsent_state_gives_way_to_a_newer_one() -> None:
    outbox = Outbox()
    outbox.hold("a", b"old")
    waiting = outbox.take()
    assert waiting is not None
    outbox.hold("a", b"new")
    outbox.put_back(*waiting)
    assert _drain(outbox) == [("a", b"new")]


def test_a_removed_topic_is_emptied_once_and_forgotten() -> None:
    outbox = Outbox()
    outbox.hold("a", b"1")
    _drain(outbox)
    outbox.hold("a", b"")
    assert _drain(outbox) == [("a", b"")]
    outbox.reconnected(0.0)
    assert _drain(outbox) == []


def test_a_removal_that_was_not_sent_is_tried_again() -> None:
    outbox = Outbox()
    outbox.hold("a", b"")
    waiting = outbox.take()
    assert waiting is not None
    outbox.put_back(*waiting)
    outbox.reconnected(0.0)
    assert _drain(outbox) == [("a", b"")]
