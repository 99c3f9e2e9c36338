"""Rows of the index as what they mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from gcam_addon.model import Clip, ClipKind
from gcam_addon.words.reason import made_again, made_of

_OF_THE_INDEX = ("missing_since", "discarded_at", "ages_from")


def row_of(clip: Clip) -> dict[str, Any]:
    return asdict(clip) | {"said": made_of(clip.reason)}


def clip_in(row: sa.Row[Any]) -> Clip:
    return clip_of(dict(row._mapping))


def clip_of(values: dict[str, Any]) -> Clip:
    known = {key: value for key, value in values.items() if key not in _OF_THE_INDEX}
    known["reason"] = made_again(known["reason"], known.pop("said"))
    known["kind"] = ClipKind(known["kind"])
    known["event_ids"], known["zones"] = tuple(known["event_ids"]), tuple(known["zones"])
    return Clip(**known)
