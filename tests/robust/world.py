"""Two workspaces full of everything, in the whole product on a database of their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from parley.accounts.actions.invitations import invite_agent, issue_invitation_link
from parley.accounts.actions.tokens import issue_api_token, revoke_api_token
from parley.accounts.rights import known_permissions
from parley.app.asgi import Door
from parley.app.build import build_app
from parley.app.routes import ROUTES
from parley.app.run import open_runtime
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.app.tables import TABLES
from parley.channels.actions.intake import MAX_ATTEMPTS, store_item
from parley.channels.ports import RawItem
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START
from parley.kit.log.read import read_workspace
from parley.kit.log.readers import ReaderLoop, park_fact
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from tests.robust.automating import leave_behind, set_up
from tests.robust.shopping import open_store, put_on_paper, write_rows
from tests.support.app import ORIGIN, Shop, body_of, open_shop
from tests.support.databases import open_own_database
from tests.support.paper_store import PaperStore
from tests.support.sockets import AsgiSocket

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
TENANT = [t.name for t in TABLES.sorted_tables if "workspace_id" in t.c]
ROLES = ("owner", "admin", "lead", "agent", "collaborator")


class World:
    """The whole product in this process."""

    def __init__(self, runtime: Runtime, app: Litestar) -> None:
        self.runtime = runtime
        self.app = app
        self.door = Door(runtime, app)
        self.paper = PaperStore()
        put_on_paper(runtime, self.paper)


class Place(Shop):
    """One workspace with at least one of everything. `ids` are named like the parameters of the paths."""

    async def row(self, sql: str) -> Any:
        """Runs a query of this workspace (`$1`) that gives a row."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            return await tx.fetchrow(sql, self.workspace_id)

    marker: str
    ids: dict[str, str]
    owner: httpx.AsyncClient
    people: dict[str, httpx.AsyncClient]
    tokens: dict[str, str]
    keys: dict[str, str]
    visitor: str
    shopper: httpx.AsyncClient
    files: list[str]


@asynccontextmanager
async def open_world(server: EmbeddedPostgres, folder: Path) -> AsyncIterator[World]:
    """Builds the product on a fresh database."""
    async with open_own_database(server, max_size=2) as database:
        settings = Settings(data=folder, public_url=ORIGIN, pool_size=12)
        async with open_runtime(settings, database.dsn, bus=False) as runtime:
            yield World(runtime, build_app(runtime, SLICES, extra_routes=ROUTES))


async def furnish(world: World, name: str) -> Place:
    """Fills a workspace; every text in it carries its marker."""
    shop = await open_shop(world.runtime, world.app, f"Marker {name} shop")
    place = Place(shop.runtime, shop.app, shop.workspace_id)
    place.marker, place.ids, place.keys, place.files = f"Marker {name}", {}, {}, []
    await _people(place)
    await _settings(place)
    await _rules(place)
    await set_up(place, _post)
    await _chat(world, place)
    await _mail(place)
    await _inbox(place)
    await _talk(place)
    await open_store(place, world.paper)
    await _trouble(world, place)
    await leave_behind(place, _post)
    await _joined(place)
    await read_all(world.runtime)
    await write_rows(place)
    await _decision(place)
    return place


async def _joined(place: Place) -> None:
    """The chat became part of the mail's conversation, and was taken out again."""
    into = await place.count(
        "SELECT conversation_id FROM messages WHERE workspace_id = $1 AND id = $2",
        place.workspace_id,
        UUID(place.ids["mail_message_id"]),
    )
    path = f"/api/v1/conversations/{place.ids['conversation_id']}"
    await _post(place, f"{path}/merge", {"into": str(into), "confirm_other_customer": True})
    await _post(place, f"{path}/unmerge")


async def read_all(runtime: Runtime) -> None:
    """Lets all readers reach the end of the log, also when an unrelated transaction holds it back for a moment."""
    async with asyncio.timeout(30):
        while True:
            await ReaderLoop(runtime).drain()
            async with runtime.db.transaction(None) as tx:
                behind = await tx.fetchval(
                    """SELECT EXISTS (SELECT 1 FROM readers r JOIN facts f ON f.lane = r.lane
                       AND (f.epoch, f.xid, f.seq) > (r.epoch, r.xid, r.seq) WHERE r.reader = ANY($1))""",
                    list(runtime.readers.handlers),
                )
            if not behind:
                return
            await asyncio.sleep(0.05)


