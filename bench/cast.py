"""The people and places of a loaded workspace, made by the product's own actions."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.sessions import start_session
from parley.accounts.actions.tokens import issue_api_token
from parley.accounts.actions.workspaces import create_workspace
from parley.accounts.rights import known_permissions
from parley.app.build import build_runtime
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.channels.actions.channels import NewChannel, create_channel
from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.log.fact import LANES
from parley.kit.runtime import Runtime

AGENTS = 12
TEAMS = ("Orders", "Returns", "Product advice", "Wholesale")
TAGS = (
    "refund",
    "damaged",
    "late",
    "exchange",
    "sizing",
    "invoice",
    "warranty",
    "gift",
    "address",
    "payment",
    "praise",
    "complaint",
    "preorder",
    "stock",
    "newsletter",
)


class Cast(msgspec.Struct, frozen=True):
    """Ids and keys of a workspace; `sessions` are cookies of its agents, `tokens` API tokens."""

    workspace_id: UUID
    agents: list[UUID]
    teams: list[UUID]
    tags: list[UUID]
    chat: UUID
    chat_key: str
    email: UUID
    sessions: list[str]
    tokens: list[str]


async def open_runtime(dsn: str, data: Path, kind: type[Database] = Database) -> Runtime:
    """Gives the product's runtime on a database, without bus, worker or web; close its `db` afterwards."""
    return build_runtime(await kind.open(dsn), Settings(data=data), SLICES)


async def make_cast(runtime: Runtime, slug: str, *, tokens: int = 0) -> Cast:
    """Makes a workspace with agents, teams, tags and two channels."""
    workspace_id = uuid7()
    known = known_permissions(runtime.parts["permissions"])
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name=f"Shop {slug}", slug=slug)
        agents = [
            await create_agent(
                ctx, email=f"agent{n}@{slug}.example", name=f"Agent {n}", role="owner" if n == 0 else "agent"
            )
            for n in range(AGENTS)
        ]
        teams = [await _insert(ctx, "teams", name) for name in TEAMS]
        tags = [await _insert(ctx, "tags", name) for name in TAGS]
        for place, agent in enumerate(agents):
            await ctx.tx.execute(
                "INSERT INTO team_members (workspace_id, team_id, agent_id) VALUES ($1, $2, $3)",
                workspace_id,
                teams[place % len(teams)],
                agent,
            )
        book: Any = runtime.parts["channels"].book
        chat_key = f"ch_{slug}"
        chat = await create_channel(ctx, book, NewChannel(plugin="chat", name="Chat", public_key=chat_key))
        email = await _make_mail_channel(ctx, book)
        sessions = [await start_session(ctx, agent, user_agent="bench") for agent in agents]
        issued = [
            await issue_api_token(ctx, name=f"Program {n}", scopes=sorted(known), known=known)
            for n in range(tokens)
        ]
    return Cast(
        workspace_id,
        agents,
        teams,
        tags,
        chat,
        chat_key,
        email,
        sessions,
        [one.token or "" for one in issued],
    )


async def _make_mail_channel(ctx: Ctx, book: Any) -> UUID:
    if "email_listener" in book.plugins:
        wanted = NewChannel(plugin="email_listener", name="Mail", settings={"address": "help@shop.example"})
    else:
        wanted = NewChannel(plugin="chat", name="Mail")
    return await create_channel(ctx, book, wanted)


async def _insert(ctx: Ctx, table: str, name: str) -> UUID:
    made = uuid7()
    columns, values = (", name_key", ", lower($3)") if table == "tags" else ("", "")
    await ctx.tx.execute(
        f"INSERT INTO {table} (workspace_id, id, name, colour{columns}) VALUES ($1, $2, $3, 'slate'{values})",
        ctx.workspace_id,
        made,
        name,
    )
    return made


async def skip_readers(runtime: Runtime) -> None:
    """Lets every reader of the log begin after what has been loaded: its work was loaded too."""
    async with runtime.db.transaction(None) as tx:
        await tx.execute(
            """INSERT INTO readers (reader, lane, epoch, xid, seq)
               SELECT r, l, coalesce(f.epoch, 0), coalesce(f.xid, '0'::xid8), coalesce(f.seq, 0)
               FROM unnest($1::text[]) r, generate_series(0, $2::int - 1) l LEFT JOIN LATERAL (
                 SELECT epoch, xid, seq FROM facts WHERE lane = l
                 ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1) f ON true
               ON CONFLICT (reader, lane) DO UPDATE
                 SET epoch = excluded.epoch, xid = excluded.xid, seq = excluded.seq""",
            list(runtime.readers.handlers),
            LANES,
        )
