"""How Alembic runs our migrations: on the connection and in the transaction it is given.

`webapp.database.migrate` calls it at the program's start. To write a new migration, see
docs/architecture.md.
"""

from alembic import context

import bandit.models
import catalog.models
import webapp.changes

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[
        catalog.models.Base.metadata,
        bandit.models.Base.metadata,
        webapp.changes.Base.metadata,
    ],
    # SQLite can alter little in place, so later migrations copy tables.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
