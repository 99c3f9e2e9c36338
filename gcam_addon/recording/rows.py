"""Rows of the index as what they mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from gcam_addon.model import Clip, ClipKind, kinds_of, named_again
from gcam_addon.words.reason import made_again, made_of

_OF_THE_INDEX = ("missing_since", "discarded_at", "ages_from", "what")


def row_of(clip: Clip) -> dict[str, Any]:
    named = [one.told() for one in clip.named] or None
    return asdict(clip) | {"said": made_of(clip.reason), "what": kinds_of(clip.named), "named": named}


def clip_in(row: sa.Row[Any]) -> Clip:
    return clip_of(dict(row._mapping))


def clip_of(values: dict[str, Any]) -> Clip:
    known = {key: value for key, value in values.items() if key not in _OF_THE_INDEX}
    known["reason"] = made_again(known["reason"], known.pop("said"))
    known["kind"], known["named"] = ClipKind(known["kind"]), named_again(known["named"])
    known["event_ids"], known["zones"] = tuple(known["event_ids"]), tuple(known["zones"])
    return Clip(**known)
