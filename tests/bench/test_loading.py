"""A small history through the real loader: it must fit the schema and hang together."""

import re
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import loading
from bench.rows import spell
from bench.servers import Cluster
from parley.kit.postgres import EmbeddedPostgres

SIZE = 60
WRONG = {
    "a conversation counts its messages": """
        SELECT count(*) FROM conversations c WHERE message_count <> (
          SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)""",
    "the last message is the newest that is no note": """
        SELECT count(*) FROM conversations c WHERE last_message_id IS DISTINCT FROM (
          SELECT id FROM messages m WHERE m.conversation_id = c.id AND kind <> 'note'
          ORDER BY created_at DESC LIMIT 1)""",
    "every message is in the index": """
        SELECT count(*) FROM messages m WHERE NOT EXISTS (
          SELECT 1 FROM search_documents d WHERE d.message_id = m.id AND d.conversation_id = m.conversation_id)""",
    "every message is on the log": """
        SELECT count(*) FROM messages m WHERE NOT EXISTS (
          SELECT 1 FROM facts f WHERE f.conversation_id = m.conversation_id AND f.data ->> 'message_id' = m.id::text)""",
    "nobody waits in what is closed": """
        SELECT count(*) FROM conversations WHERE status = 'closed' AND (waiting_since IS NOT NULL OR closed_at IS NULL)""",
}


async def test_a_history_fits_the_schema(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(loading.SIZES, "tiny", SIZE)
    cluster, said = Cluster(postgres), list[str]()
    try:
        loaded = await loading.load(cluster, "tiny", tmp_path, said.append)
        assert await loading.load(cluster, "tiny", tmp_path, said.append) == loaded
        assert said[-1].endswith("are there already")
        connection = await asyncpg.connect(cluster.admin_dsn(loaded.database))
        try:
            assert await connection.fetchval("SELECT count(*) FROM conversations") == SIZE
            assert await connection.fetchval("SELECT count(*) FROM messages") == loaded.messages > SIZE
            for what, sql in WRONG.items():
                assert await connection.fetchval(sql) == 0, what
        finally:
            await connection.close()
    finally:
        await cluster.drop("bench_tiny")


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\\\n\r\tnrtN")))
def test_a_value_stays_on_its_line_and_comes_back(text: str) -> None:
    spelled = spell(text)
    assert spelled != spell(None)
    assert not set("\n\r\t") & set(spelled)
    back = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
    assert re.sub(r"\\(.)", lambda found: back[found[1]], spelled) == text
