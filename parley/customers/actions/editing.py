"""What agents and channels say about a customer: name, note, address, blocking."""

from typing import Any
from uuid import UUID

from parley.customers.actions.changing import change_customer
from parley.customers.actions.identify import add_identity, create_customer, find_identity, lock_identity
from parley.customers.errors import IdentityTaken
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.personal import store_personal

NAME_LIMIT = 200
NOTE_LIMIT = 20_000


async def name_customer(ctx: Ctx, customer_id: UUID, name: str) -> None:
    """Gives the customer a name (empty: none), kept as a personal value; raises NotFound."""
    await _set_personal(ctx, customer_id, "name", " ".join(name.split())[:NAME_LIMIT])


async def name_if_unnamed(ctx: Ctx, customer_id: UUID, name: str) -> None:
    """Gives the customer a name where he has none yet."""
    unnamed = await ctx.tx.fetchval(
        "SELECT name_id IS NULL FROM customers WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        customer_id,
    )
    if unnamed and name.strip():
        await name_customer(ctx, customer_id, name)


async def note_customer(ctx: Ctx, customer_id: UUID, note: str) -> None:
    """Replaces the note about a customer (empty: none), kept as a personal value; raises NotFound."""
    await _set_personal(ctx, customer_id, "note", note.strip()[:NOTE_LIMIT])


async def block_customer(ctx: Ctx, customer_id: UUID) -> None:
    """Blocks a customer: what he writes goes to spam; raises NotFound. Blocked twice stays as it was."""
    blocked_at = await _get_blocked_at(ctx, customer_id)
    if blocked_at is None:
        await change_customer(ctx, customer_id, {"blocked_at": ctx.now})


async def unblock_customer(ctx: Ctx, customer_id: UUID) -> None:
    """Lets a customer write again; raises NotFound."""
    await change_customer(ctx, customer_id, {"blocked_at": None})


async def enter_customer(
    ctx: Ctx, *, name: str, email: str | None, language: str | None, time_zone: str | None
) -> UUID:
    """Creates a customer by hand; raises Invalid without name and address, IdentityTaken for a known address."""
    if not name.strip() and not email:
        raise Invalid("nobody", "Enter a name or an e-mail address.", FieldError("name", "empty"))
    customer_id = await create_customer(
        ctx, name=" ".join(name.split())[:NAME_LIMIT], language=language, time_zone=time_zone
    )
    if email:
        await enter_identity(ctx, customer_id, "email", email)
    return customer_id


async def enter_identity(ctx: Ctx, customer_id: UUID, kind: str, value: str) -> UUID:
    """Adds an address because an agent says so; raises NotFound, and IdentityTaken when another customer has it."""
    exists = await ctx.tx.fetchval(
        "SELECT true FROM customers WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, customer_id
    )
    if not exists:
        raise NotFound("customer")
    await lock_identity(ctx, kind, value)
    holder = await find_identity(ctx, kind, value)
    if holder is not None and holder.customer_id != customer_id:
        raise IdentityTaken
    return await add_identity(ctx, customer_id, kind, value, verified=True, reason="entered")


def check_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Gives further fields of a customer as they are stored: short names, plain values; raises Invalid."""
    for key, value in fields.items():
        plain = isinstance(value, str | int | float | bool) or value is None
        if not 1 <= len(key) <= 64 or not plain or (isinstance(value, str) and len(value) > 2_000):
            raise Invalid("bad_field_value", "Fields take plain values.", FieldError(key[:64], "not plain"))
    if len(fields) > 100:
        raise Invalid("too_many_fields", "A customer has at most 100 further fields.")
    return {key: value for key, value in fields.items() if value is not None}


async def _get_blocked_at(ctx: Ctx, customer_id: UUID) -> Any:
    row = await ctx.tx.fetchrow(
        "SELECT blocked_at FROM customers WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        customer_id,
    )
    if row is None:
        raise NotFound("customer")
    return row["blocked_at"]


async def _set_personal(ctx: Ctx, customer_id: UUID, field: str, value: str) -> None:
    """Stores a new version of a personal value unless it is what it was."""
    row = await ctx.tx.fetchrow(
        f"""SELECT v.value FROM customers c
            LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.{field}_id
            WHERE c.workspace_id = $1 AND c.id = $2 FOR UPDATE OF c""",
        ctx.workspace_id,
        customer_id,
    )
    if row is None:
        raise NotFound("customer")
    if (row["value"] or "") == value:
        return
    value_id = await store_personal(ctx, "customer", customer_id, field, value) if value else None
    await change_customer(ctx, customer_id, {f"{field}_id": value_id})
