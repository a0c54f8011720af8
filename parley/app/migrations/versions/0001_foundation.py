"""The foundation: kit, accounts, customers, conversations, channels."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates everything; the statements stand in the .sql file beside this one."""
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split("\n-- ;\n"):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """There is nothing before the first migration."""
    raise NotImplementedError("restore a backup instead")
