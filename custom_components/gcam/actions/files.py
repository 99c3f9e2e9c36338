"""Files that actions write: where they may be, whole or not at all, how the media browser calls them."""

import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from errno import EACCES, EDQUOT, EEXIST, ENOSPC, ENOTDIR, EPERM, EROFS, errorcode
from io import BufferedWriter
from pathlib import Path

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN

_FOLDER = "gcam"
_REFUSED_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

_CAUSES = {
    **dict.fromkeys((ENOSPC, EDQUOT), "write_failed_full"),
    **dict.fromkeys((EACCES, EPERM, EROFS), "write_failed_forbidden"),
    **dict.fromkeys((ENOTDIR, EEXIST), "write_failed_no_folder"),
}
"""What a person can mend, said in words; of anything else the system's own code, which can be looked up."""


@callback
def default_path(hass: HomeAssistant, camera: str, name: str) -> Path:
    """Below the first media folder, by camera. Raises `ServiceValidationError` where there is none."""
    folder = next(iter(hass.config.media_dirs.values()), None)
    if folder is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_media_folder")
    return Path(folder, _FOLDER, _safe(camera), name)


async def async_check_allowed(hass: HomeAssistant, path: Path) -> None:
    """Raises `ServiceValidationError` where Home Assistant may not write: the file, and one beside it."""
    if not await hass.async_add_executor_job(_is_allowed, hass, path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"filename": str(path)},
        )


async def async_save(hass: HomeAssistant, path: Path, chunks: AsyncGenerator[bytes]) -> int:
    """Writes what comes, in place of what may be there; its size. What breaks off leaves nothing behind."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    run = hass.async_add_executor_job
    size_bytes = 0
    try:
        file = await run(_create, partial)
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    size_bytes += await run(file.write, chunk)
        finally:
            await run(file.close)
        await run(partial.replace, path)
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=_CAUSES.get(error.errno or 0, "write_failed"),
            translation_placeholders={"filename": str(path), "error": errorcode.get(error.errno or 0, "?")},
        ) from error
    finally:
        await run(_remove, partial)
    return size_bytes


@callback
def media_content_id(hass: HomeAssistant, path: Path) -> str | None:
    """How the media browser calls the file; None for one outside of the media folders."""
    for name, folder in hass.config.media_dirs.items():
        if path.is_relative_to(folder):
            return f"media-source://media_source/{name}/{path.relative_to(folder).as_posix()}"
    return None


def _safe(name: str) -> str:
    """As the name of a folder, on any system."""
    return _REFUSED_IN_NAMES.sub(" ", name).strip(" .") or _FOLDER


def _is_allowed(hass: HomeAssistant, path: Path) -> bool:
    return all(hass.config.is_allowed_path(str(it)) for it in (path, path.parent)) and not path.is_dir()


def _create(path: Path) -> BufferedWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # the folder itself may not be one
        return
