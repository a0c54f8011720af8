"""The customers slice registers itself."""

from parley.customers.rights import PERMISSIONS
from parley.kit.slices import Slice

CUSTOMERS = Slice("customers", permissions=PERMISSIONS)
