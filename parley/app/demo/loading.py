"""Loads the demo store into a workspace through the same actions that real people use, at their times in the past."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.workspaces import create_workspace
from parley.app.demo.automation import add_automation
from parley.app.demo.content import load_conversations
from parley.app.demo.daily import build_daily
from parley.app.demo.guides import add_guides
from parley.app.demo.importing import Cast, load_conversation
from parley.app.demo.macros import add_macros
from parley.app.demo.mail_routes import mail_router
from parley.app.demo.mailbox import Mailbox
from parley.app.demo.office_loading import load_put_off, load_subscriptions, open_office
from parley.app.demo.office_routes import office_router
from parley.app.demo.office_store import ToldOrders
from parley.app.demo.orders import list_past_orders
from parley.app.demo.people import load_people
from parley.app.demo.policy import add_policy, bind_codes
from parley.app.demo.routes import demo_router
from parley.app.demo.shop import DemoShop
from parley.app.demo.store import TableOrders
from parley.app.demo.understood import keep_understood
from parley.app.tables import TABLES
from parley.channels.actions.channels import NewChannel, change_channel, create_channel
from parley.customers.actions.identify import identify_customer
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.log.fact import LANES
from parley.kit.runtime import Runtime

SLUG = "demo"
# The workspace is called so until everything is in it: a load that was cut short is begun again.
LOADING = "demo-loading"
EMAIL = "demo@parley.example"
CHAT_KEY = "ch_demo"
CHAT_COLOUR = "#2f6f5e"
SHOP = "Alder & Pine"
SHOP_ADDRESS = "hello@alderandpine.example"
Say = Callable[[str], None]


class Demo(msgspec.Struct, frozen=True):
    """What the demo adds to the running product: routes of the shop, lines for the terminal."""

    routes: tuple[Any, ...]
    lines: list[str]


async def load_demo(runtime: Runtime, say: Say) -> Demo:
    """Loads the demo store unless it is there already, and gives what it adds to the running product."""
    password = runtime.settings.demo_password or secrets.token_urlsafe(9)
    workspace_id = await _find_workspace(runtime)
    if workspace_id is None:
        await _remove_unfinished(runtime)
        workspace_id = await _load(runtime, say, password)
    else:
        say("The demo store is there already")
        await _set_password(runtime, workspace_id, password)
    await _open_mailbox(runtime, workspace_id)
    bind_codes(runtime)
    origin = runtime.settings.origin
    snippet = (
        f'<script async src="/widget.js" data-channel="{CHAT_KEY}" data-colour="{CHAT_COLOUR}"></script>'
    )
    office = await open_office(runtime, workspace_id)
    await add_policy(runtime, workspace_id)
    await add_macros(runtime, workspace_id)
    orders = ToldOrders(runtime, workspace_id, office)
    runtime.parts["demo"] = DemoShop(orders, snippet, runtime.clock.now)
    return Demo(
        (demo_router, mail_router, office_router),
        [
            f"mail {origin}/demo/mail/",
            f"shop {origin}/demo/",
            f"help {origin}/demo/help",
            f"returns {origin}/returns/{SLUG}",
            f"desk {origin}/ {EMAIL} {password}",
        ],
    )


async def _open_mailbox(runtime: Runtime, workspace_id: UUID) -> None:
    """Starts the customers' mailbox and lets the shop's e-mail channel send there."""
    async with runtime.ctx(workspace_id) as ctx:
        channel_id = await ctx.tx.fetchval(
            "SELECT id FROM channels WHERE workspace_id = $1 AND kind = 'email' AND address = $2 AND deleted_at IS NULL",
            workspace_id,
            SHOP_ADDRESS,
        )
        if channel_id is None:
            return
        mailbox = Mailbox(runtime, workspace_id, channel_id)
        port = await mailbox.open()
        runtime.parts["demo_mailbox"] = mailbox
        server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
        await change_channel(ctx, runtime.parts["channels"].book, channel_id, settings=server)


async def _find_workspace(runtime: Runtime) -> UUID | None:
    async with runtime.db.transaction(None) as tx:
        return await tx.fetchval("SELECT workspace_id FROM workspaces WHERE slug = $1", SLUG)  # type: ignore[no-any-return]


async def _remove_unfinished(runtime: Runtime) -> None:
    async with runtime.db.transaction(None) as tx:
        workspace_id = await tx.fetchval("SELECT workspace_id FROM workspaces WHERE slug = $1", LOADING)
        if workspace_id is not None:
            for table in reversed(TABLES.sorted_tables):
                if "workspace_id" in table.c:
                    await tx.execute(f"DELETE FROM {table.name} WHERE workspace_id = $1", workspace_id)


async def _set_password(runtime: Runtime, workspace_id: UUID, password: str) -> None:
    from parley.accounts.passwords import hash_password

    hashed = await hash_password(password)
    async with runtime.ctx(workspace_id) as ctx:
        await ctx.tx.execute(
            "UPDATE agents SET password_hash = $3 WHERE workspace_id = $1 AND email_key = $2",
            workspace_id,
            EMAIL,
            hashed,
        )


async def _load(runtime: Runtime, say: Say, password: str) -> UUID:
    workspace_id = uuid7()
    # In the order in which they began, so that numbers grow with time.
    now = runtime.clock.now()
    told = load_conversations()
    conversations = sorted([*told, *build_daily(now, told)], key=lambda one: one.messages[0].at)
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name=SHOP, slug=LOADING, time_zone="UTC")
        await ctx.flush()
        cast = await _load_people(ctx, runtime, password)
    say("Loading the demo store: people and channels")
    await _load_customers(runtime, workspace_id, cast, now)
    for number, conversation in enumerate(conversations, start=1):
        await load_conversation(runtime, workspace_id, cast, conversation, now)
        if number % 10 == 0 or number == len(conversations):
            say(f"Loading the demo store: {number} of {len(conversations)} conversations")
    async with runtime.ctx(workspace_id) as ctx:
        await keep_understood(ctx, cast.understood)
    await add_automation(runtime, workspace_id, cast, now)
    await add_guides(runtime, workspace_id)
    await _load_orders(runtime, workspace_id, now)
    await load_put_off(runtime, workspace_id, now)
    await load_subscriptions(runtime, workspace_id, now)
    await _skip_readers(runtime)
    async with runtime.ctx(workspace_id) as ctx:
        await ctx.tx.execute("UPDATE workspaces SET slug = $2 WHERE workspace_id = $1", workspace_id, SLUG)
    return workspace_id


async def _load_people(ctx: Ctx, runtime: Runtime, password: str) -> Cast:
    people = load_people()
    agents: dict[str, UUID] = {}
    for agent in people.agents:
        # Whoever looks around in the demo is the shop's owner, with her conversations.
        mine = agent.role == "owner"
        agents[agent.key] = await create_agent(
            ctx,
            email=EMAIL if mine else agent.email,
            name=agent.name,
            role=agent.role,
            password=password if mine else None,
        )
    teams = await _insert(ctx, "teams", [(team.key, team.name, "slate") for team in people.teams])
    for agent in people.agents:
        for key in agent.teams:
            await ctx.tx.execute(
                "INSERT INTO team_members (workspace_id, team_id, agent_id) VALUES ($1, $2, $3)",
                ctx.workspace_id,
                teams[key],
                agents[agent.key],
            )
    tags = await _insert(ctx, "tags", [(tag.key, tag.name, tag.colour) for tag in people.tags])
    book = runtime.parts["channels"].book
    chat = await create_channel(
        ctx,
        book,
        NewChannel(plugin="chat", name="Shop chat", public_key=CHAT_KEY, settings={"colour": CHAT_COLOUR}),
    )
    mail = await create_channel(
        ctx,
        book,
        NewChannel(
            plugin="email_listener" if "email_listener" in book.plugins else "chat",
            name="Help mailbox",
            settings={"address": SHOP_ADDRESS} if "email_listener" in book.plugins else {},
        ),
    )
    return Cast(agents=agents, teams=teams, tags=tags, chat=chat, email=mail, customers={})


async def _insert(ctx: Ctx, table: str, rows: Sequence[tuple[str, str, str]]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for key, name, colour in rows:
        found[key] = uuid7()
        columns, values = (", name_key", ", lower($3)") if table == "tags" else ("", "")
        await ctx.tx.execute(
            f"INSERT INTO {table} (workspace_id, id, name, colour{columns}) VALUES ($1, $2, $3, $4{values})",
            ctx.workspace_id,
            found[key],
            name,
            colour,
        )
    return found


async def _load_customers(runtime: Runtime, workspace_id: UUID, cast: Cast, now: datetime) -> None:
    for customer in load_people().customers:
        clock = FixedClock(now - timedelta(days=customer.since_days))
        async with runtime.db.transaction(workspace_id) as tx:
            ctx = Ctx(runtime.db, tx, workspace_id, clock)
            found = await identify_customer(
                ctx,
                "email",
                customer.email,
                name=customer.name,
                reason="ordered_in_shop",
                language=customer.language,
                time_zone=customer.time_zone,
            )
            await tx.execute(
                "UPDATE customers SET vip = $3, country = $4 WHERE workspace_id = $1 AND id = $2",
                workspace_id,
                found.customer_id,
                customer.vip,
                customer.country,
            )
            await ctx.flush()
        cast.customers[customer.key] = (found.customer_id, found.identity_id, customer)


async def _load_orders(runtime: Runtime, workspace_id: UUID, now: datetime) -> None:
    orders = TableOrders(runtime.db, workspace_id)
    for order in list_past_orders(now):
        await orders.add(order)


async def _skip_readers(runtime: Runtime) -> None:
    """Lets the readers begin after the demo's past, except the one that builds the search index."""
    async with runtime.db.transaction(None) as tx:
        for reader in runtime.readers.handlers:
            if reader == "search":
                continue
            await tx.execute(
                """INSERT INTO readers (reader, lane, epoch, xid, seq)
                   SELECT $1, l, coalesce(f.epoch, 0), coalesce(f.xid, '0'::xid8), coalesce(f.seq, 0)
                   FROM generate_series(0, $2::int - 1) l LEFT JOIN LATERAL (
                     SELECT epoch, xid, seq FROM facts WHERE lane = l ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1) f ON true
                   ON CONFLICT (reader, lane) DO UPDATE SET epoch = excluded.epoch, xid = excluded.xid, seq = excluded.seq""",
                reader,
                LANES,
            )