async def _post(place: Place, path: str, body: Any = None, *, method: str = "POST", **options: Any) -> Any:
    answer = await place.owner.request(method, path, json=body, **options)
    assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
    return body_of(answer) if answer.content else None


async def _people(place: Place) -> None:
    place.people = {}
    for role in ROLES:
        agent_id = await place.agent(role, name=f"{place.marker} {role}")
        place.people[role] = await place.browser(agent_id)
        place.ids[f"{role}_id"] = str(agent_id)
    place.owner = place.people["owner"]
    known = known_permissions(place.runtime.parts["permissions"])
    async with place.runtime.ctx(place.workspace_id) as ctx:
        every = await issue_api_token(ctx, name=f"{place.marker} every", scopes=sorted(known), known=known)
        few = await issue_api_token(ctx, name=f"{place.marker} few", scopes=["audit:read"], known=known)
        revoked = await issue_api_token(ctx, name=f"{place.marker} gone", scopes=sorted(known), known=known)
        expired = await issue_api_token(ctx, name=f"{place.marker} old", scopes=sorted(known), known=known)
        await revoke_api_token(ctx, revoked.id)
        await ctx.tx.execute(
            "UPDATE api_tokens SET expires_at = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id, expired.id, ctx.now - timedelta(seconds=1),
        )  # fmt: skip
        invited = await invite_agent(
            ctx, "owner", email=f"{uuid7().hex}@x.example", role="agent", team_ids=[]
        )
        link = await issue_invitation_link(ctx, ORIGIN, invited)
    tokens = {"every": every, "few": few, "revoked": revoked, "expired": expired}
    place.tokens = {name: str(issued.token) for name, issued in tokens.items()}
    place.ids["token_id"] = str(every.id)
    place.ids["token"] = link.rsplit("/", 1)[1].rsplit("=", 1)[-1]
    sessions = await place.owner.get("/api/v1/me/sessions")
    place.ids["session_id"] = body_of(sessions)["items"][0]["id"]


async def _settings(place: Place) -> None:
    marker, ids = place.marker, place.ids
    ids["team_id"] = (await _post(place, "/api/v1/teams", {"name": marker, "agent_ids": [ids["agent_id"]]}))[
        "id"
    ]
    ids["tag_id"] = (await _post(place, "/api/v1/tags", {"name": marker}))["id"]
    ids["brand_id"] = (await _post(place, "/api/v1/brands", {"name": marker, "languages": ["en"]}))["id"]
    ids["field_id"] = (await _post(place, "/api/v1/custom-fields", {"label": marker, "type": "text"}))["id"]
    ids["view_id"] = (await _post(place, "/api/v1/views", {"name": marker, "shared": True}))["id"]
    ids["checklist_id"] = (await _post(place, "/api/v1/checklists", {"name": marker, "items": [marker]}))[
        "id"
    ]
    hours = {"name": marker, "time_zone": "UTC"}
    ids["hours_id"] = (await _post(place, "/api/v1/business-hours", hours))["id"]
    hook = {"url": f"https://{marker.replace(' ', '-').lower()}.example/"}
    ids["webhook_id"] = (await _post(place, "/api/v1/webhooks", hook))["id"]
    chat = {"plugin": "chat", "name": f"{marker} chat"}
    for number in (1, 2):
        made = await _post(place, "/api/v1/channels", chat)
        place.keys[f"chat{number}"] = made["public_key"]
        ids["channel_id" if number == 1 else "other_channel_id"] = made["id"]
    mail = {
        "plugin": "email_listener",
        "name": f"{marker} mail",
        "settings": {"address": f"help@{marker.replace(' ', '-').lower()}.example", "smtp_host": "127.0.0.1"},
    }
    ids["mail_id"] = (await _post(place, "/api/v1/channels", mail))["id"]
    sender = {"address": f"sales@{marker.replace(' ', '-').lower()}.example", "name": marker}
    made = await _post(place, f"/api/v1/channels/{ids['mail_id']}/senders", sender)
    ids["sender_id"] = made["id"]
    await _post(place, "/api/v1/deciders/routing", {"values": {"limit": 5}}, method="PUT")
    ids["name"] = "routing"


async def _rules(place: Place) -> None:
    """A rule that holds for every message."""
    then = [{"act": "tag", "tag_ids": [place.ids["tag_id"]]}]
    rule = {
        "name": f"{place.marker} rule",
        "rule": {"when": "message_received", "then": then},
        "enabled": True,
    }
    place.ids["rule_id"] = (await _post(place, "/api/v1/rules", rule))["id"]


