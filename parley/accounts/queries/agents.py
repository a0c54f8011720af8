"""Asking for agents."""

from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.models import Agent, Me, Passkey
from parley.accounts.preferences import read_prefs
from parley.kit.db import Transaction, rows_as
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, encode_cursor

AGENT_COLUMNS = """a.id, a.name, a.email, a.role, a.state, a.language, a.time_zone, a.avatar_colour,
   a.presence,
    a.presence = 'online' AS online, a.totp_confirmed_at IS NOT NULL AS totp, a.created_at,
    (SELECT coalesce(array_agg(m.team_id ORDER BY m.team_id), '{}') FROM team_members m
      WHERE m.workspace_id = a.workspace_id AND m.agent_id = a.id) AS team_ids,
    (SELECT max(s.seen_at) FROM sessions s WHERE s.workspace_id = a.workspace_id AND s.agent_id = a.id) AS
    last_seen_at"""


async def get_agent(tx: Transaction, workspace_id: UUID, agent_id: UUID) -> Agent:
    """Gives an agent in any state; raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {AGENT_COLUMNS} FROM agents a WHERE a.workspace_id = $1 AND a.id = $2",
        workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    return Agent(**row)


async def list_agents(
    tx: Transaction,
    workspace_id: UUID,
    *,
    state: str | None = None,
    team_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 200,
) -> Page[Agent]:
    """Lists agents in the order in which they came; optionally those of one state or team."""
    rows = await tx.fetch(
        f"""SELECT {AGENT_COLUMNS} FROM agents a
            WHERE a.workspace_id = $1 AND ($2::uuid IS NULL OR a.id > $2) AND ($3::text IS NULL OR a.state
            = $3)
              AND ($4::uuid IS NULL OR EXISTS (SELECT 1 FROM team_members m WHERE m.workspace_id =
              a.workspace_id
                                               AND m.agent_id = a.id AND m.team_id = $4))
            ORDER BY a.id LIMIT $5""",
        workspace_id,
        after,
        state,
        team_id,
        limit + 1,
    )
    agents = rows_as(Agent, rows[:limit])
    return Page(agents, encode_cursor(agents[-1].id) if len(rows) > limit else None)


async def get_me(tx: Transaction, workspace_id: UUID, agent_id: UUID, permissions: frozenset[str]) -> Me:
    """Gives an agent as he sees himself; raises NotFound."""
    row = await tx.fetchrow(
        f"""SELECT {AGENT_COLUMNS}, a.theme, a.signature_html, a.notification_prefs,
                (SELECT count(*) FROM recovery_codes r
                  WHERE r.workspace_id = a.workspace_id AND r.agent_id = a.id AND r.used_at IS NULL) AS
                  recovery_codes_left,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'created_at',
                p.created_at,
                                                              'last_used_at', p.used_at) ORDER BY p.id), '[]')
                   FROM passkeys p WHERE p.workspace_id = a.workspace_id AND p.agent_id = a.id) AS passkeys,
                coalesce((w.settings->>'require_totp')::bool, false) AS require_totp
            FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id
            WHERE a.workspace_id = $1 AND a.id = $2""",
        workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    values: dict[str, Any] = dict(row)
    required = values.pop("require_totp")
    passkeys = msgspec.convert(values.pop("passkeys"), list[Passkey])
    return Me(
        **{name: value for name, value in values.items() if name != "notification_prefs"}
        | {"passkeys": passkeys},
        notifications=read_prefs(values["notification_prefs"]),
        permissions=sorted(permissions),
        must_enrol_totp=required and not values["totp"] and not passkeys,
    )
