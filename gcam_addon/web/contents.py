"""Whose work Gcam is made of: the packages that it needs and that are installed, each with its licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

_SELF: Final = "gcam-addon"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str
    """Its name, as the package tells it; empty where it does not."""


@cache
def packages() -> tuple[Package, ...]:
    """By name. Blocking: asks the disk, once."""
    found: dict[str, Package] = {}
    waiting = list(_needed_by(distribution(_SELF), with_extras=True))
    while waiting:
        one = waiting.pop()
        name = one.metadata["Name"]
        if name not in found:
            found[name] = Package(name, one.version, licence_of(one))
            waiting += _needed_by(one, with_extras=False)
    return tuple(sorted(found.values(), key=lambda one: one.name.lower()))


def own_licence() -> str:
    """Blocking. Empty where Gcam is not installed as a package."""
    for file in distribution(_SELF).files or ():
        if file.name == "LICENSE":
            return file.read_text(encoding="utf-8")
    return ""


def licence_of(package: Distribution) -> str:
    """Some say the whole text in place of the name."""
    facts = package.metadata
    for told in (*(facts.get_all("License-Expression") or ()), *(facts.get_all("License") or ())):
        if told and "\n" not in told:
            return str(told)
    classifiers = facts.get_all("Classifier") or ()
    named = (one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: "))
    return next(named, "")


def _needed_by(package: Distribution, *, with_extras: bool) -> Iterator[Distribution]:
    """Those that are installed: what other systems need is not."""
    for wanted in package.requires or ():
        name = _NAME.match(wanted)
        if name is None or ("extra ==" in wanted and not with_extras):
            continue
        try:
            yield distribution(name[0])
        except PackageNotFoundError:
            continue
