"""The slices of this installation, from the bottom up."""

from parley.accounts.slice import ACCOUNTS
from parley.assistant.slice import ASSISTANT
from parley.automation.slice import AUTOMATION
from parley.channels.slice import CHANNELS
from parley.commerce.slice import COMMERCE
from parley.conversations.slice import CONVERSATIONS
from parley.customers.slice import CUSTOMERS
from parley.kit.slices import Slice
from parley.outreach.slice import OUTREACH
from parley.rehearsal.slice import REHEARSAL

SLICES: tuple[Slice, ...] = (
    ACCOUNTS,
    CUSTOMERS,
    COMMERCE,
    CONVERSATIONS,
    CHANNELS,
    AUTOMATION,
    ASSISTANT,
    OUTREACH,
    REHEARSAL,
)
