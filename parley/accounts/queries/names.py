"""Names of those who did something."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from parley.kit.db import Transaction
from parley.kit.log.fact import Actor


class NamedActor(msgspec.Struct, frozen=True):
    """Who did it, with the name he has now; the name is empty for the system and for what is gone."""

    kind: str
    id: UUID | None
    name: str


async def name_actors(
    tx: Transaction, workspace_id: UUID, actors: Iterable[Actor]
) -> dict[Actor, NamedActor]:
    """Gives the names of agents and tokens in one statement."""
    wanted = set(actors)
    ids = [actor.id for actor in wanted if actor.id is not None and actor.kind in ("agent", "token")]
    names: dict[tuple[str, UUID], str] = {}
    if ids:
        rows = await tx.fetch(
            """SELECT 'agent' AS kind, id, name FROM agents WHERE workspace_id = $1 AND id = ANY($2)
               UNION ALL SELECT 'token', id, name FROM api_tokens WHERE workspace_id = $1 AND id = ANY($2)""",
            workspace_id,
            ids,
        )
        names = {(row["kind"], row["id"]): row["name"] for row in rows}
    return {
        actor: NamedActor(actor.kind, actor.id, names.get((actor.kind, actor.id), "") if actor.id else "")
        for actor in wanted
    }


async def name_actor(tx: Transaction, workspace_id: UUID, actor: Actor) -> str:
    """Gives the name of one who did something, or an empty text."""
    return (await name_actors(tx, workspace_id, [actor]))[actor].name


async def language_of(tx: Transaction, workspace_id: UUID, actor: Actor) -> str:
    """Gives the language in which somebody reads; English for programs."""
    if actor.kind != "agent":
        return "en"
    found: str | None = await tx.fetchval(
        "SELECT language FROM agents WHERE workspace_id = $1 AND id = $2", workspace_id, actor.id
    )
    return found or "en"
