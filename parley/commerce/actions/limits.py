"""Setting how far a role may go with acts that move money."""

from uuid import UUID, uuid5

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.commerce.acting.limits import OWNERS_ONLY, list_mistakes
from parley.commerce.acting.plan import Limit
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotAllowed

RECORD = "act_limit"
SAVE = """
INSERT INTO act_limits (workspace_id, role, act, currency, allowed, largest, alone, daily)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (workspace_id, role, act, currency) DO UPDATE SET allowed = excluded.allowed,
  largest = excluded.largest, alone = excluded.alone, daily = excluded.daily
"""
REMOVE = """
DELETE FROM act_limits WHERE workspace_id = $1 AND role = $2 AND act = $3 AND currency = $4 RETURNING true
"""


class Place(msgspec.Struct, frozen=True):
    """Whose limit, of which act, in which currency; `""` stands for all that have none of their own."""

    role: str
    act: str
    currency: str


async def set_limit(ctx: Ctx, place: Place, limit: Limit, by: str) -> None:
    """Sets a limit from now on; `by` is the role of who sets it. Raises Invalid and NotAllowed."""
    check_setter(place.role, by)
    mistakes = [FieldError(field, text) for field, text in list_mistakes(place.role, place.act, limit)]
    if mistakes:
        raise Invalid("invalid_limit", "Some of the limit is wrong; nothing was saved.", *mistakes)
    values = msgspec.structs.asdict(limit)
    await ctx.tx.execute(SAVE, ctx.workspace_id, *msgspec.structs.astuple(place), *values.values())
    await _announce(ctx, place, "changed", values)


async def reset_limit(ctx: Ctx, place: Place, by: str) -> None:
    """Takes a limit away, so that what holds without it holds again. Raises NotAllowed."""
    check_setter(place.role, by)
    if await ctx.tx.fetchval(REMOVE, ctx.workspace_id, *msgspec.structs.astuple(place)):
        await _announce(ctx, place, "removed", {})


def check_setter(role: str, by: str) -> None:
    """Raises NotAllowed when who sets a limit could be setting his own, or is a program."""
    if by == "token":
        raise NotAllowed("people_only", "Limits are set by admins and owners themselves, not by programs.")
    if role in OWNERS_ONLY and by != "owner":
        raise NotAllowed("owners_only", "Only an owner sets the limits of owners and admins.")


async def _announce(ctx: Ctx, place: Place, act: str, values: dict[str, object]) -> None:
    at = msgspec.structs.asdict(place)
    record_id = _record_id(ctx.workspace_id, place)
    ctx.emit(SettingsChanged(record=RECORD, record_id=record_id, act=act))
    await write_audit(
        ctx, f"{RECORD}_{act}", RECORD, record_id, **at, **({"values": values} if values else {})
    )


def _record_id(workspace_id: UUID, place: Place) -> UUID:
    """Gives the same id for the same limit, which has no row of its own before it is set."""
    return uuid5(workspace_id, ":".join(msgspec.structs.astuple(place)))
