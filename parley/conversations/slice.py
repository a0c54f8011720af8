"""The conversations slice registers itself."""

from parley.conversations.acts import register_acts
from parley.conversations.forms import register_forms
from parley.conversations.jobs import register_jobs
from parley.conversations.live import build_enricher
from parley.conversations.merging_acts import register_merging_acts
from parley.conversations.queries.customers import CustomerConversations
from parley.conversations.rights import PERMISSIONS
from parley.conversations.routes import (
    acts,
    bulk,
    conversations,
    exports,
    files,
    joins,
    messages,
    search,
    starting,
    views,
)
from parley.conversations.subscribers import register_subscribers
from parley.conversations.vocabulary import register_vocabulary
from parley.customers.ports import CONVERSATIONS as CONVERSATIONS_OF_CUSTOMERS
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    runtime.parts[CONVERSATIONS_OF_CUSTOMERS] = CustomerConversations()
    runtime.hub.enrich(build_enricher(runtime))
    register_jobs(runtime)
    register_acts(runtime)
    register_merging_acts(runtime)
    register_vocabulary(runtime)
    register_forms(runtime)
    register_subscribers(runtime)


CONVERSATIONS = Slice(
    "conversations",
    routes=(
        *conversations.ROUTES,
        *messages.ROUTES,
        *acts.ROUTES,
        *starting.ROUTES,
        *bulk.ROUTES,
        *views.ROUTES,
        *exports.ROUTES,
        *search.ROUTES,
        *files.ROUTES,
        *joins.ROUTES,
    ),
    permissions=PERMISSIONS,
    register=_register,
)
