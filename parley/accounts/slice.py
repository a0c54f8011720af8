"""Registers the accounts slice."""

from parley.accounts.authentication import SessionAuthenticator
from parley.accounts.guards import PART, Guards
from parley.accounts.rights import PERMISSIONS
from parley.accounts.routes import me, session
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def register(runtime: Runtime) -> None:
    """Fills the runtime's registries; needs `runtime.parts["permissions"]`."""
    runtime.parts["authenticator"] = SessionAuthenticator(runtime.parts["permissions"])
    runtime.parts[PART] = Guards()


ACCOUNTS = Slice(
    "accounts",
    routes=(session.get_session, session.create_session, session.delete_session, me.read_me),
    permissions=PERMISSIONS,
    register=register,
)
