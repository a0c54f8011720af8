"""What the API calls verified: what was proven, never what was only typed."""

from typing import Any, get_args
from uuid import UUID

import httpx
import pytest

from parley.channels.chat import visitors
from parley.channels.email import people
from parley.channels.email.people import WROTE, find_customer
from parley.channels.email.reading import Writer
from parley.customers.actions.identify import add_identity, find_identity, identify_customer, prove_identity
from parley.customers.identify import HEARSAY, PROVEN
from parley.customers.shapes import Reason
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

ZOE = "zoe@example.com"


@pytest.fixture
async def desk(shop: Shop) -> httpx.AsyncClient:
    """An agent's browser."""
    return await shop.signed_in()


async def look(desk: httpx.AsyncClient, customer_id: UUID) -> dict[str, Any]:
    """Gives a customer as the API shows him, after checking that list and page agree."""
    shown: dict[str, Any] = body_of(await desk.get(f"/api/v1/customers/{customer_id}"))
    listed = body_of(await desk.get("/api/v1/customers"))["items"]
    assert [(one["email"], one["verified"]) for one in listed if one["id"] == str(customer_id)] == [
        (shown["email"], shown["verified"])
    ]
    return shown


def proofs(shown: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """Gives kind, proof and reason of each identity."""
    return [(one["kind"], one["verified"], one["reason"]) for one in shown["identities"]]


async def test_an_address_typed_into_the_chat_is_not_verified(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    async with inbox.ctx() as ctx:
        found = await identify_customer(ctx, "visitor", str(uuid7()), reason=visitors.VISITOR_REASON)
        await add_identity(ctx, found.customer_id, "email", ZOE, verified=False, reason=visitors.CLAIM_REASON)
    shown = await look(desk, found.customer_id)
    assert (shown["email"], shown["verified"]) == (ZOE, False)
    assert proofs(shown) == [("visitor", False, "wrote_in_chat"), ("email", False, "left_in_chat")]
    async with inbox.ctx() as ctx:
        await prove_identity(ctx, found.customer_id, "email", ZOE, reason=people.ANSWERED)
    shown = await look(desk, found.customer_id)
    assert shown["verified"] is True
    assert proofs(shown)[1] == ("email", True, "answered_our_mail")


async def test_a_conversation_says_the_same(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}"
    assert body_of(await desk.get(path))["conversation"]["customer"]["verified"] is True
    await shop.count("UPDATE identities SET verified = false RETURNING 1")
    assert body_of(await desk.get(path))["conversation"]["customer"]["verified"] is False


@pytest.mark.parametrize("reason", HEARSAY)
async def test_what_an_agent_says_is_proven_by_a_mail(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, reason: str
) -> None:
    assert repr(reason) in PROVEN
    async with inbox.ctx() as ctx:
        customer_id = (await identify_customer(ctx, "email", ZOE, reason=reason)).customer_id
    shown = await look(desk, customer_id)
    assert (shown["verified"], proofs(shown)) == (False, [("email", False, reason)])
    for _ in range(2):
        async with inbox.ctx() as ctx:
            found = await find_customer(ctx, Writer(name="Zoë", address=ZOE, proven=True), reason=WROTE)
        assert found.customer_id == customer_id
    shown = await look(desk, customer_id)
    assert (shown["verified"], proofs(shown)) == (True, [("email", True, "wrote_mail")])
    assert [fact["reason"] for fact in await shop.facts("IdentityVerified")] == ["wrote_mail"]


async def test_a_name_in_somebody_elses_mail_proves_nothing(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    async with inbox.ctx() as ctx:
        customer_id = (await identify_customer(ctx, "email", ZOE, reason="entered")).customer_id
        await find_customer(ctx, Writer(name="Zoë", address=ZOE, proven=False), reason=people.IN_REPLY_TO)
    assert (await look(desk, customer_id))["verified"] is False


async def test_an_account_is_shown_by_the_shops_own_id(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    async with inbox.ctx() as ctx:
        found = await identify_customer(
            ctx, "account", f"{uuid7()}:customer:42", reason=visitors.VERIFIED_REASON
        )
        assert await find_identity(ctx, "account", "customer:42") is None
    (account,) = (await look(desk, found.customer_id))["identities"]
    assert (account["value"], account["verified"]) == ("customer:42", True)


def test_every_reason_is_named() -> None:
    ours = {
        *(getattr(visitors, name) for name in ("VERIFIED_REASON", "VISITOR_REASON", "CLAIM_REASON")),
        *(value for name, value in vars(people).items() if name.isupper() and isinstance(value, str)),
        *HEARSAY,
        "ordered_in_shop",
    }
    assert ours == set(get_args(Reason))
