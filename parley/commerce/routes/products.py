"""The catalogue."""

from uuid import UUID

from parley.commerce.queries.products import list_products
from parley.commerce.shapes import ProductView
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route

READ = needs("orders:read")


@route("GET", "/api/v1/products", READ)
async def list_products_route(
    ctx: Ctx,
    store_id: UUID | None = None,
    q: str = "",
    ref: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[ProductView]:
    """Lists products with their variants, newest first; `q` finds words of title, SKU or kind, `ref` a store's own id."""
    return await list_products(ctx.tx, ctx.workspace_id, check_limit(limit), after, store_id, q, ref)


ROUTES = (list_products_route,)
