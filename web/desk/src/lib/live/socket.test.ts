import type { ServerFrame } from "@parley/client/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveSocket, pickDelay } from "./socket";

/** Stands in for the browser's socket; the test plays the server. */
class FakeSocket {
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.drop(1000);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const newest = (): FakeSocket => FakeSocket.made.at(-1)!;
const changes = (cursor: string): ServerFrame => ({ t: "changes", cursor, facts: [], conversations: [], messages: [] });

describe("LiveSocket", () => {
  const handlers = { onFrame: vi.fn<(frame: ServerFrame) => void>(), onReset: vi.fn<() => void>(), onSignedOut: vi.fn<() => void>() };
  let socket: LiveSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.made = [];
    Object.values(handlers).forEach((handler) => handler.mockReset());
    socket = new LiveSocket("ws://test/live", handlers);
    socket.start();
    newest().open();
  });

  afterEach(() => {
    socket.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("takes what was fetched before the first connection for out of date", () => {
    newest().say({ t: "ready", cursor: "5", reset: false });
    expect(handlers.onReset).toHaveBeenCalledTimes(1);
    expect(socket.state.get()).toBe("online");
  });

  it("resumes after the last change it has seen", () => {
    newest().say({ t: "ready", cursor: "5", reset: false });
    newest().say(changes("7"));
    newest().drop(1006);
    expect(socket.state.get()).toBe("offline");
    vi.advanceTimersByTime(30_000);
    expect(FakeSocket.made).toHaveLength(2);
    newest().open();
    expect(newest().sent[0]).toEqual({ t: "hello", after: "7" });
    newest().say({ t: "ready", cursor: "9", reset: false });
    expect(handlers.onReset).toHaveBeenCalledTimes(1);
    newest().say({ t: "ready", cursor: "11", reset: true });
    expect(handlers.onReset).toHaveBeenCalledTimes(2);
  });

  it("does not move on over a change that failed", () => {
    newest().say({ t: "ready", cursor: "5", reset: false });
    handlers.onFrame.mockImplementationOnce(() => {
      throw new Error("broken");
    });
    expect(() => newest().say(changes("7"))).toThrow("broken");
    newest().drop(1006);
    vi.advanceTimersByTime(30_000);
    newest().open();
    expect(newest().sent[0]).toEqual({ t: "hello", after: "5" });
  });

  it("tells again what is being looked at", () => {
    newest().say({ t: "ready", cursor: "5", reset: false });
    socket.send({ t: "viewing", conversation: "c1" });
    newest().drop(1012);
    vi.advanceTimersByTime(30_000);
    newest().open();
    newest().say({ t: "ready", cursor: "5", reset: false });
    expect(newest().sent).toContainEqual({ t: "viewing", conversation: "c1" });
  });

  it("stops trying when the session has ended", () => {
    newest().drop(4401);
    expect(handlers.onSignedOut).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("drops a connection that has gone silent", () => {
    newest().say({ t: "ready", cursor: "5", reset: false });
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.made.length).toBeGreaterThan(1);
  });
});

describe("pickDelay", () => {
  it("grows to half a minute and is never none", () => {
    expect(pickDelay(0, 0)).toBe(250);
    expect(pickDelay(0, 1)).toBe(500);
    expect(pickDelay(20, 1)).toBe(30_000);
  });
});
