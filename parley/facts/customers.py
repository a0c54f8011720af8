"""Facts of the customers slice. Values that are personal appear as ids of versioned rows."""

from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class CustomerCreated(Fact, frozen=True, kw_only=True):
    """Somebody wrote for the first time, or was entered by hand; `fields` as in CustomerChanged."""

    subject = "customer_id"
    customer_id: UUID
    fields: dict[str, object]


class CustomerChanged(Fact, frozen=True, kw_only=True):
    """Fields of a customer changed; `previous` holds what they were."""

    subject = "customer_id"
    customer_id: UUID
    changes: dict[str, object]
    previous: dict[str, object]


class IdentityAdded(Fact, frozen=True, kw_only=True):
    """An address, visitor or account was found to belong to a customer, with the reason."""

    subject = "customer_id"
    customer_id: UUID
    identity_id: UUID
    kind: str
    verified: bool
    reason: str


class IdentityVerified(Fact, frozen=True, kw_only=True):
    """An identity that was only claimed is now proven."""

    subject = "customer_id"
    customer_id: UUID
    identity_id: UUID
    reason: str


class IdentityMoved(Fact, frozen=True, kw_only=True):
    """An identity turned out to belong to another customer."""

    subject = "customer_id"
    customer_id: UUID
    previous_customer_id: UUID
    identity_id: UUID
    reason: str


class CustomersMerged(Fact, frozen=True, kw_only=True):
    """Two customers turned out to be one: `customer_id` is part of `into_id` from now on."""

    subject = "customer_id"
    customer_id: UUID
    into_id: UUID
    merge_id: UUID
    automatic: bool
    reason: str


class CustomersUnmerged(Fact, frozen=True, kw_only=True):
    """They are two after all: `customer_id` has what was moved to `into_id` back."""

    subject = "customer_id"
    customer_id: UUID
    into_id: UUID
    merge_id: UUID


register_facts(
    CustomerCreated,
    CustomerChanged,
    IdentityAdded,
    IdentityVerified,
    IdentityMoved,
    CustomersMerged,
    CustomersUnmerged,
)
