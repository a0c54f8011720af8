/** A world for tests: a clock that is turned by hand, wires that can be cut, a storage that several tabs share. */
import type { ClientWorld } from "../client";
import type { SocketLike } from "../connection";
import type { Store } from "../store";

/** A small generator (mulberry32), so that a failing run can be repeated from its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Clock {
  now = 1_800_000_000_000;
  private next = 1;
  private readonly timers = new Map<number, { at: number; fn: () => void }>();

  setTimeout = (fn: () => void, ms: number): number => {
    this.timers.set(this.next, { at: this.now + ms, fn });
    return this.next++;
  };

  clearTimeout = (id: number): void => {
    this.timers.delete(id);
  };

  /** Runs what is due within `ms`, in order; `between` runs after each timer. */
  advance(ms: number, between: () => void = () => undefined): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].fn();
      between();
    }
    this.now = end;
  }

  /** The device sleeps: time passes and no timer runs. */
  sleep(ms: number): void {
    this.now += ms;
  }
}

/** One connection as the test sees it: what is on the way in both directions, delivered piece by piece. */
export class Wire implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly up: string[] = [];
  readonly down: string[] = [];
  opened = false;
  /** The client has closed it or it has been cut. */
  gone = false;
  /** Cut without a word: nothing arrives any more and nobody is told. */
  silent = false;

  send(data: string): void {
    if (!this.gone) this.up.push(data);
  }

  close(): void {
    this.gone = true;
  }

  open(): void {
    this.opened = true;
    this.onopen?.();
  }

  cut(code: number): void {
    this.gone = true;
    this.onclose?.({ code });
  }
}

/** One storage that several tabs share; a change is told to the other tabs when `tell` is called. */
export class SharedStorage {
  readonly data = new Map<string, string>();
  private readonly watchers = new Map<object, (key: string | null) => void>();
  private readonly untold: { from: object; key: string | null }[] = [];

  forTab(tab: object): Store {
    const { data, watchers, untold } = this;
    const store: Store = {
      get: (key) => data.get(key) ?? null,
      set: (key, value) => {
        data.set(key, value);
        untold.push({ from: tab, key });
      },
      remove: (key) => {
        if (data.delete(key)) untold.push({ from: tab, key });
      },
      keys: (prefix) => [...data.keys()].filter((key) => key.startsWith(prefix)).sort(),
      clear: () => {
        for (const key of [...data.keys()]) store.remove(key);
      },
      keep: () => "",
      watch: (fn) => watchers.set(tab, fn),
    };
    return store;
  }

  close(tab: object): void {
    this.watchers.delete(tab);
  }

  tell(): void {
    for (const { from, key } of this.untold.splice(0))
      for (const [tab, watcher] of [...this.watchers]) if (tab !== from) watcher(key);
  }
}

/** Whether the page still exists: the timers of a killed one never run. */
export interface Life {
  alive: boolean;
}

/** A client's world on this clock; sockets are handed to `connect`. */
export function buildWorld(clock: Clock, random: () => number, life: Life, connect: (wire: Wire) => void): ClientWorld {
  return {
    now: () => clock.now,
    random,
    setTimeout: (fn, ms) => clock.setTimeout(() => life.alive && fn(), ms),
    clearTimeout: clock.clearTimeout,
    openSocket: () => {
      const wire = new Wire();
      connect(wire);
      return wire;
    },
    uuid: () => `c-${Array.from({ length: 4 }, () => Math.floor(random() * 65536).toString(16)).join("")}`,
  };
}
