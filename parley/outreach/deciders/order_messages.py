"""Order messages: what a shopper is told about an order, once, at an hour that suits, unless somebody has told it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.facts.commerce import OrderPlaced, ShipmentChanged
from parley.facts.outreach import DelayFound
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.log.fact import Fact, Recorded
from parley.outreach.model import MOVING, OrderState, Snapshot, Talk, Told
from parley.outreach.queries.states import find_snapshot
from parley.outreach.quiet import after_quiet, zones_of
from parley.outreach.settings import DEFAULTS, DELAY_KINDS, Settings, read_settings

# News this old is none: a webhook that was lost, a carrier that tells the whole way at once.
FRESH = {"confirmation": timedelta(hours=24), "shipped": timedelta(days=3), "delivered": timedelta(days=2)}
AGAIN_AFTER = timedelta(hours=24)
LEFT = (None, "unknown", "label_created")


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Something that may be told: its kind, the key that says it once, what it is about."""

    kind: str
    key: str
    shipment_id: UUID | None = None
    line: str | None = None
    promised_at: datetime | None = None
    days: int = 0


async def load(ctx: Ctx, fact: Fact, _: Recorded) -> Snapshot | None:
    """Reads the order and what is said about it; None for a fact that is no news to a shopper."""
    news = news_of(fact)
    return await find_snapshot(ctx, news[0]) if news else None


def news_of(fact: Fact) -> tuple[UUID, News] | None:
    """Gives what a fact would tell the shopper of which order."""
    if isinstance(fact, OrderPlaced):
        return fact.order_id, News(kind="confirmation", key="confirmation")
    if isinstance(fact, DelayFound):
        subject = fact.line or fact.shipment_id or fact.order_id
        news = News(
            kind=fact.kind,
            key=f"{fact.kind}:{subject}",
            shipment_id=fact.shipment_id,
            line=fact.line,
            promised_at=fact.promised_at,
            days=fact.days,
        )
        return fact.order_id, news
    if isinstance(fact, ShipmentChanged) and fact.direction == "out":
        kind = _news_of_parcel(fact)
        if kind:
            return fact.order_id, News(
                kind=kind, key=f"{kind}:{fact.shipment_id}", shipment_id=fact.shipment_id
            )
    return None


def _news_of_parcel(fact: ShipmentChanged) -> str | None:
    now, before = fact.changes.get("status"), fact.previous.get("status")
    if now == "delivered":
        return "delivered"
    # Where no carrier is connected a parcel that has left may be all that is ever known of it.
    left = now in MOVING or (now == "unknown" and fact.changes.get("shipped_at") is not None)
    return "shipped" if left and before in LEFT else None


def decide(fact: Fact, snapshot: Snapshot, config: Config, now: datetime) -> Decision:
    """Plans the message, leaves it to the agent who is being asked already, or says why nothing is told."""
    settings = read_settings(config.values)
    found = news_of(fact)
    if found is None or found[1].kind not in settings.on:
        return Decision()
    news, order = found[1], snapshot.order
    if news.key in {one.key for one in snapshot.told} or not is_fresh(news, order, now):
        return Decision()
    refusal = refuse(order) or refuse_delay(news.kind, snapshot.talk, snapshot.told, now)
    used = {
        "over": order.over,
        "told": sorted(one.key for one in snapshot.told),
        "asked": snapshot.talk.asked,
    }
    args = _args(news, order)
    if refusal is not None:
        return Decision([Act("skip_order_message", {**args, "reasons": [refusal]})], [refusal], used)
    why = Reason(f"order_messages.{news.kind}", {"days": news.days})
    if news.kind in DELAY_KINDS and snapshot.talk.asked:
        args["conversation_id"] = str(snapshot.talk.conversation_id)
        asked = Reason("order_messages.asked")
        return Decision([Act("note_order_delay", {**args, "reasons": [asked]})], [why, asked], used)
    due = send_at(news.kind, order, settings, now)
    return Decision([Act("send_order_message", {**args, "due_at": due.isoformat()})], [why], used)


def is_fresh(news: News, order: OrderState, now: datetime) -> bool:
    """Says whether something is still news; a delay always is."""
    longest = FRESH.get(news.kind)
    if longest is None:
        return True
    at: datetime | None = order.placed_at
    parcel = order.parcel(news.shipment_id)
    if news.kind == "shipped":
        at = (parcel.shipped_at or parcel.created_at) if parcel else None
    elif news.kind == "delivered":
        at = (parcel.delivered_at or parcel.last_event_at) if parcel else None
    return at is not None and now - at <= longest


def refuse(order: OrderState) -> Reason | None:
    """Says why nobody is told anything about this order."""
    if order.over:
        return Reason(f"order_messages.{order.over}")
    if order.blocked:
        return Reason("order_messages.blocked")
    return None if order.email else Reason("order_messages.no_address")


def refuse_delay(kind: str, talk: Talk, told: list[Told], now: datetime) -> Reason | None:
    """Says why a delay is not told: an agent has just written about the order, or we have."""
    if kind not in DELAY_KINDS:
        return None
    if talk.agent_wrote_at is not None and now - talk.agent_wrote_at < AGAIN_AFTER:
        return Reason("order_messages.agent_wrote", {"at": talk.agent_wrote_at.isoformat()})
    lately = [
        one
        for one in told
        if one.kind in DELAY_KINDS and one.state in ("planned", "sent") and now - one.at < AGAIN_AFTER
    ]
    return Reason("order_messages.told_lately", {"key": lately[0].key}) if lately else None


def send_at(kind: str, order: OrderState, settings: Settings, now: datetime) -> datetime:
    """Gives the first moment that disturbs nobody. Whoever has just ordered is awake."""
    if kind == "confirmation":
        return now
    zones = zones_of(order.time_zone, order.country, order.store_zone)
    return after_quiet(now, zones, settings.quiet_from, settings.quiet_to)


def _args(news: News, order: OrderState) -> dict[str, Any]:
    return {
        "order_id": str(order.id),
        "kind": news.kind,
        "key": news.key,
        "shipment_id": str(news.shipment_id) if news.shipment_id else None,
        "line": news.line,
        "promised_at": news.promised_at.isoformat() if news.promised_at else None,
        "days": news.days,
        "language": order.language,
    }


ORDER_MESSAGES = Decider("order_messages", (OrderPlaced, ShipmentChanged, DelayFound), load, decide, DEFAULTS)
