"""The state of conversations, customers and orders as it stood at each moment of a rehearsal.

Rows are read as they are now and rewound: every later change tells what was there before. Then the facts of the
period carry them forward, one by one. What a rehearsal has not met is not held. Of agents it is known when they did
something last.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from parley.conversations.model import NEW_ROW
from parley.kit.ctx import Ctx
from parley.kit.decisions.trials import Heard
from parley.kit.log.fact import Recorded

CONVERSATIONS = """
SELECT c.*,
  ARRAY(SELECT ct.tag_id FROM conversation_tags ct WHERE ct.workspace_id = $1 AND ct.conversation_id = c.id) AS tags
FROM conversations c
WHERE c.workspace_id = $1 AND (c.id = ANY($2) OR c.customer_id = ANY($3) AND c.last_message_at >= $4)
"""
VALUES = "SELECT id, value FROM personal_values WHERE workspace_id = $1 AND id = ANY($2)"
CUSTOMERS = "SELECT * FROM customers WHERE workspace_id = $1 AND id = ANY($2)"
IDENTITIES = """
SELECT id, customer_id, kind, value, verified, created_at FROM identities
WHERE workspace_id = $1 AND customer_id = ANY($2) ORDER BY id
"""
ORDERS = """
SELECT o.*, (SELECT count(*)::int FROM order_lines l
             WHERE l.workspace_id = $1 AND l.order_id = o.id AND l.quantity > 0) AS lines
