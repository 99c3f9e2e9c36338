"""DataFolder: one Gcam per folder, an identity that stays, clear words where it can't be used."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gcam_addon.config.folder import DataFolder
from gcam_addon.disk.database import engine_for
from gcam_addon.errors import ConfigError


def test_is_made_with_an_identity_that_stays(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "data"
    with DataFolder(path) as first:
        identity = first.instance_id
    with DataFolder(path) as second:
        assert second.instance_id == identity
    with DataFolder(tmp_path / "other") as other:
        assert other.instance_id != identity


def test_a_second_gcam_is_refused_and_the_lock_goes_with_the_first(tmp_path: Path) -> None:
    with (
        DataFolder(tmp_path),
        pytest.raises(ConfigError, match=r"another Gcam is using it; .*--data"),
        DataFolder(tmp_path),
    ):
        pass
    with DataFolder(tmp_path):
        pass


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    taken = pytest.raises(ConfigError, match=r"data: .*choose another with --data")
    with taken, DataFolder(tmp_path / "data"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="Permission denied"), DataFolder(tmp_path / "data"):
        pass


def test_a_spoilt_identity_is_replaced(tmp_path: Path) -> None:
    with DataFolder(tmp_path):
        pass
    (tmp_path / "instance_id").write_text("\x00 not one\n")
    with DataFolder(tmp_path) as folder:
        assert folder.instance_id.isalnum()


def test_an_identity_that_can_not_be_written_leaves_none(tmp_path: Path) -> None:
    """Half of one would be another Gcam's to Home Assistant: all entities anew."""
    program = """
import resource, signal, sys
from pathlib import Path
from gcam_addon.config.folder import DataFolder
from gcam_addon.disk.database import engine_for
from gcam_addon.errors import ConfigError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))
try:
    with DataFolder(Path(sys.argv[1])):
        pass
except ConfigError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
    )
    assert "instance_id: File too large; see that the disk" in run.stdout
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    with DataFolder(tmp_path):
        pass


def test_others_of_this_machine_see_nothing_of_it(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "new") as new:
        assert mode_of(new.path) == 0o700
    old = tmp_path / "old"
    old.mkdir()
    old.chmod(0o2775)  # somebody shares it with a group
    with DataFolder(old):
        assert mode_of(old) == 0o2770


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_databases_are_this_user_s_alone(tmp_path: Path) -> None:
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    old.touch(mode=0o644)
    for path in (new, old):
        engine = engine_for(path)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x)")
            modes = {found.name: mode_of(found) for found in tmp_path.glob(f"{path.name}*")}
        engine.dispose()
        assert len(modes) > 1  # its journal, too
        assert set(modes.values()) == {0o600}
