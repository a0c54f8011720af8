"""What a plan is: what will happen, what it costs, which limits apply. Everything here is plain data."""

from typing import Any

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One sentence of a plan: a key of the catalogue and what stands in it. Amounts are minor units."""

    code: str
    args: dict[str, Any] = {}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an act will do. `amount` moves to the customer (negative: he pays).

    A plan with `refusals` cannot be committed. `second` says why a second person must agree, if one must.
    """

    act: str
    effects: list[Line]
    amount: int = 0
    currency: str = ""
    warnings: list[Line] = []
    refusals: list[Line] = []
    second: list[Line] = []

    @property
    def possible(self) -> bool:
        """Says whether the plan may be committed."""
        return not self.refusals


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody may go with an act, in minor units; None means no limit."""

    allowed: bool = True
    largest: int | None = None
    alone: int | None = None
    daily: int | None = None


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants it: `role` decides the limits; `moved` is what he has moved in the last 24 hours."""

    role: str
    moved: int = 0


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan was made on; when it is different at the commit, the plan must be made anew."""

    digest: str