FROM orders o WHERE o.workspace_id = $1 AND (o.customer_id = ANY($2) OR o.id = ANY($3)) ORDER BY o.placed_at, o.id
"""
SHIPMENTS = "SELECT * FROM shipments WHERE workspace_id = $1 AND order_id = ANY($2) ORDER BY id"
# What later changes say was there before, the newest first.
REWIND = """
SELECT kind, conversation_id, data FROM facts
WHERE workspace_id = $1 AND conversation_id = ANY($2) AND at >= $3
ORDER BY epoch DESC, xid DESC, seq DESC
"""
REWIND_OTHERS = """
SELECT kind, subject_id, data FROM facts WHERE workspace_id = $1 AND kind = ANY($2) AND at >= $3
ORDER BY epoch DESC, xid DESC, seq DESC
"""
# What is carried forward beside conversations: the kind of row, and the field with its id.
APPLIED = {
    "CustomerChanged": ("customer", "customer_id"),
    "OrderChanged": ("order", "order_id"),
    "OrderLinked": ("order", "order_id"),
    "ShipmentChanged": ("shipment", "shipment_id"),
}
OTHER_KINDS = tuple(APPLIED)
Row = dict[str, Any]
NOBODY = UUID(int=0)


class World:
    """Implements `Past`. `meet` brings in what a batch of facts is about, `apply` carries it forward by one fact."""

    def __init__(self, ctx: Ctx, begins: datetime) -> None:
        self._ctx = ctx
        self._begins = begins
        self._rows: dict[str, dict[UUID, Row]] = {
            kind: {} for kind in ("conversation", "customer", "identity", "order", "shipment", "agent")
        }
        self._by: dict[tuple[str, str], dict[Any, dict[UUID, None]]] = {}
        self._later: dict[UUID, list[tuple[str, Mapping[str, Any]]]] | None = None
        self._met: set[tuple[str, UUID]] = set()
        self._subjects: dict[UUID, str | None] = {}
        self.erased = 0

    def row(self, kind: str, key: UUID) -> Mapping[str, Any] | None:
        """Gives a row as it stood."""
        return self._rows.get(kind, {}).get(key)

    def rows(self, kind: str, **fields: Any) -> Sequence[Mapping[str, Any]]:
        """Gives the rows whose columns have these values, the oldest first."""
        name, value = next(iter(fields.items()))
        found = [self._rows[kind][key] for key in self._index(kind, name).get(value, {})]
        return [row for row in found if all(row.get(column) == wanted for column, wanted in fields.items())]

    async def meet(self, batch: Sequence[Heard]) -> None:
        """Reads what the facts of a batch are about, as it stood before the first of them."""
        begins = min(heard.recorded.at for heard in batch)
        await self._meet_conversations(batch, begins)
        await self._meet_subjects(batch)
        customers = {row["customer_id"] for heard in batch if (row := self._conversation(heard)) is not None}
        customers |= {
            found for heard in batch if isinstance(found := getattr(heard.fact, "customer_id", None), UUID)
        }
        orders = {
            found for heard in batch if isinstance(found := getattr(heard.fact, "order_id", None), UUID)
        }
        await self._meet_customers(customers)
        await self._meet_orders(customers, orders)
        for heard in batch:
            self._name(heard)

    def _conversation(self, heard: Heard) -> Row | None:
        conversation_id = heard.fact.conversation()
        if conversation_id is None:
            return None
        known = self._rows["conversation"].get(conversation_id)
        opened = heard.recorded.kind == "ConversationOpened"
        return known or ({"customer_id": UUID(heard.recorded.data["customer_id"])} if opened else None)

    def _name(self, heard: Heard) -> None:
        for name in ("conversation_id", "customer_id", "message_id", "order_id"):
            found = getattr(heard.fact, name, None)
            if isinstance(found, UUID):
                heard.ids[name.removesuffix("_id")] = found
        row = self._conversation(heard)
        if row is not None:
            heard.ids.setdefault("customer", row["customer_id"])

    async def _meet_conversations(self, batch: Sequence[Heard], begins: datetime) -> None:
        known = self._rows["conversation"]
        opened = {h.fact.conversation() for h in batch if h.recorded.kind == "ConversationOpened"}
        named = {found for h in batch if (found := h.fact.conversation()) is not None}
        wanted = sorted(
            named - opened - known.keys() - {key for kind, key in self._met if kind == "conversation"}
        )
        # An order's fact means the conversation that is open with its customer.
        others = sorted(
            {
                found
                for h in batch
                if h.fact.conversation() is None
                and isinstance(found := getattr(h.fact, "customer_id", None), UUID)
                and ("conversations of", found) not in self._met
            }
        )
        self._met |= {("conversation", key) for key in wanted} | {("conversations of", key) for key in others}
        if not wanted and not others:
            return
        ws, tx = self._ctx.workspace_id, self._ctx.tx
        rows = await tx.fetch(CONVERSATIONS, ws, wanted, others, self._begins)
        fresh: dict[UUID, Row] = {
            row["id"]: dict(row) for row in rows if row["id"] not in known and row["id"] not in opened
        }
        born: set[UUID] = set()
        for fact in await tx.fetch(REWIND, ws, list(fresh), begins):
            if fact["kind"] == "ConversationOpened":
                born.add(fact["conversation_id"])
            rewind_conversation(fresh[fact["conversation_id"]], fact["kind"], fact["data"])
        for key, row in fresh.items():
            if key not in born:
                self._put("conversation", key, row)

    async def _meet_subjects(self, batch: Sequence[Heard]) -> None:
        """Reads the subjects that the conversations of a batch have or are given; those that were erased are counted."""
        rows = self._rows["conversation"]
        wanted = {
            row.get("subject_value_id")
            for h in batch
            if (row := rows.get(h.fact.conversation() or NOBODY)) is not None
        }
        for heard in batch:
            for name in ("fields", "changes"):
                found = heard.recorded.data.get(name, {}).get("subject_value_id")
                wanted.add(UUID(found) if found else None)
        fresh = sorted(key for key in wanted if key is not None and key not in self._subjects)
        if fresh:
            for value in await self._ctx.tx.fetch(VALUES, self._ctx.workspace_id, fresh):
                self._subjects[value["id"]] = value["value"]
                self.erased += value["value"] is None
        for heard in batch:
            standing = rows.get(heard.fact.conversation() or NOBODY)
            if standing is not None:
                standing["subject"] = self._subjects.get(standing.get("subject_value_id") or NOBODY)

    async def _meet_customers(self, wanted: Iterable[UUID]) -> None:
        fresh = sorted({key for key in wanted if ("customer", key) not in self._met})
        if not fresh:
            return
        self._met |= {("customer", key) for key in fresh}
        ws, tx = self._ctx.workspace_id, self._ctx.tx
        for row in await tx.fetch(CUSTOMERS, ws, fresh):
            self._put("customer", row["id"], await self._rewound(dict(row)))
        for row in await tx.fetch(IDENTITIES, ws, fresh):
            self._put("identity", row["id"], dict(row))

    async def _meet_orders(self, customers: Iterable[UUID], orders: Iterable[UUID]) -> None:
        of = sorted({key for key in customers if ("orders of", key) not in self._met})
        named = sorted({key for key in orders if ("order", key) not in self._met})
        if not of and not named:
            return
        self._met |= {("orders of", key) for key in of} | {("order", key) for key in named}
        ws, tx = self._ctx.workspace_id, self._ctx.tx
        found = [dict(row) for row in await tx.fetch(ORDERS, ws, of, named)]
        fresh = [row for row in found if row["id"] not in self._rows["order"]]
        for row in fresh:
            self._put("order", row["id"], await self._rewound(row))
        if fresh:
            for shipment in await tx.fetch(SHIPMENTS, ws, [row["id"] for row in fresh]):
                self._put("shipment", shipment["id"], await self._rewound(dict(shipment)))

    async def _rewound(self, row: Row) -> Row:
        """Gives a row as it stood when the period began."""
        if self._later is None:
            self._later = {}
            for fact in await self._ctx.tx.fetch(
                REWIND_OTHERS, self._ctx.workspace_id, OTHER_KINDS, self._begins
            ):
                key = (
                    UUID(fact["data"]["shipment_id"])
                    if fact["kind"] == "ShipmentChanged"
                    else fact["subject_id"]
                )
                self._later.setdefault(key, []).append((fact["kind"], fact["data"]))
        for kind, data in self._later.get(row["id"], ()):
            before = (
                {"customer_id": data["previous_customer_id"]} if kind == "OrderLinked" else data["previous"]
            )
            lay(row, before)
        return row

    def apply(self, recorded: Recorded) -> None:
        """Carries the state forward by one fact."""
        data, key = recorded.data, recorded.conversation_id
        if recorded.actor_kind == "agent" and recorded.actor_id is not None:
            self._rows["agent"][recorded.actor_id] = {"id": recorded.actor_id, "acted_at": recorded.at}
        if recorded.kind == "ConversationOpened" and key is not None:
            row: Row = {**NEW_ROW, "tags": [], "subject": None, "id": key, "created_at": recorded.at}
            self._put("conversation", key, row, data["fields"])
        elif key is not None:
            self._apply_to_conversation(recorded, key)
        elif recorded.kind in APPLIED:
            kind, name = APPLIED[recorded.kind]
            changes = (
                {"customer_id": data["customer_id"]} if recorded.kind == "OrderLinked" else data["changes"]
            )
            self._change(kind, UUID(data[name]), changes)

    def _apply_to_conversation(self, recorded: Recorded, key: UUID) -> None:
        row = self._rows["conversation"].get(key)
        if row is None:
            return
        tags = {UUID(tag) for tag in recorded.data.get("tag_ids", ())}
        if recorded.kind == "ConversationTagged":
            row["tags"] = sorted({*row["tags"], *tags})
        elif recorded.kind == "ConversationUntagged":
            row["tags"] = sorted(set(row["tags"]) - tags)
        elif "changes" in recorded.data:
            self._change("conversation", key, recorded.data["changes"])

    def _change(self, kind: str, key: UUID, changes: Mapping[str, Any]) -> None:
        row = self._rows[kind].get(key)
        if row is not None:
            self._put(kind, key, row, changes)

    def _put(self, kind: str, key: UUID, row: Row, changes: Mapping[str, Any] | None = None) -> None:
        for (of, column), index in self._by.items():
            if of == kind:
                index.get(row.get(column), {}).pop(key, None)
        lay(row, changes or {})
        if kind == "conversation" and (changes is None or "subject_value_id" in changes):
            row["subject"] = self._subjects.get(row.get("subject_value_id") or NOBODY)
        self._rows[kind][key] = row
        for (of, column), index in self._by.items():
            if of == kind:
                index.setdefault(row.get(column), {})[key] = None

    def _index(self, kind: str, column: str) -> dict[Any, dict[UUID, None]]:
        known = self._by.get((kind, column))
        if known is None:
            known = self._by[kind, column] = {}
            for key, row in self._rows[kind].items():
                known.setdefault(row.get(column), {})[key] = None
        return known


def rewind_conversation(row: Row, kind: str, data: Mapping[str, Any]) -> None:
    """Takes one later fact back from a row."""
    if kind == "ConversationTagged":
        row["tags"] = sorted(set(row["tags"]) - {UUID(tag) for tag in data["tag_ids"]})
    elif kind == "ConversationUntagged":
        row["tags"] = sorted({*row["tags"], *(UUID(tag) for tag in data["tag_ids"])})
    elif "previous" in data and isinstance(data["previous"], Mapping):
        lay(row, data["previous"])


def lay(row: Row, values: Mapping[str, Any]) -> None:
    """Lays plain values of a fact over a row, in the kinds that the columns have."""
    for name, value in values.items():
        row[name] = _typed(name, value)


def _typed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name.endswith("_id"):
        return UUID(value)
    if name.endswith(("_at", "_since", "_until")):
        return datetime.fromisoformat(value)
    return value
