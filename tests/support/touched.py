"""What the programs of a container did with files, from strace's output. Only what succeeded counts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

_WRITES = {"mkdir", "mkdirat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat"}
_WRITES |= {"symlink", "symlinkat", "truncate", "chmod", "fchmodat", "chown", "lchown", "fchownat"}
_CALLS = ",".join(["execve,open,openat,mmap,flock,fcntl,clone,clone3,fork,vfork", *sorted(_WRITES)])
STRACE = (
    "strace",
    "-f",
    "--seccomp-bpf",
    "--decode-pids=pidns",
    "-qq",
    "-y",
    "-s",
    "400",
    "-e",
    f"trace={_CALLS}",
    "-o",
)
"""With the output's file behind it, in front of what is to be watched."""

_RESULT = r"= (\d+)(?:<(.*)>)?(?: /\* (\d+) in strace's PID NS \*/)?"
_LINE = re.compile(rf"(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*) {_RESULT}$")
_START = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_TEXT = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


def touched(trace: Path, first: str) -> set[tuple[str, str]]:
    """(path, mode) as AppArmor's modes; of the process that ran `first`, and of all that it started."""
    family: set[str] = set()
    found: set[tuple[str, str]] = set()
    for pid, call, arguments, result, opened in _calls(trace):
        if call == "execve" and arguments.startswith(f'"{first}"'):
            family.add(pid)
        if pid not in family:
            continue
        if call in {"clone", "clone3", "fork", "vfork"}:
            family.add(result)
        found.update(_modes(call, arguments, opened))
    return {(path, mode) for path, mode in found if path.startswith("/")}


def _calls(trace: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """(process, call, arguments, result, path of the result); processes by their numbers on this machine."""
    begun: dict[str, str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        if (start := _START.fullmatch(line)) is not None:
            begun[start[1]] = start[3]
        elif (found := _LINE.fullmatch(line)) is not None:
            arguments = begun.pop(found[1], "") if " resumed>" in line else ""
            yield found[1], found[2], arguments + found[3], found[6] or found[4], found[5] or ""


def _modes(call: str, arguments: str, opened: str) -> Iterator[tuple[str, str]]:
    if call in {"open", "openat"}:
        if not re.search(r"O_WRONLY|O_TMPFILE", arguments):
            yield opened, "r"
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", arguments):
            yield opened, "w"
    elif call == "execve":
        yield _paths(arguments)[0], "x"
    elif call == "mmap" and "PROT_EXEC" in arguments and (file := re.search(r"\d+<(/[^>]*)>", arguments)):
        yield file[1], "m"
    elif call == "flock" or (call == "fcntl" and "F_SETLK" in arguments):
        file = re.match(r"\d+<([^>]*)>", arguments)
        assert file is not None
        yield file[1], "k"
    elif call.startswith("symlink"):
        yield _paths(arguments)[-1], "w"  # the first is only a text
    elif call in _WRITES:
        yield from ((path, "w") for path in _paths(arguments))


def _paths(arguments: str) -> list[str]:
    """In the order they were given; relative where it is not told to which folder."""
    return [posixpath.normpath(posixpath.join(folder, path)) for folder, path in _TEXT.findall(arguments)]
