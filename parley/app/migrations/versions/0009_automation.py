"""Automation: rules, macros, promises, routing, understanding, rehearsals, merges of conversations, broadcasts."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables; the statements stand in the .sql file beside this one."""
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split("\n-- ;\n"):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """The tables would take what was told with them."""
    raise NotImplementedError("restore a backup instead")