async def _chat(world: World, place: Place) -> None:
    """A visitor uploads a file, writes and leaves an address."""
    query = f"channel={place.keys['chat1']}"
    async with AsgiSocket(world.door, "/widget/socket", query) as socket:
        await socket.send(
            "hello", token=None, language="en", page={"url": "https://x.example/", "title": place.marker}
        )
        place.visitor = (await socket.next("welcome"))["token"]
        uploaded = await place.client(Authorization=f"Bearer {place.visitor}").post(
            "/widget/api/files", files={"file": (f"{place.marker}.png", PICTURE, "image/png")}
        )
        assert uploaded.status_code == 201, uploaded.text
        await socket.send(
            "send", id=str(uuid7()), text=f"{place.marker} asks", files=[body_of(uploaded)["id"]]
        )
        acked = await socket.next("ack")
        place.ids["message_id"] = acked["message"]["id"]
        place.ids["file_id"] = acked["message"]["files"][0]["id"]
        place.files.append(acked["message"]["files"][0]["url"])
        place.ids["conversation_id"] = (await socket.next("conversation"))["conversation"]["id"]
        address = f"{uuid7().hex}@x.example"
        await socket.send("email", email=address, name=f"{place.marker} visitor")
        await socket.next("welcome", "me")
    row = body_of(await place.owner.get(f"/api/v1/conversations/{place.ids['conversation_id']}"))
    place.ids["customer_id"] = row["conversation"]["customer"]["id"]
    place.ids["thread_id"] = row["threads"][0]["id"]


async def _mail(place: Place) -> None:
    """A mail that arrives and one that cannot be read."""
    runtime = place.runtime
    book = runtime.parts["channels"].book
    async with runtime.db.transaction(place.workspace_id) as tx:
        channel = await book.get(tx, place.workspace_id, UUID(place.ids["mail_id"]))
    data = (
        f"From: Zoe <zoe@{uuid7().hex}.example>\r\nTo: {channel.settings.address}\r\n"
        f"Subject: {place.marker} subject\r\nMessage-ID: <{uuid7().hex}@x.example>\r\n\r\n{place.marker} by mail\r\n"
    ).encode()
    for key, raw in (("good", data), ("bad", b"\x00" * 20)):
        item = RawItem(
            key=key, data=raw, received_at=runtime.clock.now(), envelope={"to": channel.settings.address}
        )
        assert await store_item(runtime, channel, item)
    async with runtime.db.transaction(place.workspace_id) as tx:
        items = await tx.fetch(
            "SELECT id FROM inbound_items WHERE workspace_id = $1 ORDER BY id", place.workspace_id
        )
    for row in items:
        for _ in range(MAX_ATTEMPTS):
            with contextlib.suppress(Retry):
                await runtime.parts["channels"].ingesting.read(runtime, place.workspace_id, row["id"])

    row = await place.row(
        "SELECT id, conversation_id FROM messages WHERE workspace_id = $1 AND channel_kind = 'email'"
    )
    place.ids["mail_message_id"], conversation = str(row["id"]), row["conversation_id"]
    await _post(
        place, f"/api/v1/conversations/{conversation}/messages", {"text": f"{place.marker} answers by mail"}
    )


async def _inbox(place: Place) -> None:
    """Replies, notes, drafts and all the rest on the visitor's conversation."""
    ids, marker = place.ids, place.marker
    base = f"/api/v1/conversations/{ids['conversation_id']}"
    await _post(place, f"{base}/messages", {"text": f"{marker} answers"})
    note = {"kind": "note", "text": f"{marker} note", "mentions": [ids["lead_id"]]}
    ids["note_id"] = (await _post(place, f"{base}/messages", note))["id"]
    await _post(place, f"{base}/draft", {"html": f"<p>{marker} draft</p>"}, method="PUT")
    await _post(place, f"{base}/tags", {"add": [ids["tag_id"]]}, method="PUT")
    await _post(place, f"{base}/followers", {"add": [ids["lead_id"]]}, method="PUT")
    checklist = {"checklist_id": ids["checklist_id"], "done": [0]}
    await _post(place, f"{base}/checklist", checklist, method="PUT")
    await _post(place, base, {"assignee_id": ids["agent_id"], "subject": f"{marker} subject"}, method="PATCH")
    await _post(place, f"{base}/read")
    identity = {"kind": "email", "value": f"{uuid7().hex}@x.example"}
    await _post(place, f"/api/v1/customers/{ids['customer_id']}/identities", identity)
    change = {"notes": f"{marker} about him", "name": f"{marker} customer"}
    await _post(place, f"/api/v1/customers/{ids['customer_id']}", change, method="PATCH")
    bulk = {"ids": [ids["conversation_id"]], "act": {"priority": "high"}}
    ids["bulk_id"] = (await _post(place, "/api/v1/conversations/bulk", bulk))["undo_token"]
    files = {"file": (f"{marker}.txt", f"{marker} file".encode(), "text/plain")}
    uploaded = await place.owner.post("/api/v1/files", files=files)
    assert uploaded.status_code == 201, uploaded.text
    ids["upload_id"] = body_of(uploaded)["id"]
    place.files.append(body_of(uploaded)["url"])
    await place.owner.post(
        "/api/v1/tags", json={"name": f"{marker} again"}, headers={"Idempotency-Key": marker}
    )
    await _post(place, "/api/v1/me/presence", {"state": "online"}, method="PUT")


