"""What all databases here have in common."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from gcam_addon.disk.database import LaterSchema, bring_up_to_date, engine_for, is_of_later, revisions

PACKAGES = ("gcam_addon.access", "gcam_addon.history", "gcam_addon.recording")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_newest_migration_is_the_one_alembic_ends_with(package: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions(package) == steps[::-1]


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_later_version_wrote_is_told_apart(package: str, tmp_path: Path) -> None:
    path = tmp_path / "its.db"
    engine = engine_for(path)
    for _ in range(2):
        bring_up_to_date(engine, package)
        assert not is_of_later(path, package)
    with engine.begin() as connection:
        table = f"{package.rpartition('.')[2]}_version"
        connection.execute(sa.text(f"UPDATE {table} SET version_num = '9999'"))
    assert is_of_later(path, package)
    with pytest.raises(LaterSchema):
        bring_up_to_date(engine, package)
    engine.dispose()
