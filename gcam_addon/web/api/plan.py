"""`/api/v1/plan`: what cameras will cost on this machine, what limits first, and what to change."""

from __future__ import annotations

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.frame_size import NAMES, PATTERN, frame_size
from gcam_addon.config.rules import Rule, choice, number, said, whole
from gcam_addon.model.plan import Resource, Wish
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import json, once, query_of, route
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.camera import SIZE
from gcam_addon.web.shapes.said import SAID
from gcam_addon.words.reason import because

_SIZE = Rule(
    frame_size,
    {"type": "string", "pattern": f"^({'|'.join(NAMES)}|{PATTERN})$"},
    because("give_frame_size"),
)

PLAN_NEED = shape(
    "PlanNeed",
    {
        "resource": choice(Resource),
        "share": said(nullable(NUMBER), "Of what there is, 1 is all of it; null where that is unknown"),
        "remedy": said(nullable(STRING), "What to change where there is not enough"),
        "remedy_said": SAID,
    },
)

PLAN = shape(
    "Plan",
    {
        "cameras": INTEGER,
        "size": SIZE,
        "fps": NUMBER,
        "days": NUMBER,
        "recorded_share": said(NUMBER, "Of the time, 0 to 1"),
        "is_share_measured": said(BOOLEAN, "From the last days, not a guess or a wish"),
        "measured_days": said(NUMBER, "Of recordings the figures are from; 0 where there are none"),
        "bytes_per_picture": said(NUMBER, "As it is sent"),
        "cpu_share": said(NUMBER, "Percent of one core"),
        "cores": INTEGER,
        "memory_bytes": NUMBER,
        "machine_bytes": said(nullable(INTEGER), "Free memory, and what Gcam has already"),
        "bytes_per_day": said(NUMBER, "Of recordings"),
        "needed_bytes": said(NUMBER, "For recordings of all the days"),
        "room_bytes": said(nullable(NUMBER), "For recordings, those that are there included"),
        "days_held": nullable(NUMBER),
        "air_bits_per_s": NUMBER,
        "air_bytes_per_day": NUMBER,
        "boards_watts": NUMBER,
        "machine_watts": NUMBER,
        "machine": said(
            nullable(STRING), "What it was recognised as; null where its watts are a guess or a wish"
        ),
        "kwh_per_year": NUMBER,
        "euros_per_kwh": NUMBER,
        "euros_per_year": NUMBER,
        "subscription_per_year": said(NUMBER, "What as many cameras with a subscription would cost"),
        told("needs", "What limits first comes first"): [PLAN_NEED],
    },
    "Sources of watts and prices: docs/guide/cost.md",
)


@route(
    "GET",
    "/api/v1/plan",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="What cameras will cost here, what limits first, and what to change",
    says="Measures for some seconds, once for each size, what a picture costs on this machine, and takes "
    "from the last days how much is recorded. What is not given is as it is now.",
    query={
        "cameras": once(said(whole(1, 1000), "How many; those there are")),
        "size": once(said(_SIZE, "Of their pictures: a name such as `VGA`, or `640x480`")),
        "fps": once(said(number(0.1, 120), "Pictures a second of each")),
        "days": once(said(number(0.1, 36_500, "days"), "How long recordings are to be kept")),
        "recorded": once(said(number(0, 100, "percent"), "Of the time that is recorded")),
        "watts": once(said(number(0, 10_000), "What this machine takes")),
        "price": once(said(number(0, 100), "Of a kWh, in euros")),
    },
    answers=json(PLAN, "The plan"),
)
async def get_plan(request: web.Request) -> web.Response:
    query = query_of(request)
    recorded = query["recorded"]
    wish = Wish(
        cameras=query["cameras"],
        size=query["size"],
        fps=query["fps"],
        days=query["days"],
        recorded_share=None if recorded is None else recorded / 100,
        machine_watts=query["watts"],
        euros_per_kwh=query["price"],
    )
    return answered(request, (await request.app[SERVICES].plan(wish)).told())


ROUTES = (get_plan,)
