"""The channels slice registers itself."""

from parley.channels.chat.socket import ChatSocket
from parley.channels.chat.subscribers import register_chat_subscribers
from parley.channels.email.joining import join_email
from parley.channels.jobs import register_jobs
from parley.channels.live import enrich_outside_ids
from parley.channels.parts import ChannelParts
from parley.channels.plugins import load_plugins
from parley.channels.queries.channels import ChannelBook
from parley.channels.rights import PERMISSIONS
from parley.channels.routes import channels, forms, oauth, senders, widget
from parley.channels.routes.hooks import find_mail_hook
from parley.kit.http.hooks import add_receiver
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    book = ChannelBook(load_plugins(), runtime.box)
    parts = ChannelParts(runtime, book)
    runtime.parts["channels"] = parts
    runtime.parts["channel_port"] = parts.sending
    runtime.parts["chat_socket"] = ChatSocket(runtime, parts)
    runtime.hub.enrich(enrich_outside_ids)
    register_jobs(runtime)
    add_receiver(runtime, find_mail_hook)
    join_email(runtime, parts)
    register_chat_subscribers(runtime)


CHANNELS = Slice(
    "channels",
    routes=(
        *channels.ROUTES,
        *senders.ROUTES,
        *oauth.ROUTES,
        *forms.ROUTES,
        *widget.ROUTES,
    ),
    permissions=PERMISSIONS,
    register=_register,
)
