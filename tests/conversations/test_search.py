"""Search over all messages."""

import contextlib
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.changing import tag_conversation
from parley.conversations.queries.search import build_hits
from parley.conversations.searching import Clause, parse_day, parse_search, utf16_spans
from parley.conversations.weeks import WINDOWS, list_windows, token_prefix, week_of_day
from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from parley.kit.http.paging import encode_cursor
from parley.kit.ids import uuid7
from tests.conftest import NOW
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

ROOT = Path(__file__).parent.parent.parent


async def search(shop: Shop, q: str, **params: Any) -> list[dict[str, Any]]:
    """Searches as an agent and gives the hits."""
    return (await search_page(shop, q, **params))["items"]  # type: ignore[no-any-return]


async def search_page(shop: Shop, q: str, **params: Any) -> dict[str, Any]:
    """Searches as an agent and gives the whole page."""
    browser = await shop.signed_in()
    answer = await browser.get("/api/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return body_of(answer)  # type: ignore[no-any-return]


def marked(hit: dict[str, Any]) -> list[str]:
    """Gives the marked words as a browser would cut them out."""
    units = hit["snippet"].encode("utf-16-le")
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in hit["highlights"]]


@pytest.mark.parametrize(
    ("text", "query", "word"),
    [
        ("Where is my blue parcel?", "PARCEL", "parcel"),
        ("Meu reembolso não chegou, atenção", "atencao", "atenção"),
        ("Kje je moje naročilo?", "narocilo", "naročilo"),
        ("배송은 언제 되나요? 환불해 주세요", "환불", "환불"),
        ("배송은 언제 되나요? 환불해 주세요", "배송은", "배송은"),
        ("请问我的订单什么时候发货", "订单", "订单"),
        ("请问我的订单什么时候发货", "什么时候", "什么时候"),
        ("注文した商品が届きません", "商品", "商品"),
        ("注文した商品が届きません", "届きません", "届きません"),
        ("สินค้ายังไม่มาถึงเลย", "สินค้า", "สินค้า"),
        ("สินค้ายังไม่มาถึงเลย", "ยังไม่มา", "ยังไม่มา"),
        ("Где моя посылка?", "посылка", "посылка"),
        ("אנא החזירו את הכסף", "הכסף", "הכסף"),
        ("أين طلبي؟ أريد استرجاع المبلغ", "استرجاع", "استرجاع"),
        ("😀😀 my parcel came broken 😡", "broken", "broken"),
    ],
)
async def test_words_of_all_languages(shop: Shop, inbox: Inbox, text: str, query: str, word: str) -> None:
    got = await inbox.receive(text)
    await inbox.receive(
        "Something else entirely, 全く別の話, 다른 이야기", key="other", email="other@example.com"
    )
    await inbox.read_log()
    hits = await search(shop, query)
    assert [hit["message_id"] for hit in hits] == [str(got.message_id)]
    assert hits[0]["conversation"]["id"] == str(got.conversation_id)
    assert marked(hits[0]) == [word]


async def test_all_words_are_wanted_and_phrases_stay_together(shop: Shop, inbox: Inbox) -> None:
    one = await inbox.receive("The red shoes came, the blue bag did not", key="1")
    two = await inbox.receive("The blue shoes came", key="2")
    await inbox.read_log()

    async def found(q: str) -> set[str]:
        return {hit["message_id"] for hit in await search(shop, q)}

    first, second = str(one.message_id), str(two.message_id)
    assert await found("blue shoes") == {first, second}
    assert await found('"blue shoes"') == {second}
    assert await found("shoes -bag") == {second}
    assert await found("sho*") == {first, second}
    assert await found("sho") == set()
    assert await found("") == set()
    assert await found("nothing here") == set()


