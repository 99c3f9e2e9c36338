"""`/api/v1/session/factors`: my second factors; `/api/v1/session/proof`: showing once more that it is I."""

from __future__ import annotations

import segno
import voluptuous as vol
from aiohttp import web

from gcam_addon.access.factors import Factor, FactorKind, totp_address
from gcam_addon.access.model import Kind, Person
from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import choice, said
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import PUBLIC, SIGNED_IN, body_of, done, json, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import SESSION, note, principal_of, require_over
from gcam_addon.web.passkey import place_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.person import NAME, PASSKEY_ANSWER, PASSKEY_OPTIONS, SECRET
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

_MINE = "/api/v1/session/factors"
_KIND = choice((FactorKind.TOTP, FactorKind.PASSKEY))

_REFUSED = {
    401: "It is wrong (`wrong_login`, `wrong_code`), or nobody is signed in (`sign_in`, `no_owner`)",
    404: "A token has none (`not_found`)",
    429: "Too many attempts (`throttled`); `Retry-After` says when the next is looked at",
}

FACTOR = shape(
    "Factor",
    {
        "id": STRING,
        "kind": _KIND,
        "name": STRING,
        "created_at": NUMBER,
        "last_used_at": nullable(NUMBER),
    },
)

FACTOR_LIST = shape(
    "FactorList", {"factors": [FACTOR], "recovery_left": said(INTEGER, "Recovery codes not used yet")}
)

FACTOR_WANTED = shape("FactorWanted", {"kind": _KIND})

FACTOR_OFFER = shape(
    "FactorOffer",
    {
        "kind": _KIND,
        vol.Optional("secret"): said(STRING, "For an app; it counts once a code of it was shown"),
        vol.Optional("address"): said(STRING, "The same as `otpauth://`"),
        vol.Optional("qr"): said(STRING, "The same as a picture (`data:`)"),
        vol.Optional("options"): PASSKEY_OPTIONS,
    },
)

NEW_FACTOR = shape(
    "NewFactor",
    {
        "kind": _KIND,
        "name": NAME,
        vol.Optional("code"): said(SECRET, "The app's present one"),
        vol.Optional("passkey"): PASSKEY_ANSWER,
    },
)

RECOVERY = shape("RecoveryCodes", {"recovery": [STRING]}, "Shown this once; each lets in once")

ADDED_FACTOR = shape(
    "AddedFactor",
    {"factor": FACTOR, "recovery": [STRING]},
    "With the first second factor come recovery codes, shown this once",
)

QUESTION = shape("PasskeyQuestion", {"options": PASSKEY_OPTIONS})

PROOF = shape(
    "Proof",
    {
        vol.Optional("password"): SECRET,
        vol.Optional("code"): SECRET,
        vol.Optional("passkey"): PASSKEY_ANSWER,
    },
    "One of them",
)


@route(
    "GET",
    _MINE,
    rights=SIGNED_IN,
    tag="session",
    summary="My second factors",
    answers=json(FACTOR_LIST, "Oldest first"),
)
async def list_factors(request: web.Request) -> web.Response:
    factors, person_id = request.app[SERVICES].access.factors, principal_of(request).id
    body = {
        "factors": [_shown(factor) for factor in factors.of(person_id)],
        "recovery_left": factors.recovery_left(person_id),
    }
    return answered(request, body)


@route(
    "POST",
    f"{_MINE}/offer",
    rights=SIGNED_IN,
    tag="session",
    summary="What my app, or my browser's passkey, takes to become a second factor",
    is_grave=True,
    body=FACTOR_WANTED,
    answers=json(FACTOR_OFFER, "For an app `secret`, `address` and `qr`, for a passkey `options`"),
    refuses=_REFUSED,
)
async def offer_factor(request: web.Request) -> web.Response:
    access, person = request.app[SERVICES].access, _mine(request)
    if body_of(request)["kind"] == FactorKind.PASSKEY:
        options = await access.passkeys.offer(person, place_of(request))
        return answered(request, {"kind": FactorKind.PASSKEY, "options": options})
    secret = access.factors.offer_totp(person)
    address = totp_address(secret, person.name)
    picture = segno.make(address, error="m", micro=False).svg_data_uri(border=4, light="#fff")
    shown = {"kind": FactorKind.TOTP, "secret": secret, "address": address, "qr": picture}
    return answered(request, shown)


