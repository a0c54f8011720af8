/** One socket that comes back by itself: back-off, pings, sleep, network changes. Knows nothing about messages. */
import { backoff } from "./backoff";
import { CLOSE } from "./protocol";
import type { ClientFrame, ServerFrame } from "./protocol";
import { parseFrame } from "./reading";
import type { Phase } from "./state";

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

/** Everything that is not pure, so that tests can turn the clock and cut the wire. Times are milliseconds. */
export interface World {
  now(): number;
  random(): number;
  setTimeout(fn: () => void, ms: number): number;
  clearTimeout(id: number): void;
  openSocket(): SocketLike;
}

export interface ConnectionEvents {
  hello(): ClientFrame;
  frame(frame: ServerFrame): void;
  phase(phase: Phase): void;
  /** The server closed the socket with this code. */
  closed(code: number): void;
  /** Every few seconds while somebody wants the connection. */
  tick(): void;
}

export interface Connection {
  /** Connects if it is not connected; a connection that looks alive is asked whether it is. */
  wake(): void;
  /** Closes and connects anew, with a new hello. */
  restart(): void;
  stop(): void;
  /** False when there is no open connection; nothing is queued here. */
  send(frame: ClientFrame): boolean;
  /** The network is known to be gone: no need to wait for a time-out. */
  lost(): void;
}

export const TICK_MS = 5_000;
export const QUIET_MS = 25_000;
export const PONG_MS = 8_000;
export const PROBE_MS = 3_000;
export const WELCOME_MS = 10_000;
export const ANSWER_MS = 10_000;
/** What the server always answers; its silence says as much as that after a ping. */
const ANSWERED: readonly ClientFrame["t"][] = ["send", "email", "rate", "history"];
/** A connection that lived this long was a good one: the next failure starts from the shortest wait again. */
const STABLE_MS = 5_000;
const TOO_FAST_MS = 5_000;

/** Makes a connection that does nothing until it is woken. */
export function openConnection(world: World, on: ConnectionEvents): Connection {
  let socket: SocketLike | null = null;
  let phase: Phase = "idle";
  let attempt = 0;
  let openedAt = 0;
  let heardAt = 0;
  let tickedAt = 0;
  let deadline = Infinity;
  let retry = 0;
  let ticker = 0;

  const enter = (next: Phase): void => {
    if (phase !== next) on.phase((phase = next));
  };
  const write = (frame: ClientFrame): void => socket?.send(JSON.stringify(frame));

  function drop(): void {
    if (!socket) return;
    const old = socket;
    socket = null;
    // A dead socket may take minutes to close; nothing it still says counts.
    old.onopen = old.onmessage = old.onclose = null;
    old.close();
  }

  function wait(code: number): void {
    drop();
    if (code === CLOSE.refused || code === CLOSE.unknown) { stop("refused"); return; }
    if (code === CLOSE.restart || (phase === "open" && world.now() - openedAt >= STABLE_MS)) attempt = 0;
    deadline = Infinity;
    const slow = code === CLOSE.tooFast || code === CLOSE.badFrame ? TOO_FAST_MS : 0;
    enter("waiting");
    world.clearTimeout(retry);
    retry = world.setTimeout(connect, slow + backoff(attempt++, world.random()));
  }

  function connect(): void {
    world.clearTimeout(retry);
    drop();
    enter("connecting");
    deadline = world.now() + WELCOME_MS;
    let mine: SocketLike;
    try {
      mine = socket = world.openSocket();
    } catch {
      wait(0); return;
    }
    mine.onopen = () => write(on.hello());
    mine.onclose = (event) => {
      on.closed(event.code);
      wait(event.code);
    };
    mine.onmessage = (event) => hear(parseFrame(event.data));
    if (!ticker) tick();
  }

  function hear(frame: ServerFrame | null): void {
    heardAt = world.now();
    if (phase === "open") deadline = Infinity;
    if (!frame || frame.t === "pong") return;
    if (frame.t === "welcome") {
      openedAt = heardAt;
      deadline = Infinity;
      phase = "open";
    }
    on.frame(frame);
  }

  function listen(ms: number): void {
    deadline = Math.min(deadline, world.now() + ms);
    world.setTimeout(check, ms + 1);
  }

  function probe(ms: number): void {
    listen(ms);
    write({ t: "ping" });
  }

  function check(): void {
    if (socket && world.now() >= deadline) wait(0);
  }

  function tick(): void {
    const now = world.now();
    const slept = ticker !== 0 && now - tickedAt > 3 * TICK_MS;
    tickedAt = now;
    ticker = world.setTimeout(tick, TICK_MS);
    check();
    if (slept) wake();
    else if (phase === "open" && deadline === Infinity && now - heardAt >= QUIET_MS) probe(PONG_MS);
    on.tick();
  }

  function wake(): void {
    if (phase === "refused") return;
    check();
    if (phase === "open") {
      if (world.now() - heardAt > 1_000) probe(PROBE_MS);
    } else if (phase !== "connecting") {
      connect();
    }
  }

  function stop(last: Phase = "idle"): void {
    drop();
    world.clearTimeout(retry);
    world.clearTimeout(ticker);
    ticker = 0;
    attempt = 0;
    deadline = Infinity;
    enter(last);
  }

  return {
    wake,
    restart: () => {
      attempt = 0;
      connect();
    },
    stop: () => stop(),
    send(frame) {
      if (phase !== "open" || !socket) return false;
      if (ANSWERED.includes(frame.t)) listen(ANSWER_MS);
      write(frame);
      return true;
    },
    lost: () => {
      if (socket) wait(0);
    },
  };
}
