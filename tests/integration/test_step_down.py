"""Giving up root: in a process of its own, as what is given up is given up for good."""

from __future__ import annotations

import grp
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give it up"),
]
NOBODY = 65534

_SCRIPT = """
import json, os, subprocess, sys
from pathlib import Path
from gcam_addon.machine.rights import Right
from gcam_addon.machine.step_down import Needs, step_down
own, read = json.loads(sys.argv[1])
names = json.loads(sys.argv[2])
keep = None if names is None else [Right[name] for name in names]
reason = step_down("nobody", Needs([Path(p) for p in own], [Path(p) for p in read]), keep or ())
def back():
    try:
        os.setuid(0)
    except PermissionError:
        return False
    return True
status = Path("/proc/self/status").read_text()
rights = {line.split()[0]: int(line.split()[1], 16) for line in status.splitlines() if line.startswith("Cap")}
child = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
handed = [int(line.split()[1], 16) for line in child.splitlines() if line.startswith("CapEff")]
told = {"reason": reason, "uid": os.getuid(), "groups": os.getgroups(), "root_again": back()}
print(json.dumps({**told, **({"rights": rights, "handed": handed} if keep is not None else {})}))
"""


def step_down_in_a_process(
    own: list[Path], read: list[Path] | None = None, keep: Sequence[str] | None = None
) -> dict[str, Any]:
    arguments = json.dumps([[str(path) for path in paths] for paths in (own, read or [])])
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, arguments, json.dumps(keep)],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    return dict(json.loads(done.stdout))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that everybody can reach, which pytest's own are not."""
    common = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):  # one more level where several processes test
        if common in folder.parents:
            folder.chmod(0o755)
    return tmp_path


VIDEO = [grp.getgrnam("video").gr_gid]
"""Webcams belong to it, on every Debian."""


def test_root_is_given_up_and_the_folders_are_handed_over(place: Path) -> None:
    data, fresh = place / "data", place / "media" / "recordings"
    (data / "recordings").mkdir(parents=True)
    for file in (data / "gcam.db", data / "recordings" / "clip.mp4"):
        file.write_bytes(b"x")
    told = step_down_in_a_process([data, fresh])
    assert told == {"reason": None, "uid": NOBODY, "groups": VIDEO, "root_again": False}
    for path in (data, data / "gcam.db", data / "recordings", data / "recordings" / "clip.mp4", fresh):
        assert path.stat().st_uid == NOBODY, path
    assert (place / "media").stat().st_uid == 0, "what Gcam does not own alone stays as it is"


def test_the_owner_of_the_data_folder_is_preferred(place: Path) -> None:
    data = place / "data"
    data.mkdir()
    os.chown(data, 12345, 12345)
    (data / "left-by-root.db").write_bytes(b"x")
    told = step_down_in_a_process([data])
    assert (told["reason"], told["uid"]) == (None, 12345)
    assert (data / "left-by-root.db").stat().st_uid == 12345


def test_root_stays_where_the_footage_can_not_be_written(place: Path) -> None:
    """As on a network share that belongs to somebody else."""
    data, footage = place / "data", place / "share"
    data.mkdir()
    footage.mkdir(mode=0o755)
    os.chown(footage, 12345, 12345)
    told = step_down_in_a_process([data, footage])
    assert told["reason"] == f"an ordinary user can't write to {footage} (Permission denied)"
    assert (told["uid"], told["root_again"]) == (0, True)


def test_root_stays_where_the_key_can_not_be_read(place: Path) -> None:
    key = place / "privkey.pem"
    key.write_text("secret")
    key.chmod(0o600)
    told = step_down_in_a_process([place / "data"], [key])
    assert told["reason"] == f"an ordinary user can't read {key} (Permission denied)"
    assert told["uid"] == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_file_that_is_not_there_is_no_reason(place: Path) -> None:
    assert step_down_in_a_process([place / "data"], [place / "missing.pem"])["reason"] is None


def test_links_are_not_followed(place: Path) -> None:
    data, other = place / "data", place / "other"
    data.mkdir()
    other.mkdir()
    (other / "file").write_text("x")
    (data / "link").symlink_to(other)
    (data / "file").symlink_to(other / "file")
    assert step_down_in_a_process([data])["reason"] is None
    assert other.stat().st_uid == (other / "file").stat().st_uid == 0


def test_of_roots_rights_those_stay_that_are_needed(place: Path) -> None:
    told = step_down_in_a_process([place / "data"], keep=["NET_ADMIN", "NET_BIND_SERVICE"])
    assert (told["reason"], told["uid"], told["root_again"]) == (None, NOBODY, False)
    both = 1 << 12 | 1 << 10
    assert {told["rights"][name] for name in ("CapEff:", "CapPrm:", "CapAmb:")} == {both}
    assert told["handed"] == [both]  # dnsmasq has them too


def test_without_need_no_right_of_roots_stays(place: Path) -> None:
    told = step_down_in_a_process([place / "data"], keep=[])
    assert {told["rights"][name] for name in ("CapEff:", "CapPrm:", "CapAmb:")} == {0}


def test_an_unknown_user_is_refused_with_a_sentence(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gcam_addon", "run", "--data", str(place / "data"), "--user", "no-such-one"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--user no-such-one: there is no such user" in done.stderr
