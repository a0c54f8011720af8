"""(b) Ten thousand idle widgets on one process, and how fast messages reach the agents beside them."""

import asyncio
import contextlib
import multiprocessing
import random
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import msgspec

from bench.cast import Cast, make_cast, open_runtime, skip_readers
from bench.reading import percentile
from bench.report import Book, Goal
from bench.servers import Parley
from bench.stage import RUNS, Meter, Stage
from bench.texts import Writer
from bench.usage import raise_file_limit, read_rss
from bench.wire import Socket, encode, open_socket, visitor_address
from parley.kit.ids import uuid7

DATABASE = "bench_sockets"
IDLE = 10_000
OPENING = 100
ACTIVE = 50
DESKS = 5
SECONDS = 12.0
PAUSE = 2.0
PING_SECONDS = 25.0
PER_SOCKET = Goal(40.0)
DELIVERY = Goal(100.0)


def hold_idle(port: int, key: str, places: range, pipe: Connection) -> None:
    """Runs in a process of its own: opens a widget for each place, pings as they do, until told to end."""
    # Ctrl-C reaches the whole group; who started this process ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise_file_limit(len(places) + 200)
    asyncio.run(_hold(port, key, places, pipe))


async def _hold(port: int, key: str, places: range, pipe: Connection) -> None:
    sockets: list[Socket] = []
    welcomed, count, moved = 0, len(places), asyncio.Event()

    def hear(_: Socket, text: bytes) -> None:
        nonlocal welcomed
        if text.startswith(b'{"t":"welcome"'):
            welcomed += 1
            moved.set()

    hello = encode("hello", v=1, token=None, language="en", zone="Europe/Lisbon")
    path = f"/widget/socket?channel={key}"
    for start in range(0, count, OPENING):
        opened = await asyncio.gather(
            *(
                open_socket(port, path, hear, address=visitor_address(place))
                for place in places[start : start + OPENING]
            )
        )
        for socket in opened:
            socket.send(hello)
        sockets += opened
        while welcomed < len(sockets):
            moved.clear()
            await asyncio.wait_for(moved.wait(), 30)
    pipe.send(welcomed)
    ping, place = encode("ping"), 0
    # Widgets ping after so many seconds of silence; theirs are spread evenly, as arrivals are.
    slice_size = max(1, int(count / PING_SECONDS / 10))
    while not pipe.poll():
        for socket in sockets[place : place + slice_size]:
            socket.send(ping)
        place = (place + slice_size) % count
        await asyncio.sleep(0.1)
    pipe.send(sum(1 for socket in sockets if socket.closed))
    for socket in sockets:
        socket.close()


class Traffic:
    """Shoppers who write now and then, and desks that see it; the time between is measured in one process."""

    def __init__(self, seed: int = 5) -> None:
        self._random = random.Random(seed)
        self._writer = Writer(self._random)
        self._sent: dict[str, float] = {}
        self._texts: dict[str, str] = {}
        self._ready = 0
        self.shoppers: list[Socket] = []
        self.desks: list[Socket] = []
        self.delays: list[float] = []
        self.acks: list[float] = []
        self.problems: list[str] = []
        self._pinging: asyncio.Task[None] | None = None

    async def open(self, port: int, cast: Cast) -> None:
        """Opens the desks and the shoppers' widgets; every shopper begins a conversation."""
        for session in cast.sessions[:DESKS]:
            desk = await open_socket(
                port, "/api/v1/live", self._hear_desk, headers={"Cookie": f"parley_session={session}"}
            )
            desk.send(encode("hello"))
            self.desks.append(desk)
        for number in range(ACTIVE):
            shopper = await open_socket(
                port,
                f"/widget/socket?channel={cast.chat_key}",
                self._hear_shopper,
                address=visitor_address(number),
            )
            shopper.send(encode("hello", v=1, token=None, language="en"))
            self.shoppers.append(shopper)
        await self._until_ready()
        self._pinging = asyncio.create_task(self._ping())
        for shopper in self.shoppers:
            self._write(shopper)
            await asyncio.sleep(0.02)
        await asyncio.sleep(2)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            for socket in (*self.shoppers, *self.desks):
                socket.send(encode("ping"))

    async def _until_ready(self) -> None:
        for _ in range(500):
            if self._ready >= ACTIVE + DESKS:
                return
            await asyncio.sleep(0.02)
        raise RuntimeError(f"only {self._ready} of {ACTIVE + DESKS} were welcomed")

    def _write(self, shopper: Socket) -> None:
        client_id = str(uuid7())
        text = f"{self._writer.write('en', None)} [{client_id}]"
        self._sent[client_id] = perf_counter()
        shopper.send(encode("send", id=client_id, text=text, files=[]))

    def _hear_shopper(self, socket: Socket, text: bytes) -> None:
        if text.startswith(b'{"t":"welcome"'):
            self._ready += 1
        elif text.startswith(b'{"t":"ack"'):
            ack = msgspec.json.decode(text)
            began = self._sent.get(ack["id"])
            if began is not None:
                self.acks.append((perf_counter() - began) * 1000)
        elif text.startswith(b'{"t":"reject"') or socket.closed:
            self.problems.append(text[:200].decode(errors="replace"))

    def _hear_desk(self, _: Socket, text: bytes) -> None:
        if text.startswith(b'{"t":"ready"'):
            self._ready += 1
            return
        if not text.startswith(b'{"t":"changes"'):
            return
        now = perf_counter()
        for message in msgspec.json.decode(text)["messages"]:
            client_id = message["text"][-37:-1]
            began = self._sent.get(client_id)
            if message["direction"] == "in" and began is not None:
                self.delays.append((now - began) * 1000)

    async def write(self, seconds: float) -> int:
        """Lets the shoppers write for some seconds, each about every two; gives how many messages that were."""
        self.delays, self.acks = [], []
        ends = perf_counter() + seconds
        counts = await asyncio.gather(*(self._chat(shopper, ends) for shopper in self.shoppers))
        wanted = sum(counts) * DESKS
        # What comes late counts as late; only what never comes is a mistake.
        for _ in range(150):
            if len(self.delays) >= wanted:
                break
            await asyncio.sleep(0.1)
        closed = [socket.closed for socket in (*self.shoppers, *self.desks) if socket.closed]
        if len(self.delays) < wanted or self.problems:
            raise RuntimeError(
                f"{len(self.delays)} of {wanted} deliveries arrived; {self.problems[:2]}, closed {closed[:5]}"
            )
        return sum(counts)

    async def _chat(self, shopper: Socket, ends: float) -> int:
        count = 0
        await asyncio.sleep(self._random.random() * PAUSE)
        while perf_counter() < ends:
            self._write(shopper)
            count += 1
            await asyncio.sleep(PAUSE * (0.5 + self._random.random()))
        return count

    def close(self) -> None:
        """Hangs all up."""
        if self._pinging is not None:
            self._pinging.cancel()
        for socket in (*self.shoppers, *self.desks):
            socket.close()


