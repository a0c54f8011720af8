"""Alembic's environment: runs inside the connection that `parley.app.migrate` hands over."""

from alembic import context

from parley.app.tables import TABLES

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=TABLES, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
