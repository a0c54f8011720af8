"""Customers: lists, one customer, changes, addresses, blocking."""

from typing import Any
from uuid import UUID

from msgspec import UNSET

from parley.accounts.emails import parse_email
from parley.accounts.words import parse_language, parse_time_zone
from parley.customers.actions.changing import change_customer
from parley.customers.actions.editing import (
    block_customer,
    check_fields,
    enter_customer,
    enter_identity,
    name_customer,
    note_customer,
    unblock_customer,
)
from parley.customers.ports import CONVERSATIONS
from parley.customers.queries.customers import get_customer, list_customers
from parley.customers.schemas import CustomerBody, IdentityBody, NewCustomerBody
from parley.customers.shapes import CustomerDetails, CustomerRow
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("customers:read")
WRITE = needs("customers:write")
ONE = "/api/v1/customers/{customer_id:uuid}"


@route("GET", "/api/v1/customers", READ)
async def list_customers_route(
    ctx: Ctx,
    runtime: Runtime,
    q: str = "",
    vip: bool = False,
    blocked: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[CustomerRow]:
    """Lists customers, newest first; `q` finds words of names and addresses."""
    narrowed = (" AND c.vip" if vip else "") + (" AND c.blocked_at IS NOT NULL" if blocked else "")
    return await list_customers(
        ctx.tx, ctx.workspace_id, runtime.parts[CONVERSATIONS], check_limit(limit), after, q, narrowed
    )


@route("POST", "/api/v1/customers", WRITE)
async def create_customer_route(ctx: Ctx, runtime: Runtime, data: NewCustomerBody) -> CustomerDetails:
    """Enters a customer by hand."""
    customer_id = await enter_customer(
        ctx,
        name=data.name,
        email=parse_email(data.email)[0] if data.email else None,
        language=parse_language(data.language) if data.language else None,
        time_zone=parse_time_zone(data.zone, "zone") if data.zone else None,
    )
    return await _details(ctx, runtime, customer_id)


@route("GET", ONE, READ)
async def get_customer_route(ctx: Ctx, runtime: Runtime, customer_id: UUID) -> CustomerDetails:
    """Gives one customer with identities and notes."""
    return await _details(ctx, runtime, customer_id)


@route("PATCH", ONE, WRITE)
async def change_customer_route(
    ctx: Ctx, runtime: Runtime, customer_id: UUID, data: CustomerBody
) -> CustomerDetails:
    """Changes name, notes, language, time zone, country, fields, or marks a VIP."""
    if data.name is not UNSET:
        await name_customer(ctx, customer_id, data.name)
    if data.notes is not UNSET:
        await note_customer(ctx, customer_id, data.notes)
    changes: dict[str, Any] = {}
    if data.language is not UNSET:
        changes["language"] = parse_language(data.language) if data.language else None
    if data.zone is not UNSET:
        changes["time_zone"] = parse_time_zone(data.zone, "zone") if data.zone else None
    if data.country is not UNSET:
        changes["country"] = data.country
    if data.vip is not UNSET:
        changes["vip"] = data.vip
    if data.fields is not UNSET:
        changes["fields"] = check_fields(data.fields)
    if changes:
        await change_customer(ctx, customer_id, changes)
    return await _details(ctx, runtime, customer_id)


@route("POST", ONE + "/identities", WRITE)
async def add_identity_route(
    ctx: Ctx, runtime: Runtime, customer_id: UUID, data: IdentityBody
) -> CustomerDetails:
    """Enters an address of a customer; one that belongs to another customer is refused."""
    value = parse_email(data.value, "value")[0] if data.kind == "email" else data.value
    await enter_identity(ctx, customer_id, data.kind, value)
    return await _details(ctx, runtime, customer_id)


@route("POST", ONE + "/block", WRITE, status=200)
async def block_customer_route(ctx: Ctx, runtime: Runtime, customer_id: UUID) -> CustomerDetails:
    """Blocks a customer: his conversations and what he writes go to spam."""
    await block_customer(ctx, customer_id)
    return await _details(ctx, runtime, customer_id)


@route("POST", ONE + "/unblock", WRITE, status=200)
async def unblock_customer_route(ctx: Ctx, runtime: Runtime, customer_id: UUID) -> CustomerDetails:
    """Lets a customer write again; what went to spam stays there."""
    await unblock_customer(ctx, customer_id)
    return await _details(ctx, runtime, customer_id)


async def _details(ctx: Ctx, runtime: Runtime, customer_id: UUID) -> CustomerDetails:
    return await get_customer(ctx.tx, ctx.workspace_id, customer_id, runtime.parts[CONVERSATIONS])


ROUTES = (
    list_customers_route,
    create_customer_route,
    get_customer_route,
    change_customer_route,
    add_identity_route,
    block_customer_route,
    unblock_customer_route,
)
