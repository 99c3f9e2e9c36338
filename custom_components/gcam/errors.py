"""Gcam's errors as Home Assistant shows them: one sentence, in the user's language, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from .api import CannotConnect, Forbidden, GcamError, InvalidAuth, NotFound
from .const import DOMAIN


@contextmanager
def translated(subject: str, raised: type[HomeAssistantError] = HomeAssistantError) -> Iterator[None]:
    """Around whatever asks Gcam; `subject` is what it was about, such as a camera's name."""
    try:
        yield
    except GcamError as error:
        raise raised(
            translation_domain=DOMAIN,
            translation_key=_key(error),
            translation_placeholders={"subject": subject, "error": str(error)},
        ) from error


def _key(error: GcamError) -> str:
    match error:
        case CannotConnect():
            return "no_answer"
        case InvalidAuth():
            return "invalid_auth"
        case Forbidden():
            return "forbidden"
        case NotFound():
            return "not_found"
        case _:
            return "refused"
