"""The add-on's AppArmor profile: it is one, and refuses what is none of Gcam's business.

That it allows all that Gcam does is shown with the image, in tests/e2e/test_image.py.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.apparmor import SYSTEM, Profile

FILE = Path(__file__).parents[2] / "apparmor.txt"

pytestmark = pytest.mark.skipif(
    not (SYSTEM / "abstractions/base").is_file(), reason="needs the Debian package apparmor"
)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.read(FILE)


def test_the_parser_takes_it() -> None:
    parser = shutil.which("apparmor_parser", path="/usr/sbin:/sbin:/usr/bin:/bin")
    assert parser is not None
    done = subprocess.run([parser, "-Q", "-K", str(FILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("path", "modes"),
    [
        ("/data/cameras.json", "rwk"),
        ("/data/recordings/Door/2026-01-01/10-00-00.mp4", "rw"),
        ("/media/gcam/journal/door.mkv", "rw"),
        ("/media/nas/gcam/recordings/Door/a.mp4", "rw"),
        ("/ssl/privkey.pem", "r"),
        ("/opt/gcam/bin/gcam", "rx"),
        ("/opt/gcam/lib/python3.13/site-packages/cv2/cv2.abi3.so", "rm"),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", "rm"),
        ("/usr/lib/aarch64-linux-gnu/libc.so.6", "rm"),
        ("/proc/meminfo", "r"),
        ("/etc/resolv.conf", "r"),
    ],
)
def test_what_gcam_does_is_allowed(profile: Profile, path: str, modes: str) -> None:
    assert all(profile.allows(path, mode) for mode in modes)


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("/ssl/privkey.pem", "w"),
        ("/opt/gcam/lib/python3.13/site-packages/gcam_addon/app.py", "w"),
        ("/usr/bin/python3.13", "w"),
        ("/etc/passwd", "w"),
        ("/etc/shadow", "r"),
        ("/config/secrets.yaml", "r"),
        ("/homeassistant/secrets.yaml", "r"),
        ("/backup/all.tar", "r"),
        ("/share/letters.txt", "r"),
        ("/addons/other/config.yaml", "r"),
        ("/data/payload", "x"),
        ("/media/gcam/payload", "x"),
        ("/tmp/payload", "x"),
        ("/tmp/payload.so", "m"),
        ("/dev/sda", "r"),
        ("/dev/video0", "r"),
        ("/dev/mem", "r"),
        ("/proc/sys/kernel/core_pattern", "w"),
        ("/proc/sysrq-trigger", "w"),
        ("/sys/kernel/security/apparmor/profiles", "r"),
    ],
)
def test_what_is_not_gcam_s_is_refused(profile: Profile, path: str, mode: str) -> None:
    assert not profile.allows(path, mode)