async def test_operators(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    ana, bo = await shop.agent(name="Ana"), await shop.agent(name="Bo Berg", email="bo@shop.example")
    tag = uuid7()
    early = clock.now().date()
    mail = await inbox.receive(
        "Parcel lost", email="zoe@example.com", key="1", envelope={"to": [{"address": "help@shop.example"}]}
    )
    await inbox.note(mail.conversation_id, ana, "Parcel is in Graz")
    await inbox.reply(mail.conversation_id, ana, "Your parcel is in Graz")
    clock.advance(timedelta(days=30))
    chat = await inbox.receive(
        "Parcel broken",
        email="max@example.com",
        name="Max Müller",
        key="2",
        channel_kind="chat",
        channel_id=uuid7(),
    )
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "INSERT INTO tags (workspace_id, id, name, name_key) VALUES ($1, $2, 'VIP Case', 'vip case')",
            shop.workspace_id,
            tag,
        )
        await tag_conversation(ctx, chat.conversation_id, add=[tag], remove=[])
        await apply_changes(ctx, chat.conversation_id, Changes(status="closed", assignee_id=bo))
    await inbox.read_log()

    async def found(q: str) -> set[int]:
        return {hit["conversation"]["number"] for hit in await search(shop, q)}

    for q, expected in {
        "parcel": {1, 2},
        "parcel from:zoe": {1},
        "parcel from:max@example.com": {2},
        "parcel from:muller": {2},
        "parcel -from:zoe -is:note -is:out": {2},
        "to:help@shop.example": {1},
        "channel:chat": {2},
        "-channel:chat parcel": {1},
        "parcel status:closed": {2},
        "parcel -status:closed": {1},
        "status:open": {1},
        'tag:"vip case"': {2},
        "parcel -tag:vip": {1, 2},
        '-tag:"VIP CASE" parcel': {1},
        "assignee:bo@shop.example": {2},
        "assignee:bo parcel": {2},
        "assignee:none": {1},
        "-assignee:bo": {1},
        "is:note": {1},
        "is:note broken": set(),
        "is:reply graz": {1},
        "parcel #2": {2},
        "#2": {2},
        "number:1": {1},
        "#99": set(),
        f"parcel before:{early + timedelta(days=1)}": {1},
        f"parcel after:{early + timedelta(days=1)}": {2},
        f"after:{early + timedelta(days=1)}": {2},
        f"before:{early}": set(),
        "has:attachment": set(),
    }.items():
        assert await found(q) == expected, q


@pytest.mark.parametrize(
    "q",
    ["status:broken", "has:money", "is:funny", "before:tomorrow", "after:2026-13-40", "number:x", "#1 #2"],
)
async def test_operators_used_wrongly_say_so(shop: Shop, q: str) -> None:
    answer = await (await shop.signed_in()).get("/api/v1/search", params={"q": q})
    assert (answer.status_code, body_of(answer)["code"]) == (422, "bad_search")


async def test_files_are_found_by_name_and_by_being_there(shop: Shop, inbox: Inbox) -> None:
    ana = await shop.agent()
    got = await inbox.receive("Hello")
    browser = await shop.browser(ana)
    file = body_of(await browser.post("/api/v1/files", files={"file": ("Invoice-7741.pdf", b"%PDF-1.4 x")}))
    await inbox.reply(got.conversation_id, ana, "See the file", file_ids=[UUID(file["id"])])
    await inbox.read_log()
    assert len(await search(shop, "has:attachment")) == 1
    assert len(await search(shop, "7741")) == 1
    assert len(await search(shop, '"invoice 7741"')) == 1


async def test_the_subject_counts(shop: Shop, inbox: Inbox) -> None:
    await inbox.receive("Please help", subject="Refund of order 1001")
    await inbox.read_log()
    hit = (await search(shop, "refund help"))[0]
    assert hit["snippet"] == "Please help"
    browser = await shop.signed_in()
    await browser.patch(f"/api/v1/conversations/{hit['conversation']['id']}", json={"subject": "Exchange"})
    await inbox.read_log()
    assert await search(shop, "refund help") == []
    assert len(await search(shop, "exchange help")) == 1


