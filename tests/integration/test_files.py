"""Files written whole, or not at all."""

from pathlib import Path

import pytest

from gcam_addon.disk.files import sync_folder, write_whole
from tests.support.small_disk import small_disk


def test_a_file_is_replaced_with_its_mode_although_a_crash_left_something(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(b"of a crash")
    write_whole(path, b"one", mode=0o600)
    write_whole(path, b"two", mode=0o600)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.root
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64 * 1024) as folder:
        write_whole(folder / "file", b"old")
        with pytest.raises(OSError, match="No space"):
            write_whole(folder / "file", bytes(1024 * 1024))
        assert (folder / "file").read_bytes() == b"old"
        assert [path.name for path in folder.iterdir()] == ["file"]


def test_a_file_system_that_can_t_sync_folders_is_borne(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    sync_folder(Path("/proc/self"))  # EINVAL, as some network shares say
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "gone")
