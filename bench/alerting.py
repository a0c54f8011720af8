"""(j) How fast a furious message reaches a lead: from the widget's `send` to the alert on the lead's socket, under load."""

import asyncio
from time import perf_counter

import msgspec

from bench.cast import make_cast, open_runtime, skip_readers
from bench.reading import percentile
from bench.report import Goal
from bench.servers import Parley
from bench.sockets import ACTIVE, SECONDS, Traffic
from bench.stage import RUNS, Stage
from bench.wire import Socket, encode, open_socket, visitor_address
from parley.kit.ids import uuid7

DATABASE = "bench_alerts"
FURY = "You are thieves! Weeks without an answer, I want my money back NOW!!!"
PER_RUN = 40
ALERT = Goal(2_000.0)


class Alarm(Traffic):
    """Ordinary traffic, and visitors who come only to shout; the time until the lead's desk hears of the alert."""

    def __init__(self) -> None:
        super().__init__()
        self._angry: dict[str, float] = {}
        self._messages: dict[str, float] = {}
        self._place = 10_000
        self.alarms: list[float] = []

    async def shout(self, port: int, key: str, count: int, seconds: float) -> None:
        """Lets new visitors write one furious message each, evenly over the seconds."""
        for _ in range(count):
            self._place += 1
            visitor = await open_socket(
                port,
                f"/widget/socket?channel={key}",
                self._hear_visitor,
                address=visitor_address(self._place),
            )
            visitor.send(encode("hello", v=1, token=None, language="en"))
            await asyncio.sleep(seconds / count)

    async def wait(self, wanted: int) -> None:
        """Waits for the alerts; raises RuntimeError when some never come."""
        for _ in range(300):
            if len(self.alarms) >= wanted:
                return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{len(self.alarms)} of {wanted} alerts arrived")

    def _hear_visitor(self, socket: Socket, text: bytes) -> None:
        if text.startswith(b'{"t":"welcome"'):
            client_id = str(uuid7())
            self._angry[client_id] = perf_counter()
            socket.send(encode("send", id=client_id, text=f"{FURY} [{client_id}]", files=[]))
        elif text.startswith(b'{"t":"ack"'):
            socket.close()

    def _hear_desk(self, socket: Socket, text: bytes) -> None:
        super()._hear_desk(socket, text)
        # The first desk is the owner's, who is told.
        if not self.desks or socket is not self.desks[0] or not text.startswith(b'{"t":"changes"'):
            return
        now, frame = perf_counter(), msgspec.json.decode(text)
        for message in frame["messages"]:
            began = self._angry.get(message["text"][-37:-1])
            if began is not None:
                self._messages[message["id"]] = began
        for fact in frame["facts"]:
            # Random words of the others may sound like a threat, too.
            began = self._messages.get(fact["data"].get("message_id") or "")
            if fact["kind"] == "AlertRaised" and began is not None:
                self.alarms.append((now - began) * 1000)


async def measure_alerts(stage: Stage) -> None:
    """Measures the time to the alert beside fifty conversations."""
    await stage.copy(DATABASE)
    runtime = await open_runtime(stage.cluster.dsn(DATABASE), stage.data)
    cast = await make_cast(runtime, "alerts")
    await skip_readers(runtime)
    await runtime.http.close()
    await runtime.db.close()
    parley = Parley("up", stage.data, database=stage.cluster.dsn(DATABASE))
    parley.start()
    traffic = Alarm()
    runs: list[tuple[float, float]] = []
    try:
        await traffic.open(parley.port, cast)
        await traffic.write(3)
        for _ in range(RUNS):
            traffic.alarms = []
            await asyncio.gather(
                traffic.write(SECONDS), traffic.shout(parley.port, cast.chat_key, PER_RUN, SECONDS)
            )
            await traffic.wait(PER_RUN)
            runs.append((percentile(traffic.alarms, 50), percentile(traffic.alarms, 99)))
            stage.book.say(f"alerts: p50 {runs[-1][0]:.0f} ms, p99 {runs[-1][1]:.0f} ms")
    finally:
        traffic.close()
        parley.stop()
        await stage.cluster.drop(DATABASE)
    for name, place in (("p50", 0), ("p99", 1)):
        stage.book.add(
            f"furious message to the lead's screen, {ACTIVE} conversations, {name}",
            [run[place] for run in runs],
            "ms",
            goal=ALERT if name == "p99" else None,
        )
