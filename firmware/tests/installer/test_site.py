"""The files of the page that installs the firmware from a browser, as they are published."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import site_files as site
from conftest import BOARDS, FIRMWARE, S3, TOOLS, image


def test_every_board_has_a_manifest_for_its_chip(tmp_path: Path, binaries: Path) -> None:
    site.write_site(tmp_path / "site", TOOLS, binaries, "v1.2.3")
    told = json.loads((tmp_path / "site/boards.json").read_text())
    assert (told["release"], told["installs"]) == ("v1.2.3", True)
    assert sorted(one["board"] for one in told["boards"]) == BOARDS
    for one in told["boards"]:
        manifest = json.loads((tmp_path / "site" / one["board"] / "manifest.json").read_text())
        (build,) = manifest.pop("builds")
        assert manifest == {
            "name": f"Gcam, {one['title']}",
            "version": "v1.2.3",
            "home_assistant_domain": "esphome",
            "new_install_prompt_erase": True,
        }
        assert build["chipFamily"] == ("ESP32-S3" if one["board"] in S3 else "ESP32") == one["family"]
        assert build["parts"] == [{"path": "firmware.bin", "offset": 0}]
        assert (tmp_path / "site" / one["board"] / "firmware.bin").read_bytes() == image(one["board"])


def test_there_are_boards_of_both_chips() -> None:
    assert S3
    assert set(BOARDS) - S3


def changed(board: str, at: int, value: int) -> bytes:
    content = image(board)
    content[at] = value
    return bytes(content)


@pytest.mark.parametrize(
    ("board", "content", "says"),
    [
        ("ai-thinker", b"", "0 bytes are no whole image"),
        ("ai-thinker", bytes(image("esp32s3-eye")), "no bootloader at 0x1000, where a ESP32 has it"),
        ("esp32s3-eye", bytes(image("ai-thinker")), "no bootloader at 0x0, where a ESP32-S3 has it"),
        ("esp32s3-eye", changed("esp32s3-eye", 12, 2), "of chip 2, not of ESP32-S3 (9)"),
        ("ai-thinker", changed("ai-thinker", 0x8000, 0xFF), "no partition table at 0x8000"),
    ],
)
def test_what_is_no_image_of_the_board_is_not_published(
    tmp_path: Path, binaries: Path, board: str, content: bytes, says: str
) -> None:
    (file,) = (binaries / board).glob("*.bin")
    file.write_bytes(content)
    with pytest.raises(site.Unfit, match=re.escape(f"{board}: ")) as refused:
        site.write_site(tmp_path / "site", TOOLS, binaries, "v1")
    assert says in str(refused.value)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("count", [0, 2])
def test_a_board_has_one_binary(tmp_path: Path, binaries: Path, count: int) -> None:
    (file,) = (binaries / "ai-thinker").glob("*.bin")
    if count:
        file.with_name("other.factory.bin").write_bytes(file.read_bytes())
    else:
        file.unlink()
    with pytest.raises(site.Unfit, match=f"ai-thinker: {count} files"):
        site.write_site(tmp_path / "site", TOOLS, binaries, "v1")


def test_the_boards_are_those_of_the_readme_and_of_the_folder() -> None:
    readme = (FIRMWARE / "README.md").read_text()
    with pytest.raises(site.Unfit, match="is not that of firmware/boards"):
        site.boards_told(readme.replace("`esp-eye`", "`other`"))
    with pytest.raises(site.Unfit, match="is not that of firmware/boards"):
        site.boards_told(re.sub(r"^.*`esp-eye`.*\n", "", readme, flags=re.MULTILINE))


def test_both_languages_say_the_same() -> None:
    words = (FIRMWARE / "installer/page/words.js").read_text()
    english, french = words.split("  fr: {")
    names = [re.findall(r"^    (\w+):", part, re.MULTILINE) for part in (english, french)]
    assert names[0] == names[1]
    remarks = {
        one[key]
        for one in site.boards_told((FIRMWARE / "README.md").read_text())
        for key in ("memory", "remark")
    }
    assert [
        one for one in sorted(remarks) if one and f'"{one}":' not in french and f"{one}:" not in french
    ] == []
