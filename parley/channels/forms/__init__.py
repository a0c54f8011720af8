"""The contact form: what may be sent, how it becomes a conversation, the hosted page."""