async def measure_sockets(stage: Stage) -> None:
    """Measures the memory of idle sockets, and deliveries without and with them."""
    await stage.copy(DATABASE)
    dsn = stage.cluster.dsn(DATABASE)
    runtime = await open_runtime(dsn, stage.data)
    cast = await make_cast(runtime, "sockets")
    await skip_readers(runtime)
    await runtime.http.close()
    await runtime.db.close()
    parley = Parley("up", stage.data, database=dsn)
    parley.start()
    traffic, holders = Traffic(), Holders()
    try:
        await traffic.open(parley.port, cast)
        await traffic.write(3)
        before = read_rss(parley.pid)
        stage.book.say("deliveries without idle sockets")
        alone = await _measure_traffic(traffic, stage.book)
        stage.book.say(f"opening {IDLE:,} sockets")
        per_socket = await holders.open(parley, cast.chat_key, before)
        meter = Meter(parley.pid, stage.cluster.pid)
        stage.book.say("deliveries beside them")
        beside = await meter.during(_measure_traffic(traffic, stage.book))
        left = await holders.close()
    finally:
        traffic.close()
        await holders.close()
        parley.stop()
        await stage.cluster.drop(DATABASE)
    book = stage.book
    book.add("memory of an idle socket", per_socket, "kB", goal=PER_SOCKET)
    for name, place in (("p50", 0), ("p99", 1)):
        book.add(f"shopper to agent, {ACTIVE} conversations, {name}", [run[place] for run in alone], "ms")
        book.add(
            f"shopper to agent beside {IDLE:,} idle sockets, {name}",
            [run[place] for run in beside],
            "ms",
            against=f"shopper to agent, {ACTIVE} conversations, {name}",
            goal=DELIVERY if name == "p99" else None,
        )
    book.note(
        f"sockets: the process used {meter.total.web / meter.seconds:.2f} cores with {IDLE:,} idle sockets and "
        f"{ACTIVE / PAUSE:.0f} messages a second; {left} idle sockets were lost; others used {meter.noise:.2f} cores"
    )


async def _measure_traffic(traffic: Traffic, book: Book) -> list[tuple[float, float]]:
    runs = []
    for _ in range(RUNS):
        await traffic.write(SECONDS)
        runs.append((percentile(traffic.delays, 50), percentile(traffic.delays, 99)))
        book.say(f"deliveries: p50 {runs[-1][0]:.0f} ms, p99 {runs[-1][1]:.0f} ms")
    return runs


class Holders:
    """The process that holds the idle widgets, opened in five steps so that the memory is read five times."""

    def __init__(self) -> None:
        self._running: list[tuple[Any, Connection]] = []

    async def open(self, parley: Parley, key: str, before: int) -> Sequence[float]:
        """Opens the widgets and gives the kilobytes that each one of every step cost."""
        context = multiprocessing.get_context("spawn")
        per_socket, share = [], IDLE // RUNS
        for step in range(1, RUNS + 1):
            ours, theirs = context.Pipe()
            places = range(step * share, (step + 1) * share)
            process = context.Process(target=hold_idle, args=(parley.port, key, places, theirs), daemon=True)
            process.start()
            self._running.append((process, ours))
            welcomed = await asyncio.to_thread(ours.recv)
            if welcomed != share:
                raise RuntimeError(f"only {welcomed} idle widgets were welcomed")
            await asyncio.sleep(2)
            now = read_rss(parley.pid)
            per_socket.append((now - before) / 1000 / share)
            before = now
        return per_socket

    async def close(self) -> int:
        """Ends them and gives how many had lost their connection."""
        lost = 0
        for process, pipe in self._running:
            with contextlib.suppress(OSError, EOFError):
                pipe.send("end")
                if await asyncio.to_thread(pipe.poll, 10):
                    lost += pipe.recv()
            process.join(5)
            process.kill()
        self._running.clear()
        return lost
