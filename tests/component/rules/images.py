"""Rules for the brand's images: the component's own, and those at the root for the add-on store."""

from collections.abc import Iterator

from PIL import Image

from .component import Component

_ICONS = {"icon.png": 256, "icon@2x.png": 512, "dark_icon.png": 256, "dark_icon@2x.png": 512}
_LOGO_HEIGHTS = {
    "logo.png": range(128, 257),
    "logo@2x.png": range(256, 513),
    "dark_logo.png": range(128, 257),
    "dark_logo@2x.png": range(256, 513),
}
_NEEDED = {"icon.png", "icon@2x.png", "logo.png", "logo@2x.png"}


def brand(component: Component) -> Iterator[str]:
    folder = component.folder / "brand"
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    for name in sorted(_NEEDED - there):
        yield f"brand/{name} is missing"
    for name in sorted(there):
        if name not in _ICONS and name not in _LOGO_HEIGHTS:
            yield f"brand/{name} is shown nowhere"
            continue
        with Image.open(folder / name) as image:
            width, height = image.size
            yield from (f"brand/{name} {fault}" for fault in _faults(image))
        if name in _ICONS and (width, height) != (_ICONS[name], _ICONS[name]):
            yield f"brand/{name} is {width} x {height}, not {_ICONS[name]} square"
        if name in _LOGO_HEIGHTS and min(width, height) not in _LOGO_HEIGHTS[name]:
            yield f"brand/{name}: its shorter side is {min(width, height)} pixels"


def store(component: Component) -> Iterator[str]:
    """What the add-on store shows."""
    for name, fits in (("icon.png", (128, 128)), ("logo.png", (250, 100))):
        path = component.root / name
        if not path.exists():
            yield f"{name} is missing"
            continue
        with Image.open(path) as image:
            yield from (f"{name} {fault}" for fault in _faults(image))
            if image.width != fits[0] or image.height > fits[1]:
                yield f"{name} is {image.width} x {image.height}"


def _faults(image: Image.Image) -> Iterator[str]:
    if image.format != "PNG" or image.mode != "RGBA":
        yield "is no PNG with transparency"
    elif image.getchannel("A").getbbox() != (0, 0, *image.size):
        yield "has an empty margin"


RULES = (brand, store)
