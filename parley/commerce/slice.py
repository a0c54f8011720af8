"""The commerce slice registers itself."""

from parley.commerce.actions.linking import follow_identity
from parley.commerce.actions.merging import follow_merge
from parley.commerce.connections import ConnectionBook
from parley.commerce.hooks import find_store_hook
from parley.commerce.jobs import register_jobs
from parley.commerce.parts import CommerceParts
from parley.commerce.plugins import load_connectors
from parley.commerce.returning import register_returns
from parley.commerce.rights import PERMISSIONS
from parley.commerce.routes import (
    acts,
    installs,
    limits,
    orders,
    policies,
    policy_pages,
    portal,
    portal_returns,
    products,
    returns,
    stores,
)
from parley.commerce.ruling import register_ruling
from parley.commerce.tracking import register_tracking
from parley.commerce.vocabulary import register_vocabulary
from parley.facts.customers import (
    CustomersMerged,
    CustomersUnmerged,
    IdentityAdded,
    IdentityMoved,
    IdentityVerified,
)
from parley.kit.http.hooks import add_receiver
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    runtime.parts["commerce"] = CommerceParts(runtime, ConnectionBook(load_connectors(), runtime.box))
    add_receiver(runtime, find_store_hook)
    register_jobs(runtime)
    register_returns(runtime)
    register_tracking(runtime)
    register_vocabulary(runtime)
    register_ruling(runtime)
    runtime.readers.subscribe("order_links", follow_identity, IdentityAdded, IdentityVerified, IdentityMoved)
    runtime.readers.subscribe("order_links", follow_merge, CustomersMerged, CustomersUnmerged)


COMMERCE = Slice(
    "commerce",
    routes=(
        *stores.ROUTES,
        *installs.ROUTES,
        *products.ROUTES,
        *orders.ROUTES,
        *acts.ROUTES,
        *limits.ROUTES,
        *policies.ROUTES,
        *policy_pages.ROUTES,
        *returns.ROUTES,
        *portal.ROUTES,
        *portal_returns.ROUTES,
    ),
    permissions=PERMISSIONS,
    register=_register,
)
