"""What shoppers are told about their orders without having asked."""

from typing import Annotated, cast
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_config
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor
from parley.kit.http.routes import route
from parley.outreach.actions.messages import cancel_message
from parley.outreach.deciders.order_messages import ORDER_MESSAGES
from parley.outreach.examples import list_languages, write_examples
from parley.outreach.queries.messages import get_message, list_messages
from parley.outreach.schemas import Kind, OrderMessageView, OrderTextsView, OrderTextView
from parley.outreach.settings import Words, read_settings
from parley.outreach.texts import VARIABLES, read_words


@route("GET", "/api/v1/order-messages", needs("orders:read"))
async def list_order_messages(
    ctx: Ctx, order_id: UUID | None = None, limit: int = 50, after: str | None = None
) -> Page[OrderMessageView]:
    """Lists what was told about an order (or all orders), is planned, or was not told and why; newest first."""
    size = check_limit(limit)
    rows = await list_messages(ctx.tx, ctx.workspace_id, order_id, size + 1, decode_id_cursor(after))
    found = [msgspec.convert(dict(row), OrderMessageView) for row in rows]
    return Page(found[:size], encode_cursor(found[size - 1].id) if len(found) > size else None)


@route("POST", "/api/v1/order-messages/{message_id:uuid}/cancel", needs("orders:write"), status=200)
async def cancel_order_message(ctx: Ctx, message_id: UUID) -> OrderMessageView:
    """Takes a planned message back; one that has left stays (409)."""
    await cancel_message(ctx, message_id)
    row = await get_message(ctx.tx, ctx.workspace_id, message_id)
    return msgspec.convert(dict(row), OrderMessageView)


@route("GET", "/api/v1/order-messages/texts", needs("automation:read"))
async def get_order_texts(
    ctx: Ctx, language: Annotated[str, QueryParameter(max_length=35)] = "en"
) -> OrderTextsView:
    """Gives what shoppers are told, kind by kind, in a language; in English where there are no words in it."""
    config = await load_config(ctx, ORDER_MESSAGES)
    own = read_settings(config.values).texts
    written = write_examples(language, ctx.now, own)
    tongue = next(iter(written.values())).language
    items = [
        OrderTextView(
            kind=cast("Kind", kind),
            subject=text.subject,
            html=text.html,
            words=read_words(tongue, kind),
            own=own.get((tongue, kind), Words()),
        )
        for kind, text in written.items()
    ]
    return OrderTextsView(language=tongue, languages=list_languages(), variables=list(VARIABLES), items=items)


ROUTES = (list_order_messages, cancel_order_message, get_order_texts)
