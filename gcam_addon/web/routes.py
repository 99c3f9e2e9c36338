"""All routes of the API, in the order of docs/ref/openapi.yaml. Those of the page: `site`."""

from __future__ import annotations

from gcam_addon.web.api import (
    boards,
    cameras,
    clips,
    events,
    exports,
    found,
    h264,
    health,
    history,
    info,
    live,
    people,
    pictures,
    reviewing,
    session,
    shares,
    system,
    timeline,
    tokens,
    upkeep,
    what_if,
)
from gcam_addon.web.contract import Route

TAGS = {
    "page": "What a browser opens",
    "system": "How Gcam fares, and its upkeep",
    "session": "Signing in and out",
    "people": "Accounts, and who did what",
    "tokens": "For programs",
    "cameras": "The cameras and their settings",
    "boards": "What is behind an address, and what can be set on it",
    "live": "What a camera sees now",
    "detection": "What other settings would have found",
    "recordings": "What was recorded",
    "exports": "Ranges of recordings as one file",
    "shares": "Recordings for people without an account",
    "events": "What happens, and what happened",
}

ROUTES: tuple[Route, ...] = (
    *health.ROUTES,
    *info.ROUTES,
    *session.ROUTES,
    *people.ROUTES,
    *tokens.ROUTES,
    *cameras.ROUTES,
    *boards.ROUTES,
    *found.ROUTES,
    *live.ROUTES,
    *h264.ROUTES,
    *what_if.ROUTES,
    *clips.ROUTES,
    *pictures.ROUTES,
    *timeline.ROUTES,
    *exports.ROUTES,
    *shares.ROUTES,
    *history.ROUTES,
    *reviewing.ROUTES,
    *system.ROUTES,
    *upkeep.ROUTES,
    *events.ROUTES,
)
