"""How Alembic runs our migrations: on the connection and in the transaction it is given.

`onesheet.storage.schema.migrate` calls it at the program's start. To write a new migration, see
CONTRIBUTING.md.
"""

from alembic import context

from onesheet.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can alter little in place, so later migrations copy tables.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
