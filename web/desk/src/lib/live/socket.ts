import type { ClientFrame, ServerFrame } from "@parley/client/types";

import { createStore } from "@/lib/store";

export type LiveState = "connecting" | "online" | "offline" | "stopped";

type Handlers = {
  /** Called for each frame; the cursor moves on only after it returns. */
  onFrame: (frame: ServerFrame) => void;
  /** What was fetched so far may be out of date: the server no longer serves our cursor, or we had none. */
  onReset: () => void;
  /** The session has ended. */
  onSignedOut: () => void;
};

const SIGNED_OUT = 4401;
const PING_EVERY = 25_000;
const SILENT_FOR = 40_000;

/** The wait before the next try: full jitter, half a second to half a minute. */
export function pickDelay(tries: number, random: number): number {
  const most = Math.min(30_000, 500 * 2 ** Math.min(tries, 8));
  return Math.max(250, Math.round(random * most));
}

/** One connection that comes back by itself and catches up from the last cursor it has seen. */
export class LiveSocket {
  readonly state = createStore<LiveState>("connecting");
  /** When the connection was lost; null while there is one. */
  readonly lostAt = createStore<number | null>(null);
  private readonly url: string;
  private readonly handlers: Handlers;
  private socket: WebSocket | null = null;
  private cursor: string | null = null;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pulse: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private viewing: string | null = null;

  constructor(url: string, handlers: Handlers) {
    this.url = url;
    this.handlers = handlers;
  }

  start(): void {
    addEventListener("online", this.wake);
    addEventListener("offline", this.cut);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  stop(): void {
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.cut);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.retry);
    clearInterval(this.pulse);
    this.state.set("stopped");
    this.socket?.close();
    this.socket = null;
  }

  /** Sends at once or not at all: what is said here is only true now. */
  send(frame: ClientFrame): void {
    if (frame.t === "viewing") this.viewing = frame.conversation;
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private readonly wake = (): void => {
    if (document.visibilityState === "hidden" || this.state.get() === "stopped") return;
    if (this.state.get() === "online") this.send({ t: "ping" });
    else this.connect();
  };

  /** The browser says that the network is gone: it will be long until the socket notices. */
  private readonly cut = (): void => {
    this.socket?.close();
  };

  private connect(): void {
    clearTimeout(this.retry);
    this.socket?.close();
    const query = this.cursor === null ? "" : `?after=${encodeURIComponent(this.cursor)}`;
    const socket = new WebSocket(`${this.url}${query}`);
    this.socket = socket;
    this.state.set((old) => (old === "offline" ? old : "connecting"));
    socket.onopen = () => this.send({ t: "hello", after: this.cursor });
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(JSON.parse(String(event.data)) as ServerFrame);
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.lose(event.code);
    };
  }

  private receive(frame: ServerFrame): void {
    this.heardAt = Date.now();
    if (frame.t === "ready") {
      this.tries = 0;
      // What was fetched before the first connection stood may have missed a change in between.
      if (frame.reset || this.cursor === null) this.handlers.onReset();
      this.cursor = frame.cursor;
      this.state.set("online");
      this.lostAt.set(null);
      if (this.viewing !== null) this.send({ t: "viewing", conversation: this.viewing });
      clearInterval(this.pulse);
      this.pulse = setInterval(() => this.check(), PING_EVERY);
      return;
    }
    this.handlers.onFrame(frame);
    if (frame.t === "changes") this.cursor = frame.cursor;
  }

  private check(): void {
    if (Date.now() - this.heardAt > SILENT_FOR) this.socket?.close();
    else this.send({ t: "ping" });
  }

  private lose(code: number): void {
    clearInterval(this.pulse);
    this.socket = null;
    if (this.state.get() === "stopped") return;
    this.state.set("offline");
    this.lostAt.set((old) => old ?? Date.now());
    if (code === SIGNED_OUT) {
      this.handlers.onSignedOut();
      return;
    }
    this.retry = setTimeout(() => this.connect(), pickDelay(this.tries, Math.random()));
    this.tries += 1;
  }
}
