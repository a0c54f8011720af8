"""A channel in memory."""

from typing import Any
from uuid import UUID

import msgspec

from parley.channels.ports import Capabilities


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with its settings read and its secrets opened; never sent to anybody."""

    workspace_id: UUID
    id: UUID
    plugin: str
    kind: str
    name: str
    address: str
    public_key: str
    brand_id: UUID | None
    state: str
    error: str
    settings: Any
    capabilities: Capabilities
