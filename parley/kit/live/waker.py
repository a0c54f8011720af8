"""What happens right after a commit that wrote facts or jobs."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.kit.live.bus import Bus
from parley.kit.live.hub import Ephemeral, LiveHub
from parley.kit.log.cursor import Cursor, parse_cursor

if TYPE_CHECKING:
    from parley.kit.log.readers import ReaderLoop


class Nerves:
    """Joins this process's hub and readers with the bus to the other processes."""

    def __init__(self, hub: LiveHub, bus: Bus | None) -> None:
        self._hub = hub
        self._bus = bus
        self.readers: ReaderLoop | None = None
        if bus is not None:
            bus.listen(self._hear)
            bus.reconnected.append(hub.wake_all)

    def wake(self, workspace_id: UUID, upto: Cursor | None, lanes: set[int], jobs: bool) -> None:
        """Wakes live screens, readers and workers here and elsewhere."""
        if upto is not None:
            self._hub.wake(workspace_id, upto)
            if self.readers is not None:
                self.readers.wake(lanes)
        if self._bus is None:
            return
        if jobs:
            self._bus.wake_jobs()
        if upto is not None:
            self._bus.publish({"w": str(workspace_id), "c": str(upto), "l": sorted(lanes)})

    def tell(self, workspace_id: UUID, topic: str, data: dict[str, Any]) -> None:
        """Spreads an ephemeral event (typing, presence) to every process."""
        self._hub.tell(Ephemeral(workspace_id, topic, data))
        if self._bus is not None:
            self._bus.publish({"w": str(workspace_id), "t": topic, "d": data})

    def _hear(self, event: dict[str, Any]) -> None:
        workspace_id = UUID(event["w"])
        if "t" in event:
            self._hub.tell(Ephemeral(workspace_id, event["t"], event["d"]))
            return
        self._hub.wake(workspace_id, parse_cursor(event["c"]))
        if self.readers is not None:
            self.readers.wake(set(event["l"]))
