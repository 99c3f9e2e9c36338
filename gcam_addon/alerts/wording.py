"""What an alert reads, in its receiver's language, at the moment it is sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gcam_addon.alerts.deciding import Tiding
from gcam_addon.alerts.outbox import Draft, Due
from gcam_addon.alerts.pacing import Part
from gcam_addon.model import Kind
from gcam_addon.model.alerts import Followed, Letter, Topic
from gcam_addon.words.reason import Reason, because, made_again, made_of, said_in

_LATE_S = 300.0


def facts_of(tiding: Tiding) -> dict[str, Any]:
    """Plain values of which it is worded later, perhaps by another run."""
    return {
        "topic": str(tiding.topic),
        "happening": tiding.happening,
        "camera": tiding.camera_id,
        "name": tiding.name,
        "what": [str(kind) for kind in tiding.kinds],
        "zones": list(tiding.zones),
        "since": tiding.since or tiding.at,
        "reason": str(tiding.reason),
        "said": made_of(tiding.reason),
    }


@dataclass(frozen=True, slots=True)
class Wording:
    """`link`: where people reach the page; None: nowhere from there."""

    language: str
    link: str | None
    now: float

    def letter(self, due: Due, picture: bytes, clip: Path | None) -> Letter:
        draft = due.kept.draft
        lines = [self._text(draft), *self._notes(due)]
        return Letter(
            key=draft.key,
            at=draft.at,
            title=self._say(title_of(draft)),
            text="\n".join(line for line in lines if line),
            importance=draft.importance,
            language=self.language,
            picture=picture,
            clip=clip,
            link=self._link(draft),
            follows=None if due.follows is None else Followed(due.follows.draft.key, due.follows.remote),
            facts={key: value for key, value in draft.facts.items() if key != "said"},
        )

    def _text(self, draft: Draft) -> str:
        facts, at = draft.facts, self._moment(draft.at)
        if draft.part is Part.DIGEST:
            since, until = self._moment(facts["since"]), self._moment(facts["until"])
            return self._say(because("alert_digest", count=facts["count"], since=since, until=until))
        if draft.part is Part.CLIP:
            return self._say(because("alert_clip", time=self._moment(facts["since"])))
        if draft.part is Part.OVER:
            return self._say(because("alert_over", time=at, since=self._moment(facts["since"])))
        if draft.topic is Topic.MOTION:
            return self._say(_motion(at, facts))
        reason = said_in(self.language, made_again(facts["reason"], facts.get("said")))
        if draft.topic is Topic.SIGN_IN:
            return self._say(because("alert_sign_in_at", time=at, why=reason))
        return self._say(because("alert_since", time=at, why=reason))

    def _notes(self, due: Due) -> list[str]:
        notes = []
        if due.left_out:
            notes.append(self._say(because("alert_left_out", count=due.left_out)))
        draft = due.kept.draft
        late_s = self.now - draft.at
        if draft.part in {Part.FIRST, Part.OVER} and draft.topic is not Topic.LOST and late_s > _LATE_S:
            notes.append(self._say(because("alert_late", minutes=round(late_s / 60))))
        return notes

    def _link(self, draft: Draft) -> str | None:
        if self.link is None:
            return None
        if draft.topic is Topic.SIGN_IN:
            return f"{self.link}/#/people?tab=audit"
        if draft.camera_id is None:
            return f"{self.link}/#/system"
        day = f"{datetime.fromtimestamp(draft.at).astimezone():%Y-%m-%d}"
        return f"{self.link}/#/events?{urlencode({'camera': draft.camera_id, 'day': day})}"

    def _moment(self, at: float) -> str:
        """In the time zone that Gcam tells everything in; the day where it is another."""
        moment = datetime.fromtimestamp(at).astimezone()
        is_today = moment.date() == datetime.fromtimestamp(self.now).astimezone().date()
        return f"{moment:%H:%M:%S}" if is_today else f"{moment:%Y-%m-%d %H:%M:%S}"

    def _say(self, reason: Reason) -> str:
        return reason.in_language(self.language)


def title_of(draft: Draft) -> Reason:
    name = draft.facts.get("name", "")
    if draft.part is Part.DIGEST:
        return because("alert_digest_title", count=draft.facts["count"])
    if draft.topic is Topic.MOTION:
        return because("alert_motion_title", what=_what(draft.facts), camera=name)
    if draft.topic is Topic.ALARM:
        return because("alert_alarm_at", camera=name) if name else because("alert_alarm")
    is_over = draft.part is Part.OVER
    return _TITLES[draft.topic, is_over](name)


_TITLES: Mapping[tuple[Topic, bool], Callable[[str], Reason]] = {
    (Topic.LOST, False): lambda name: because("alert_lost", camera=name),
    (Topic.LOST, True): lambda name: because("alert_back", camera=name),
    (Topic.NOT_RECORDING, False): lambda name: because("alert_not_recording", camera=name),
    (Topic.NOT_RECORDING, True): lambda name: because("alert_recording_again", camera=name),
    (Topic.STORAGE, False): lambda _: because("alert_storage"),
    (Topic.STORAGE, True): lambda _: because("alert_storage_again"),
    (Topic.SYSTEM, False): lambda _: because("alert_system"),
    (Topic.SYSTEM, True): lambda _: because("alert_system_again"),
    (Topic.TAMPER, False): lambda name: because("alert_tamper", camera=name),
    (Topic.TAMPER, True): lambda name: because("alert_tamper_over", camera=name),
    (Topic.GUARD, False): lambda _: because("alert_guard"),
    (Topic.SIGN_IN, False): lambda name: because("alert_sign_in", name=name),
    (Topic.CHANNEL, False): lambda name: (
        because("alert_channel", name=name) if name else because("alert_heartbeat")
    ),
    (Topic.CHANNEL, True): lambda name: (
        because("alert_channel_again", name=name) if name else because("alert_heartbeat_again")
    ),
}


def _motion(at: str, facts: Mapping[str, Any]) -> Reason:
    zones = tuple(facts.get("zones", ()))
    return because("alert_motion_in", time=at, zones=zones) if zones else because("alert_motion", time=at)


_KINDS: Mapping[str, Callable[[], Reason]] = {
    Kind.PERSON: lambda: because("alert_person"),
    Kind.VEHICLE: lambda: because("alert_vehicle"),
    Kind.ANIMAL: lambda: because("alert_animal"),
}


def _what(facts: Mapping[str, Any]) -> Reason | tuple[Reason, ...]:
    """The first is the main one."""
    known = tuple(_KINDS[kind]() for kind in facts.get("what", ()) if kind in _KINDS)
    return known or because("alert_unnamed")
