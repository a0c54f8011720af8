"""The bodies of requests, and answers that no query gives."""

import msgspec

from parley.accounts.models import Me, Workspace


class SignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """E-mail address and password; `workspace` (its slug) for people who work in several."""

    email: str
    password: str
    workspace: str | None = None


class SessionState(msgspec.Struct, kw_only=True):
    """`state` is `setup`, `signed_out`, `totp` or `signed_in`; `csrf` goes into X-CSRF-Token."""

    state: str
    agent: Me | None = None
    workspace: Workspace | None = None
    csrf: str = ""
    version: str