async def _talk(place: Place) -> None:
    """A talk between colleagues, and two customers who were one person."""
    ids, marker = place.ids, place.marker
    begun = await _post(place, "/api/v1/direct-threads", {"agent_ids": [ids["lead_id"]]})
    ids["direct_thread_id"] = begun["id"]
    await _post(place, f"/api/v1/direct-threads/{begun['id']}/messages", {"text": f"{marker} between us"})
    for name in ("other", "merged"):
        made = await _post(place, "/api/v1/customers", {"name": f"{marker} {name}"})
        ids[f"{name}_customer_id"] = made["id"]
        identity = {"kind": "email", "value": f"{uuid7().hex}@x.example"}
        await _post(place, f"/api/v1/customers/{made['id']}/identities", identity)
    ids["into"] = ids["other_customer_id"]
    await _post(place, f"/api/v1/customers/{ids['merged_customer_id']}/merge", {"into": ids["into"]})


async def _trouble(world: World, place: Place) -> None:
    """A fact that could not be read, a browser, a passkey, codes."""
    runtime, workspace_id = world.runtime, place.workspace_id
    async with runtime.db.transaction(workspace_id) as tx:
        facts = await read_workspace(tx, workspace_id, START, epoch=1, own=True, limit=1)
        entry = await park_fact(tx, "search", facts[0], f"{place.marker} failed")
        owner = UUID(place.ids["owner_id"])
        await tx.execute(
            """INSERT INTO passkeys (workspace_id, id, agent_id, credential_id, public_key, name)
               VALUES ($1, $2, $3, $4, $4, $5)""",
            workspace_id,
            uuid7(),
            owner,
            uuid7().bytes,
            place.marker,
        )
        place.ids["browser_id"] = str(uuid7())
        await tx.execute(
            """INSERT INTO push_subscriptions (workspace_id, id, agent_id, endpoint, keys)
               VALUES ($1, $2, $3, $4, $5)""",
            workspace_id,
            UUID(place.ids["browser_id"]),
            owner,
            f"https://push.example/{place.marker}",
            b"sealed",
        )
    place.ids["work_id"] = f"fact:{entry}"
    me = body_of(await place.owner.get("/api/v1/me"))
    place.ids["passkey_id"] = me["passkeys"][0]["id"]


async def _decision(place: Place) -> None:
    found = await place.count("SELECT id FROM decisions WHERE workspace_id = $1 LIMIT 1", place.workspace_id)
    assert found is not None, "no decider has decided anything"
    place.ids["decision_id"] = str(found)


async def snapshot(place: Place) -> dict[str, str]:
    """Gives a checksum of every table's rows in a workspace; when somebody was last seen does not count."""
    parts = [
        f"""SELECT '{name}' AS name, (SELECT md5(coalesce(string_agg(r, '|' ORDER BY r), '')) FROM (
              SELECT (to_jsonb(t) - 'used_at' - 'seen_at' - 'presence_at' - 'expires_at')::text AS r
              FROM {name} t WHERE workspace_id = $1) x) AS sum"""
        for name in TENANT
    ]
    async with place.runtime.db.transaction(None) as tx:
        rows = await tx.fetch(" UNION ALL ".join(parts), place.workspace_id)
    return {row["name"]: row["sum"] for row in rows}


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Names the tables whose rows changed."""
    return [name for name in before if before[name] != after[name]]
