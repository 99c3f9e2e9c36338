"""WebAuthn, by the library of that name: its errors translated. Blocking, for threads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gcam_addon.access.factors import Factor
from gcam_addon.access.model import Person
from gcam_addon.errors import ConfigError, WrongCode
from gcam_addon.words.reason import because


@dataclass(frozen=True, slots=True)
class Place:
    """Where the browser sees Gcam, such as `https://gcam.example.org`."""

    origin: str

    @property
    def name(self) -> str:
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey: how a device finds it, what checks its signatures, how often it says it signed."""

    credential: str
    public_key: str
    count: int


def challenge_in(answer: Mapping[str, Any]) -> bytes:
    """Which challenge the browser signed. Raises `WrongCode`."""
    webauthn = _library()
    try:
        client = json.loads(webauthn.base64url_to_bytes(answer["response"]["clientDataJSON"]))
        return bytes(webauthn.base64url_to_bytes(client["challenge"]))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise WrongCode(because("no_passkey_answer")) from error


def offer(person: Person, place: Place, challenge: bytes, known: Sequence[Factor]) -> Mapping[str, Any]:
    """What the browser takes to make one."""
    webauthn = _library()
    from webauthn.helpers import structs  # noqa: PLC0415  (as `_library`)

    selection = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    there = [
        structs.PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(factor.credential))
        for factor in known
        if factor.credential is not None
    ]
    options = webauthn.generate_registration_options(
        rp_id=place.name, rp_name="Gcam", user_name=person.name, user_id=person.id.encode(),
        challenge=challenge, authenticator_selection=selection, exclude_credentials=there,
    )  # fmt: skip
    return _plain(webauthn.options_to_json(options))


def question(place: Place, challenge: bytes) -> Mapping[str, Any]:
    """What the browser takes to sign with any passkey that it has for this place."""
    webauthn = _library()
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=place.name,
        challenge=challenge,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(options))


def registered(answer: Mapping[str, Any], place: Place, challenge: bytes) -> Registered:
    """The passkey that the browser made. Raises `ConfigError`."""
    webauthn = _library()
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        found = webauthn.verify_registration_response(
            credential=dict(answer), expected_challenge=challenge, expected_rp_id=place.name,
            expected_origin=place.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, KeyError, TypeError, ValueError) as error:
        raise ConfigError(because("passkey_unusable"), field="passkey") from error
    return Registered(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
    )


def signed(answer: Mapping[str, Any], place: Place, challenge: bytes, factor: Factor) -> int:
    """How often it signed by now. Raises `WrongCode` where it did not sign this, or is a copy of itself."""
    webauthn = _library()
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        found = webauthn.verify_authentication_response(
            credential=dict(answer), expected_challenge=challenge, expected_rp_id=place.name,
            expected_origin=place.origin, require_user_verification=True,
            credential_public_key=webauthn.base64url_to_bytes(factor.secret),
            credential_current_sign_count=factor.count,
        )  # fmt: skip
    except (WebAuthnException, KeyError, TypeError, ValueError) as error:
        raise WrongCode(because("passkey_refused")) from error
    return int(found.new_sign_count)


def _library() -> Any:
    """On first use: it takes a second and 11 MB, which those without passkeys shall keep."""
    import webauthn  # noqa: PLC0415

    return webauthn


def _plain(text: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = json.loads(text)
    return options
