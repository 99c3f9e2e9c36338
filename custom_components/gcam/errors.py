"""Gcam's errors as Home Assistant shows them: one sentence, in the user's language, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from .api import BadCertificate, CannotConnect, Forbidden, GcamError, InvalidAuth, NotFound, NotGcam, TooOld
from .const import DOMAIN, LOGGER


@contextmanager
def translated(subject: str, raised: type[HomeAssistantError] = HomeAssistantError) -> Iterator[None]:
    """Around whatever asks Gcam; `subject` is what it was about, such as a camera's name."""
    try:
        yield
    except GcamError as error:
        raise shown(error, subject, raised) from error


def shown[Raised: HomeAssistantError](error: GcamError, subject: str, raised: type[Raised]) -> Raised:
    """What Gcam itself says comes in Home Assistant's language; what we say of Gcam is for logs."""
    LOGGER.debug("%s: %s", subject, error)
    return raised(
        translation_domain=DOMAIN,
        translation_key=_key(error),
        translation_placeholders={"subject": subject, "error": str(error)},
    )


def _key(error: GcamError) -> str:
    return next((key for kind, key in _KEYS if isinstance(error, kind)), "refused")


_KEYS: tuple[tuple[type[GcamError], str], ...] = (
    (BadCertificate, "bad_certificate"),
    (CannotConnect, "no_answer"),
    (InvalidAuth, "invalid_auth"),
    (Forbidden, "forbidden"),
    (NotFound, "not_found"),
    (NotGcam, "not_gcam"),
    (TooOld, "too_old"),
)
"""The special before the general."""
