"""Rate limits: token buckets in memory, generous for people, tight where passwords are tried."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from parley.kit.errors import TooMany


class Limiter:
    """Admits `burst` at once and `rate` a second after that, per key; remembers at most `size` keys."""

    def __init__(
        self, rate: float, burst: int, *, size: int = 50_000, now: Callable[[], float] = monotonic
    ) -> None:
        self.rate = rate
        self.burst = burst
        self._size = size
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> float:
        """Takes from the bucket; gives 0 when admitted, else the seconds to wait."""
        now = self._now()
        level, at = self._buckets.pop(key, (float(self.burst), now))
        level = min(float(self.burst), level + (now - at) * self.rate)
        wait = 0.0 if level >= cost else (cost - level) / self.rate
        self._buckets[key] = (level - cost if wait == 0.0 else level, now)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        return wait

    def check(self, key: str, detail: str = "Too many requests; wait a moment and try again.") -> None:
        """Raises TooMany when the bucket is empty."""
        wait = self.take(key)
        if wait > 0:
            raise TooMany(detail, wait)
