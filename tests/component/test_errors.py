"""Errors of Gcam's as Home Assistant shows them: every word in its language."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from homeassistant.exceptions import HomeAssistantError

from custom_components.gcam import api
from custom_components.gcam.errors import translated

GCAMS_OWN = "la caméra door n’existe pas"
OURS = "what the logs say, in English"
TRANSLATIONS = Path(api.__file__).parent / "translations"


def _kinds(kind: type[api.GcamError] = api.GcamError) -> Iterator[type[api.GcamError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
def test_an_error_is_told_in_one_language(kind: type[api.GcamError]) -> None:
    """What Gcam answered comes in the reader's; what we say of Gcam is English, and for logs."""
    is_gcams = kind in {api.NotFound, api.Refused}
    error = api.Refused("config", GCAMS_OWN) if kind is api.Refused else kind(GCAMS_OWN if is_gcams else OURS)
    with pytest.raises(HomeAssistantError) as told, translated("Garden"):
        raise error

    texts = json.loads((TRANSLATIONS / "fr.json").read_text(encoding="utf-8"))["exceptions"]
    text = texts[told.value.translation_key]["message"].format(**told.value.translation_placeholders or {})
    assert OURS not in text
    assert (GCAMS_OWN in text) is is_gcams
