"""The customers slice registers itself."""

from parley.customers.rights import PERMISSIONS
from parley.customers.routes import customers, merging
from parley.customers.subscribers import register_subscribers
from parley.customers.vocabulary import register_vocabulary
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    register_subscribers(runtime)
    register_vocabulary(runtime)


CUSTOMERS = Slice(
    "customers",
    routes=(*customers.ROUTES, *merging.ROUTES),
    permissions=PERMISSIONS,
    register=_register,
)
