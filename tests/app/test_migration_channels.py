"""Installations in which two channels share an address can be upgraded."""

from parley.app.migrate import migrate, newest_revision
from parley.kit.ids import uuid7
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.schema import EVERY_WORKSPACE, SCOPE_SETTING
from tests.app.test_migrations import old_database


async def test_channels_that_share_an_address_survive_the_upgrade(postgres: EmbeddedPostgres) -> None:
    async with old_database(postgres, "0003") as (connection, dsn):
        workspace, ids = uuid7(), [uuid7() for _ in range(4)]
        await connection.execute(f"SET {SCOPE_SETTING} = '{EVERY_WORKSPACE}'")
        for number, address in enumerate(("a@x.example", "A@x.example", "b@x.example", "a@X.example")):
            await connection.execute(
                """INSERT INTO channels (workspace_id, id, plugin, kind, name, address, public_key, created_at)
                   VALUES ($1, $2, 'email_listener', 'email', 'x', $3, $4, now() + $5 * interval '1 second')""",
                workspace,
                ids[number],
                address,
                f"key {number}",
                number,
            )
        assert await migrate(dsn) == newest_revision()
        rows = await connection.fetch("SELECT id, shares_address FROM channels ORDER BY created_at")
    assert [(row["id"], row["shares_address"]) for row in rows] == [
        (ids[0], False),
        (ids[1], True),
        (ids[2], False),
        (ids[3], True),
    ]
