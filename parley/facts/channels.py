"""Facts of the channels slice."""

from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class ChannelChanged(Fact, frozen=True, kw_only=True):
    """A channel was created, changed, paused, broken, mended or removed."""

    subject = "channel_id"
    channel_id: UUID
    act: str


class ItemQuarantined(Fact, frozen=True, kw_only=True):
    """Something arrived that could not be read; it is kept for an admin."""

    subject = "channel_id"
    channel_id: UUID
    item_id: UUID


register_facts(ChannelChanged, ItemQuarantined)
