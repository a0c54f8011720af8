"""What must hold when the dust has settled."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from parley.conversations.model import fold_conversation
from parley.kit.db import Database, plain_json
from parley.kit.log.cursor import START, Cursor
from parley.kit.log.read import read_workspace
from tests.robust.houses import House
from tests.robust.load import Crowd, Shopper
from tests.robust.mailing import UNCLEAR, Post
from tests.support.desk import call_until_answered, fetch_everything, fetch_pages
from tests.support.widget import Widget


async def until_true(holds: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
    """Waits until something holds."""
    end = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < end, f"did not come about in {seconds:.0f} s: {what}"
        await asyncio.sleep(0.2)


PATIENCE = 20.0


class Ledger:
    """Reads the database of a house directly."""

    def __init__(self, db: Database, workspace_id: UUID) -> None:
        self._db = db
        self._workspace_id = workspace_id

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """Runs a query of the workspace (`$1`)."""
        async with self._db.transaction(self._workspace_id) as tx:
            return await tx.fetch(sql, self._workspace_id, *args)

    async def run(self, *statements: str) -> None:
        """Runs statements in every workspace's scope."""
        async with self._db.transaction(None) as tx:
            for statement in statements:
                await tx.execute(statement)

    async def count(self, sql: str) -> int:
        """Runs a query of the workspace that counts."""
        (row,) = await self.rows(sql)
        return int(row[0])

    async def readers_behind(self) -> int:
        """Counts readers and lanes that have not reached the end of the log."""
        async with self._db.transaction(None) as tx:
            return int(
                await tx.fetchval(
                    """SELECT count(*) FROM readers r WHERE EXISTS (SELECT 1 FROM facts f WHERE f.lane = r.lane
                       AND (f.epoch, f.xid, f.seq) > (r.epoch, r.xid, r.seq))"""
                )
            )

    async def facts(self, conversation_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """Reads all facts of a conversation in order."""
        found: list[tuple[str, dict[str, Any]]] = []
        cursor = START
        async with self._db.transaction(self._workspace_id) as tx:
            while True:
                page = await read_workspace(
                    tx, self._workspace_id, cursor, epoch=1, own=False, conversation_id=conversation_id
                )
                if not page:
                    return found
                found += [(fact.kind, fact.data) for fact in page]
                cursor = Cursor(page[-1].epoch, page[-1].xid, page[-1].seq)


async def check_shoppers(crowd: Crowd, ledger: Ledger) -> None:
    """Every message that was said is there exactly once, in its order; every tab shows every answer once."""
    expected: dict[str, list[str]] = {}
    for agent in crowd.agents:
        for conversation, message_id, _ in agent.replies.values():
            expected.setdefault(conversation, []).append(message_id)
    for shopper in crowd.shoppers:
        first = shopper.tabs[0]
        check_frames(shopper)
        assert not first.rejected, first.rejected
        assert set(first.acked) == {client_id for client_id, _ in shopper.said}, (
            f"{shopper.name}: not acknowledged"
        )
        ids = [first.acked[client_id] for client_id, _ in shopper.said]
        assert ids == sorted(set(ids)), f"{shopper.name}: out of order or the same message twice"
        replies = sorted(expected.get(shopper.conversation or "", []))
        for number, tab in enumerate(shopper.tabs):
            where = f"{shopper.name}, tab {number}"
            with contextlib.suppress(TimeoutError):
                await tab.until(partial(shows, len(ids) + len(replies) + bool(ids)), PATIENCE)
            shown = Counter(tab.texts())
            assert max(shown.values(), default=0) <= 1, f"{where}: {shown.most_common(2)}"
            by_kind = {
                kind: sorted(m["id"] for m in tab.messages.values() if m["author"]["kind"] == kind)
                for kind in ("customer", "agent", "system")
            }
            assert by_kind["customer"] == ids, f"{where}, own: {describe_gap(ids, by_kind['customer'])}"
            assert by_kind["agent"] == replies, f"{where}, answers: {describe_gap(replies, by_kind['agent'])}"
            assert len(by_kind["system"]) == (1 if ids else 0), f"{where}, automatic: {by_kind['system']}"
    said = {client_id for shopper in crowd.shoppers for client_id, _ in shopper.said}
    rows = await ledger.rows(
        "SELECT external_id FROM messages WHERE workspace_id = $1 AND direction = 'in' AND channel_kind = 'chat'"
    )
    stored = Counter(row["external_id"] for row in rows)
    assert stored == Counter(said), (
        f"stored of chat: lost {said - set(stored)}, too many {stored - Counter(said)}"
    )
    posted = await ledger.rows(
        "SELECT id FROM messages WHERE workspace_id = $1 AND direction = 'out' AND author_kind <> 'system'"
        " AND channel_kind = 'chat'"
    )
    assert sorted(str(row["id"]) for row in posted) == sorted(i for ids in expected.values() for i in ids), (
        "stored answers are not those that were acknowledged"
    )


def check_frames(shopper: Shopper) -> None:
    """No socket was told the same twice, and none was led back on the log."""
    for number, tab in enumerate(shopper.tabs):
        assert not tab.repeats, f"{shopper.name}, tab {number} was told again {tab.repeats[:3]}"
        assert not tab.backwards, f"{shopper.name}, tab {number} was led back {tab.backwards[:3]}"


HURRY = (
    "UPDATE deliveries SET started_at = started_at - interval '5 minutes' WHERE state = 'sending'",
    "UPDATE deliveries SET not_before = now() WHERE state = 'queued' AND not_before > now()",
    "UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued' AND execute_after > now()",
    """UPDATE pgqueuer SET heartbeat = now() - interval '5 minutes'
       WHERE status = 'picked' AND heartbeat < now() - interval '10 seconds'""",
)


async def settle_mail(post: Post, ledger: Ledger, *, hurry: bool) -> None:
    """Waits until no mail is on its way; with `hurry` the pauses are made to be over."""

    async def settled() -> bool:
        if hurry:
            await ledger.run(*HURRY)
        under_way = await ledger.count(
            "SELECT count(*) FROM deliveries WHERE workspace_id = $1 AND state IN ('queued', 'sending')"
        )
        unread = await ledger.count(
            "SELECT count(*) FROM inbound_items WHERE workspace_id = $1 AND state = 'stored'"
        )
        return under_way + unread == 0

    async def come() -> bool:
        found = await ledger.count("SELECT count(*) FROM inbound_items WHERE workspace_id = $1")
        return found >= sum(post.count_accepted())

    # Mail that lies in a mailbox is not heard of before it is fetched; what never comes is named afterwards.
    with contextlib.suppress(AssertionError):
        await until_true(come, 60, "all mail has come")
    await until_true(settled, 60 if hurry else 400, "all mail is delivered, or known not to be")


async def check_mail(post: Post, ledger: Ledger, house: House, token: str) -> None:
    """Every accepted mail is there once; every answer left once, or is shown as one of which nobody knows."""
    sent = [message_id for writer in post.writers for message_id in writer.accepted]
    rows = await ledger.rows(
        """SELECT external_id FROM messages WHERE workspace_id = $1 AND direction = 'in' AND channel_kind = 'email'"""
    )
    found = Counter(row["external_id"] for row in rows)
    assert found == Counter(sent), f"lost {Counter(sent) - found}, too many {found - Counter(sent)}"
    assert (
        await ledger.count("SELECT count(*) FROM inbound_items WHERE workspace_id = $1 AND state <> 'done'")
        == 0
    ), "mail that was taken in has not become a message"
    _, messages = await fetch_everything(house.origin, token)
    await check_attempts(post, ledger, {key: message["state"] for key, message in messages.items()})
    unknown = {key for key in post.agent.replies if messages[key]["state"] == "unknown"}
    shown = await fetch_pages(house.origin, token, "/api/v1/failed-work")
    assert {work["id"].split(":")[2] for work in shown if work["kind"] == "delivery"} == unknown, (
        "what is unknown is not what is listed as failed work"
    )


async def check_attempts(post: Post, ledger: Ledger, states: dict[str, str]) -> None:
    """Every answer carried one Message-ID whenever it was tried, and nothing went out again of which nobody knew."""
    rows = await ledger.rows(
        "SELECT id, external_id FROM messages"
        " WHERE workspace_id = $1 AND direction = 'out' AND channel_kind = 'email'"
    )
    known = {str(row["id"]): row["external_id"] for row in rows}
    assert known.keys() == post.agent.replies.keys(), "an answer is missing or was made twice"
    expected = {post.agent.replies[message_id]: external_id for message_id, external_id in known.items()}
    assert len(set(known.values())) == len(known) == len(expected), "two answers share a Message-ID"
    for attempt in post.sink.log:
        assert expected.get(attempt.text) == attempt.message_id, f"tried with another Message-ID: {attempt}"
    for message_id, external_id in known.items():
        acts, state = post.sink.acts_on(external_id), states[message_id]
        final = [act for act in acts if act != "refuse for now"]
        assert len(final) <= 1, f"{external_id} was sent again after {acts}"
        assert state in ("sent", "unknown"), f"shown as {state} after {acts}"
        if state == "sent":
            assert final in (["accept"], ["accept slowly"]), f"shown as sent after {acts}"
        if final and final[0] in UNCLEAR:
            assert state == "unknown", f"shown as {state} after {acts}"


async def check_retry(post: Post, house: House, token: str) -> int:
    """What a person sends again goes out once more under the Message-ID it had; gives how many there were."""
    _, messages = await fetch_everything(house.origin, token)
    unknown = [key for key in post.agent.replies if messages[key]["state"] == "unknown"]
    told = len(post.sink.log)
    for key in unknown:
        answer = await call_until_answered(
            house.origin, token, "POST", f"/api/v1/messages/{key}/retry", key=f"again {key}"
        )
        assert answer.status_code == 200, answer.text

    async def settled() -> bool:
        now = (await fetch_everything(house.origin, token))[1]
        return all(now[key]["state"] == "sent" for key in unknown)

    await until_true(settled, 30, "what was sent again arrives")
    again = post.sink.log[told:]
    assert sorted(attempt.text for attempt in again) == sorted(post.agent.replies[key] for key in unknown)
    first = {attempt.text: attempt.message_id for attempt in reversed(post.sink.log)}
    assert all(first[attempt.text] == attempt.message_id for attempt in again)
    return len(unknown)


async def check_screens(crowd: Crowd, house: House, token: str) -> None:
    """Every desk that listened all the time shows what one shows that looks now."""
    rows, messages = await fetch_everything(house.origin, token)
    for desk in crowd.desks:
        # One that began afresh after each break would prove nothing.
        assert (desk.resets, desk.resumes > 0) == (1, True), (
            f"{desk.resumes} times resumed, {desk.resets} times begun afresh"
        )
        with contextlib.suppress(TimeoutError):
            await desk.until(lambda d: set(d.messages) >= set(messages), PATIENCE)
        differences = list_differences(desk.messages, messages) + list_differences(desk.rows, rows)
        assert not differences, "\n".join(differences)


def describe_gap(wanted: list[str], shown: list[str]) -> str:
    """Says which are missing and which are too many, by their places."""
    missing = [number for number, item in enumerate(wanted) if item not in shown]
    return f"of {len(wanted)} are missing {missing}; unknown are {sorted(set(shown) - set(wanted))}"


def shows(count: int, widget: Widget) -> bool:
    """Whether a tab shows so many messages."""
    return len(widget.messages) >= count


def list_differences(shown: dict[str, Any], fresh: dict[str, Any]) -> list[str]:
    """Says where what a screen shows is not what there is."""
    found = [f"{key} only on one side" for key in shown.keys() ^ fresh.keys()]
    for key in shown.keys() & fresh.keys():
        # Whether a row is unread is everybody's own; live frames are the same for all, the desk works it out.
        names = (shown[key].keys() | fresh[key].keys()) - {"unread"}
        found += [
            f"{key}.{name}: shown {shown[key].get(name)!r}, is {fresh[key].get(name)!r}"
            for name in sorted(names)
            if shown[key].get(name) != fresh[key].get(name)
        ]
    return found[:20]


async def check_log(ledger: Ledger) -> None:
    """The log tells every conversation's row; every reader has handled every fact, and only once."""
    for row in await ledger.rows("SELECT * FROM conversations WHERE workspace_id = $1"):
        stands = plain_json(dict(row))
        del stands["version"], stands["workspace_id"]
        assert fold_conversation(await ledger.facts(row["id"])) == stands, "the facts do not tell the row"
    assert await ledger.count("SELECT count(*) FROM failed_facts WHERE workspace_id = $1") == 0, (
        "a reader gave a fact up"
    )
    assert (
        await ledger.count(
            """SELECT count(*) FROM messages m WHERE m.workspace_id = $1 AND NOT EXISTS (
               SELECT 1 FROM search_documents s WHERE s.workspace_id = $1 AND s.message_id = m.id)"""
        )
        == 0
    ), "the search index misses a message"
    acts = await ledger.rows(
        """SELECT d.fact_id, d.decider, a.position, count(*) AS times FROM decisions d
           JOIN decision_acts a ON a.workspace_id = $1 AND a.decision_id = d.id
           WHERE d.workspace_id = $1 GROUP BY 1, 2, 3"""
    )
    assert all(row["times"] == 1 for row in acts), "an act was done twice"
    posted = await ledger.count(
        "SELECT count(*) FROM messages WHERE workspace_id = $1 AND author_kind = 'system'"
    )
    acted = await ledger.count(
        "SELECT count(*) FROM decision_acts WHERE workspace_id = $1 AND act = 'post_message'"
    )
    assert posted == acted, "automatic messages are not those that were decided"