async def test_pages_walk_through_all_weeks_newest_first(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    now = clock.now()
    expected: list[UUID] = []
    for weeks in (900, 300, 299, 90, 21, 20, 6, 5, 4, 2, 1, 1, 0, 0, 0):
        clock.set(now - timedelta(weeks=weeks, seconds=len(expected)))
        expected.append((await inbox.receive("an old parcel", key=f"k{len(expected)}")).conversation_id)
    clock.set(now)
    await inbox.read_log()
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch("SELECT conversation_id FROM messages ORDER BY id DESC")
    newest_first = [str(row["conversation_id"]) for row in rows]
    for limit in (1, 4, 50):
        got: list[str] = []
        after = None
        while True:
            page = await search_page(shop, "parcel", limit=limit, **({"after": after} if after else {}))
            got += [hit["conversation"]["id"] for hit in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert got == newest_first, limit


async def test_hits_of_one_conversation_stand_together(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    last = await inbox.receive("parcel")
    for n in range(4):
        clock.advance(timedelta(seconds=1))
        last = await inbox.receive(f"parcel {n}")
    clock.advance(timedelta(seconds=1))
    await inbox.receive("parcel", key="other")
    await inbox.read_log()
    hits = await search(shop, "parcel", limit=2)
    assert [(hit["conversation"]["number"], hit["hits"]) for hit in hits] == [(2, 1), (1, 5)]
    assert hits[1]["message_id"] == str(last.message_id)


async def test_the_cost_does_not_grow_with_page_or_history(
    shop: Shop, inbox: Inbox, clock: FixedClock
) -> None:
    browser = await shop.signed_in()

    async def cost(q: str, limit: int) -> int:
        shop.statements.clear()
        assert (await browser.get("/api/v1/search", params={"q": q, "limit": limit})).status_code == 200
        return len(shop.statements)

    queries = ("parcel", '"old parcel"', "status:open", "parcel status:open")
    await inbox.receive("old parcel")
    await inbox.read_log()
    before = [await cost(q, 1) for q in queries]
    now = clock.now()
    for n in range(40):
        clock.set(now - timedelta(weeks=n * 10))
        await inbox.receive("old parcel", key=f"k{n}")
    clock.set(now)
    await inbox.read_log()
    assert [await cost(q, 100) for q in queries] == before
    assert max(before) <= 10


async def test_nothing_of_the_neighbour(shop: Shop, neighbour: Shop, inbox: Inbox) -> None:
    theirs = Inbox(neighbour.runtime, neighbour.workspace_id)
    await theirs.receive("secret parcel", name="Parcel Person")
    await inbox.read_log()
    page = await search_page(shop, "parcel")
    assert (page["items"], page["customers"]) == ([], [])
    assert len((await search_page(neighbour, "parcel"))["customers"]) == 1


def test_every_statement_names_the_workspace_where_row_security_does_not() -> None:
    for path in (ROOT / "parley").rglob("*.py"):
        for found in re.finditer(
            r"(?:FROM|JOIN|INTO|UPDATE) (?:search|customer)_documents.{0,120}", path.read_text(), re.DOTALL
        ):
            assert "workspace_id" in found[0], (path, found[0])


async def test_forged_cursors_are_refused(shop: Shop, inbox: Inbox) -> None:
    await inbox.receive("parcel")
    await inbox.read_log()
    browser = await shop.signed_in()
    for cursor in (encode_cursor(UUID(int=5)), encode_cursor("x"), encode_cursor(NOW, uuid7()), "%%%"):
        answer = await browser.get("/api/v1/search", params={"q": "parcel", "after": cursor})
        assert answer.status_code == 400


async def test_customers_are_found_by_name_and_address(shop: Shop, inbox: Inbox) -> None:
    await inbox.receive(email="max@müller.example", name="Max Müller")
    await inbox.receive(email="zoe@example.com", name="Zoë")
    await inbox.read_log()
    for q in ("muller", "Max", "max@müller", "mü"):
        assert [c["name"] for c in (await search_page(shop, q))["customers"]] == ["Max Müller"], q
    assert (await search_page(shop, "muller status:open"))["customers"] == []


async def test_the_index_is_used(shop: Shop, inbox: Inbox) -> None:
    async with inbox.ctx() as ctx:
        prefix = token_prefix(shop.workspace_id, 100_000)
        await ctx.tx.execute(
            """INSERT INTO search_documents (workspace_id, message_id, conversation_id, tokens)
               SELECT $1, gen_random_uuid(), gen_random_uuid(),
                 array_to_tsvector(ARRAY[$2::text || 'the', $2::text || (n % 1000), $2::text || n])
               FROM generate_series(1, 20000) n""",
            shop.workspace_id,
            prefix,
        )
        await ctx.tx.execute("ANALYZE search_documents")
        for q in ("77", "77 status:open", "from:max 77 -78"):
            sql, args = build_hits(
                shop.workspace_id, None, parse_search(q, None), list_windows(99_000, 100_000), uuid7(), 61
            )
            row = await ctx.tx.fetchval("EXPLAIN (FORMAT JSON) " + sql, *args)
            plan = json.loads(row) if isinstance(row, str) else row
            assert "ix_search_documents_tokens" in json.dumps(plan), q
            assert not _scans_all(plan), q


def _scans_all(plan: Any) -> bool:
    if isinstance(plan, list):
        return any(_scans_all(part) for part in plan)
    if not isinstance(plan, dict):
        return False
    whole = plan.get("Node Type") == "Seq Scan" and plan.get("Relation Name") == "search_documents"
    return whole or any(_scans_all(value) for value in plan.values())


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_windows_cover_every_week_once(one: int, other: int) -> None:
    oldest, newest = sorted((one, other))
    windows = list_windows(oldest, newest)
    assert [week for window in windows for week in window] == list(range(newest, oldest - 1, -1))
    assert all(len(window) <= max(WINDOWS) for window in windows)


def test_weeks_begin_on_monday() -> None:
    assert week_of_day(date(2026, 3, 2)) == week_of_day(date(2026, 3, 8)) == week_of_day(date(2026, 3, 9)) - 1
    assert date(2026, 3, 2).isocalendar().weekday == 1


def test_odd_tokens_stay_inside_their_quotes() -> None:
    assert (
        Clause(("it's", "back\\slash"), last_is_prefix=True).render("p:")
        == "('p:it''s' & 'p:back\\\\slash':*)"
    )
    assert Clause(("a", "b"), negated=True, any_of=True).render("") == "!('a' | 'b')"


def test_days() -> None:
    assert parse_day("after", "2026") == date(2026, 1, 1)
    assert parse_day("after", "2026-3") == date(2026, 3, 1)
    with pytest.raises(Invalid):
        parse_day("after", "2026-02-30")


@given(st.text(max_size=60))
def test_any_text_is_a_search_or_a_clear_refusal(q: str) -> None:
    with contextlib.suppress(Invalid):
        assert isinstance(parse_search(q, None).uses_index, bool)


def test_places_are_counted_as_browsers_do() -> None:
    assert utf16_spans("😀a", [(0, 1), (1, 2)]) == [[0, 2], [2, 3]]


@pytest.mark.parametrize(
    ("q", "unknown"),
    [
        ("nonsenseop:x", ["nonsenseop"]),
        ("-Nonsense:x from:zoe other:y nonsense:z", ["nonsense", "other"]),
        ("from:zoe is:note tag:late", []),
        ('"subject:x" https://shop.example 10:30 a:b re: hello', []),
    ],
)
async def test_what_looks_like_an_operator_and_is_none_is_named(
    shop: Shop, q: str, unknown: list[str]
) -> None:
    desk = await shop.signed_in()
    answer = await desk.get("/api/v1/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    assert body_of(answer)["unknown_operators"] == unknown
