"""The limits of acts as they hold: what a workspace has set, else what an installation begins with."""

from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.acting.limits import ACTS_OF, SETTABLE, default_limit
from parley.commerce.acting.plan import Limit
from parley.kit.db import Transaction

CURRENCIES = "SELECT DISTINCT currency FROM stores WHERE workspace_id = $1 AND currency <> ''"
ALL = "SELECT role, act, currency, allowed, largest, alone, daily FROM act_limits WHERE workspace_id = $1"


class LimitView(msgspec.Struct, kw_only=True):
    """How far a role may go with an act: amounts in minor units of `currency`, null means no limit.

    `largest` is the most at all, `alone` the most without a second person, `daily` the most in 24 hours. The currency
    `""` stands for all that have no limit of their own. `given` tells what this workspace has set from what holds
    without: the limit for all currencies, else the one an installation begins with.
    """

    role: str
    act: str
    currency: str
    allowed: bool
    largest: int | None
    alone: int | None
    daily: int | None
    given: bool


async def list_limits(tx: Transaction, workspace_id: UUID) -> list[LimitView]:
    """Lists the limit of every role for every act that moves money, in each currency of the stores and for the rest."""
    rows = await tx.fetch(ALL, workspace_id)
    given = {(row["role"], row["act"], row["currency"]): row for row in rows}
    known = {row["currency"] for row in await tx.fetch(CURRENCIES, workspace_id)}
    currencies = [*sorted(known | {key[2] for key in given} - {""}), ""]
    return [
        _view(given, role, act, currency)
        for role in SETTABLE
        for act in ACTS_OF[role]
        for currency in currencies
    ]


def _view(given: dict[tuple[str, str, str], Any], role: str, act: str, currency: str) -> LimitView:
    own = given.get((role, act, currency))
    row = own or given.get((role, act, ""))
    limit = (
        Limit(allowed=row["allowed"], largest=row["largest"], alone=row["alone"], daily=row["daily"])
        if row
        else default_limit(role, act)
    )
    return LimitView(
        role=role, act=act, currency=currency, given=own is not None, **msgspec.structs.asdict(limit)
    )
