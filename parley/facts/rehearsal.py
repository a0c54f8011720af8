"""Facts of the rehearsal slice."""

from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class RehearsalProgressed(Fact, frozen=True, kw_only=True):
    """A rehearsal moved on; `state` is queued, running, done, failed or cancelled. Counts are facts of the past."""

    subject = "rehearsal_id"
    rehearsal_id: UUID
    state: str
    done: int
    total: int


register_facts(RehearsalProgressed)
