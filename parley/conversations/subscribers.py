"""What the inbox does when it reads the log: it keeps its search index."""

from parley.conversations.actions.indexing import index_message
from parley.facts.conversations import MessagePosted, MessageReceived, MessageRedacted, NoteAdded
from parley.kit.runtime import Runtime


def register_subscribers(runtime: Runtime) -> None:
    """Adds the readers of the slice."""
    runtime.readers.subscribe(
        "search", index_message, MessageReceived, MessagePosted, NoteAdded, MessageRedacted
    )
