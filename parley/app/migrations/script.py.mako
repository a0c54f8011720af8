"""${message}"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the schema forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Moves the schema back."""
    ${downgrades if downgrades else "pass"}
