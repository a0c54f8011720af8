"""The slices of this installation, from the bottom up."""

from parley.accounts.slice import ACCOUNTS
from parley.automation.slice import AUTOMATION
from parley.channels.slice import CHANNELS
from parley.conversations.slice import CONVERSATIONS
from parley.customers.slice import CUSTOMERS
from parley.kit.slices import Slice

SLICES: tuple[Slice, ...] = (ACCOUNTS, CUSTOMERS, CONVERSATIONS, CHANNELS, AUTOMATION)
