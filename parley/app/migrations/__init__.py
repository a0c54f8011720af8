"""Alembic migrations; the SQL stands beside the scripts."""
