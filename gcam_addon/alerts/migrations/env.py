"""How Alembic reaches the database: over the connection that `database` already holds."""

from alembic import context

from gcam_addon.alerts.migrations import VERSION_TABLE
from gcam_addon.alerts.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
