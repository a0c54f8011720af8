"""What the slice does when it reads the log: it keeps its search index."""

from parley.customers.actions.indexing import index_customer
from parley.facts.customers import CustomerChanged, CustomerCreated, IdentityAdded, IdentityMoved
from parley.kit.runtime import Runtime


def register_subscribers(runtime: Runtime) -> None:
    """Adds the readers of the slice."""
    runtime.readers.subscribe(
        "customer_search", index_customer, CustomerCreated, CustomerChanged, IdentityAdded, IdentityMoved
    )
