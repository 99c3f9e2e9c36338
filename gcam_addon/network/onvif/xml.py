"""XML that came from the network, as a small tree: bounded, and without document types or entities.

Names are read without their namespaces: makers choose prefixes and versions as they like, and no name that
Gcam looks for means two things. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from gcam_addon.errors import ProtocolError
from gcam_addon.words.reason import because

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 32
_MAX_ELEMENTS = 10_000


@dataclass(slots=True)
class Element:
    """`name` and the names of `attributes` are without prefix; `text` is stripped."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """Wherever below, in the order they stand."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def first(self, *names: str) -> Element | None:
        """The first of the first name, within it the first of the next, and so on."""
        found: Element | None = self
        for name in names:
            found = next(found.all(name), None) if found is not None else None
        return found

    def text_of(self, *names: str) -> str:
        """Empty where there is none."""
        found = self.first(*names)
        return "" if found is None else found.text


def read(data: bytes) -> Element:
    """Raises `ProtocolError` for what is no XML, or larger or deeper than any camera's."""
    if len(data) > MAX_BYTES:
        raise ProtocolError(because("onvif_large"))
    building = _Building()
    try:
        building.parser.Parse(data, True)  # noqa: FBT003  (expat takes no names)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ProtocolError(because("onvif_no_xml")) from error
    return building.root


class _Building:
    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise ProtocolError(because("onvif_large"))
        named = {_local(key): value for key, value in attributes.items()}
        element = Element(_local(name), named)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        element.text = element.text.strip()

    def _say(self, text: str) -> None:
        self._open[-1].text += text

    def _refuse(self, *_: object) -> None:
        raise ProtocolError(because("onvif_no_xml"))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