@route(
    "POST",
    _MINE,
    rights=SIGNED_IN,
    tag="session",
    summary="A new second factor, by what was offered",
    is_grave=True,
    body=NEW_FACTOR,
    answers=json(ADDED_FACTOR, "It counts from now on", status=201),
    refuses=_REFUSED,
)
async def add_factor(request: web.Request) -> web.Response:
    access, person, body = request.app[SERVICES].access, _mine(request), body_of(request)
    wanted = "passkey" if body["kind"] == FactorKind.PASSKEY else "code"
    if wanted not in body:
        raise RequestError(because("is_missing", name=wanted), field=wanted)
    if wanted == "passkey":
        made = await access.passkeys.add(person, place_of(request), body["name"], body["passkey"])
    else:
        made = await access.factors.add_totp(person, body["name"], body["code"])
    note(request, "factor.add", made.factor.name)
    shown = {"factor": _shown(made.factor), "recovery": list(made.recovery)}
    return answered(request, shown, status=201)


@route(
    "POST",
    f"{_MINE}/recovery",
    rights=SIGNED_IN,
    tag="session",
    summary="New recovery codes; the old ones are worth nothing",
    is_grave=True,
    answers=json(RECOVERY, "The codes", status=201),
    refuses=_REFUSED | {400: "There is no second factor (`config`)"},
)
async def renew_recovery(request: web.Request) -> web.Response:
    codes = await request.app[SERVICES].access.factors.renew_recovery(_mine(request))
    note(request, "factor.recovery")
    return answered(request, {"recovery": list(codes)}, status=201)


@route(
    "DELETE",
    f"{_MINE}/{{id}}",
    rights=SIGNED_IN,
    tag="session",
    summary="Remove one of my second factors",
    says="With the last one go the recovery codes.",
    is_grave=True,
    answers=done("Removed"),
)
async def remove_factor(request: web.Request) -> web.Response:
    person = _mine(request)
    factor = await request.app[SERVICES].access.factors.remove(person.id, request.match_info["id"])
    note(request, "factor.remove", factor.name)
    return web.Response(status=204)


@route(
    "DELETE",
    "/api/v1/people/{id}/factors",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Remove all second factors of somebody who lost theirs",
    says="Their password is enough from then on.",
    is_grave=True,
    answers=done("Removed"),
)
async def remove_factors_of(request: web.Request) -> web.Response:
    access = request.app[SERVICES].access
    person = access.person(request.match_info["id"])
    require_over(request, person.principal)
    await access.factors.remove_of(person.id)
    note(request, "person.factors_remove", person.name)
    return web.Response(status=204)


@route(
    "POST",
    "/api/v1/session/question",
    rights=PUBLIC,
    tag="session",
    summary="What a browser's passkey takes to sign in, or to prove that it is I",
    answers=json(QUESTION, "To be signed within minutes"),
    refuses={400: "Not asked by a browser on Gcam's own page (`request`)"},
)
async def ask_passkey(request: web.Request) -> web.Response:
    options = await request.app[SERVICES].access.passkeys.question(place_of(request))
    return answered(request, {"options": options})


@route(
    "POST",
    "/api/v1/session/proof",
    rights=SIGNED_IN,
    tag="session",
    summary="Show once more that it is I, and for ten minutes I may do what hurts",
    says="What hurts (`x-proof`) answers 403 `proof` to who has not. Tokens need none, and whom Home "
    "Assistant signs in has none to give.",
    body=PROOF,
    answers=done("It is"),
    refuses=_REFUSED,
)
async def prove(request: web.Request) -> web.Response:
    access, person, body = request.app[SERVICES].access, _mine(request), body_of(request)
    if len(body) != 1:
        raise RequestError(because("one_proof"), field="password")
    if "passkey" in body:
        await access.verify_passkey(person, body["passkey"], place_of(request))
    elif "code" in body:
        await access.verify_code(person, body["code"])
    else:
        await access.verify(person, body["password"])
    session = request[SESSION]
    if session is not None:
        await access.prove(session)
    return web.Response(status=204)


ROUTES = (
    list_factors,
    offer_factor,
    add_factor,
    renew_recovery,
    remove_factor,
    remove_factors_of,
    ask_passkey,
    prove,
)


def _mine(request: web.Request) -> Person:
    """Who asks, if they have a password here. Raises `RequestError`."""
    person = request.app[SERVICES].access.person(principal_of(request).id)
    if person.kind is not Kind.LOCAL:
        raise RequestError(because("factor_elsewhere"))
    return person


def _shown(factor: Factor) -> Json:
    return {
        "id": factor.id,
        "kind": factor.kind,
        "name": factor.name,
        "created_at": factor.created_at,
        "last_used_at": factor.last_used_at,
    }
