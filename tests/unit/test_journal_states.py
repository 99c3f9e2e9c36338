from __future__ import annotations

from gcam_addon.clock import ManualClock
from gcam_addon.errors import RecordingSlow
from gcam_addon.model import RecordingChanged
from gcam_addon.recording.journal_states import RecordingStates
from gcam_addon.words.reason import because


def test_how_much_is_lost_is_told_anew_each_second_also_while_nobody_looks_after_it() -> None:
    clock, told = ManualClock(), list[RecordingChanged]()
    states = RecordingStates(clock, told.append)
    for lost in range(1, 13):
        states.slow("door", RecordingSlow(because("recording_slow", lost=lost)))
        clock.advance(0.25)
    problems = [change.problem for change in told]
    assert problems == [because("recording_slow", lost=lost) for lost in (1, 5, 9)]
