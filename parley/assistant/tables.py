"""Tables of the assistant slice."""

from sqlalchemy import Index

from parley.kit.schema import doc, flag, num, reference, txt, uid, when, workspace_table

# What a model made of a message. `entities` quote the text and are emptied when it is redacted or erased.
understandings = workspace_table(
    "understandings",
    uid("message_id"),
    uid("conversation_id"),
    txt("model"),
    txt("language", null=True),
    txt("sentiment"),
    flag("urgent"),
    flag("threatening"),
    doc("intents", default="[]"),
    doc("entities", default="[]"),
    doc("reasons", default="[]"),
    num("micros", default=0),
    when("at"),
    reference("message_id", "messages"),
    reference("conversation_id", "conversations"),
    key=("message_id",),
)
Index("ix_understandings_conversation", understandings.c.workspace_id, understandings.c.conversation_id)
