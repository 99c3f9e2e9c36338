"""What a sentence is made of, so that each page says it in its reader's language."""

from __future__ import annotations

from gcam_addon.config.rules import said
from gcam_addon.web.shape import ANYTHING, STRING, nullable, shape

SAID = nullable(
    shape(
        "Said",
        {
            "code": said(STRING, "Stable"),
            "params": said(ANYTHING, "What stands in it, by name: texts, numbers, other sentences, lists"),
        },
        "What the sentence beside this is made of; null where there is none, or it is plain text",
    )
)
