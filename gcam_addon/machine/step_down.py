"""Giving up root for good: started as root, as containers do, Gcam goes on as an ordinary user wherever that
user can do the work. Decides nothing else; knows nothing of settings.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gcam_addon.errors import ConfigError
from gcam_addon.machine.rights import Right, kept

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """What the user must be able to do."""

    own: Sequence[Path]
    """Folders that are Gcam's alone: made where missing, and handed over where they belong to root."""
    read: Sequence[Path] = ()
    """Files that are somebody else's."""


def step_down(name: str, needs: Needs, keep: Collection[Right] = ()) -> str | None:
    """Become the user `name`, or whoever the first folder belongs to if that is neither root nor `name`.

    Returns None when that is done, or was so from the start; otherwise the process stays root, and the
    answer is the reason, for a person. Blocking; only before there are threads. Raises `ConfigError` for
    an unknown name. Of root's rights those in `keep` stay, as far as they are there.
    """
    if os.geteuid() != _ROOT:
        return None
    uid, gid = _user(name, needs.own[0])
    for folder in needs.own:
        _hand_over(folder, uid, gid)
    reason = _try_as(uid, gid, needs)
    if reason is None:
        os.setgroups(_video())
        with kept(keep):
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
    return reason


def _video() -> list[int]:
    """The group that webcams belong to."""
    with contextlib.suppress(KeyError):
        return [grp.getgrnam("video").gr_gid]
    return []


def _user(name: str, folder: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError):
        owner = folder.stat()
        if owner.st_uid != _ROOT:
            return owner.st_uid, owner.st_gid
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise ConfigError(f"--user {name}: there is no such user on this machine", field="user") from None
    return entry.pw_uid, entry.pw_gid


def _hand_over(top: Path, uid: int, gid: int) -> None:
    """Where a file system does not let owners be changed, `_try_as` will tell."""
    with contextlib.suppress(OSError):
        top.mkdir(parents=True, exist_ok=True)
        for path in _of_root(top):
            os.chown(path, uid, gid, follow_symlinks=False)


def _of_root(top: Path) -> Iterator[Path]:
    """Folders of root's with the files in them, and files right in `top`. Files elsewhere are not looked at:
    there can be many, and whoever owns a folder can do with them what Gcam does.
    """
    for folder, _, files in os.walk(top, followlinks=False):
        here = Path(folder)
        roots = here.stat().st_uid == _ROOT
        if roots:
            yield here
        if roots or here == top:
            yield from (path for name in files if (path := here / name).lstat().st_uid == _ROOT)


def _try_as(uid: int, gid: int, needs: Needs) -> str | None:
    """Why that user can't do the work; None if it can. Root again afterwards."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(gid)
    os.seteuid(uid)
    try:
        return _what_fails(needs)
    finally:
        os.seteuid(_ROOT)
        os.setegid(_ROOT)
        os.setgroups(groups)


def _what_fails(needs: Needs) -> str | None:
    for folder in needs.own:
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return f"an ordinary user can't write to {folder} ({error.strerror})"
    for file in needs.read:
        try:
            file.open("rb").close()
        except PermissionError as error:
            return f"an ordinary user can't read {file} ({error.strerror})"
        except OSError:
            continue  # nor can root: whoever reads it says so
    return None
