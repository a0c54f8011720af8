"""What Parley gives a carrier's connector, for tests: with a clock that stands still and short patience."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from parley.kit.clock import Clock, FixedClock
from parley.kit.outbound import OutboundClient, Times

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class CarrierLink:
    """What Parley gives a connector, with short patience."""

    def __init__(self, patience: float = 0.4) -> None:
        self.connection_id = UUID(int=8)
        self.fixed = FixedClock(NOW)
        self.clock: Clock = self.fixed
        self.http = OutboundClient(
            allow=("127.0.0.1",), times=Times(connect=2, read=patience, total=patience * 10), clock=self.clock
        )
        self.hook_url = "https://desk.example/hooks/8"
        self.position: dict[str, Any] = {}
        self.secrets: list[tuple[str, str]] = []

    async def load_position(self) -> dict[str, Any]:
        return self.position

    async def save_position(self, position: dict[str, Any]) -> None:
        self.position = position

    async def save_secret(self, name: str, value: str) -> None:
        self.secrets.append((name, value))
