"""The customers slice registers itself."""

from parley.customers.rights import PERMISSIONS
from parley.customers.routes import customers, merging
from parley.customers.subscribers import register_subscribers
from parley.kit.slices import Slice

CUSTOMERS = Slice(
    "customers",
    routes=(*customers.ROUTES, *merging.ROUTES),
    permissions=PERMISSIONS,
    register=register_subscribers,
)
