import { beforeEach, describe, expect, it } from "vitest";

import { backoff, CEILING_MS } from "./backoff";
import { ANSWER_MS, openConnection, PONG_MS, PROBE_MS, QUIET_MS, TICK_MS, WELCOME_MS } from "./connection";
import type { Connection } from "./connection";
import { CLOSE } from "./protocol";
import type { Phase } from "./state";
import { buildWorld, Clock, randomFrom } from "./testing/world";
import type { Wire } from "./testing/world";

let clock: Clock;
let wires: Wire[];
let phases: Phase[];
let connection: Connection;

const last = (): Wire => wires.at(-1)!;
const welcome = (): void => {
  last().open();
  last().onmessage?.({ data: '{"t":"welcome","token":"x"}' });
};

beforeEach(() => {
  clock = new Clock();
  wires = [];
  phases = [];
  connection = openConnection(
    buildWorld(clock, () => 0.5, { alive: true }, (wire) => wires.push(wire)),
    {
      hello: () => ({ t: "typing", on: true }),
      frame: () => undefined,
      phase: (phase) => phases.push(phase),
      closed: () => undefined,
      tick: () => undefined,
    },
  );
});

describe("backoff", () => {
  it("stays between a tenth of a second and the growing step", () => {
    const random = randomFrom(1);
    for (let attempt = 0; attempt < 40; attempt++)
      for (let round = 0; round < 50; round++) {
        const ms = backoff(attempt, random());
        expect(ms).toBeGreaterThanOrEqual(100);
        expect(ms).toBeLessThanOrEqual(Math.min(CEILING_MS, 500 * 2 ** attempt));
      }
  });
});

describe("openConnection", () => {
  it("does nothing until it is wanted", () => {
    clock.advance(60_000);
    expect(wires).toEqual([]);
  });

  it("waits longer after each failure and starts anew after a good connection", () => {
    connection.wake();
    const waits = [0, 1, 2, 3].map(() => {
      last().cut(1006);
      const before = wires.length;
      const from = clock.now;
      while (wires.length === before) clock.advance(10);
      return clock.now - from;
    });
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBeGreaterThan(1_500);
    welcome();
    clock.advance(6_000);
    last().cut(1006);
    clock.advance(310);
    expect(phases.at(-1)).toBe("connecting");
  });

  it("gives up a connection that never welcomes", () => {
    connection.wake();
    last().open();
    clock.advance(WELCOME_MS + TICK_MS);
    expect(wires.length).toBeGreaterThan(1);
    expect(wires[0]!.gone).toBe(true);
  });

  it("asks a quiet connection and leaves it when nothing comes", () => {
    connection.wake();
    welcome();
    clock.advance(QUIET_MS + TICK_MS);
    expect(last().up.at(-1)).toBe('{"t":"ping"}');
    last().onmessage?.({ data: '{"t":"pong"}' });
    clock.advance(PONG_MS + 1_000);
    expect(wires).toHaveLength(1);
    clock.advance(QUIET_MS + TICK_MS + PONG_MS);
    expect(wires[0]!.gone).toBe(true);
  });

  it("takes the silence after something that is answered as a sign", () => {
    connection.wake();
    welcome();
    connection.send({ t: "history", before: "x" });
    clock.advance(ANSWER_MS - 100);
    expect(wires[0]!.gone).toBe(false);
    clock.advance(200);
    expect(wires[0]!.gone).toBe(true);
    expect(wires[0]!.up).not.toContain('{"t":"ping"}');
  });

  it("notices sleep by the clock and asks at once", () => {
    connection.wake();
    welcome();
    clock.advance(TICK_MS);
    clock.sleep(600_000);
    clock.advance(PROBE_MS + 1_000);
    expect(wires[0]!.gone).toBe(true);
    expect(wires).toHaveLength(2);
  });

  it("connects at once when the page wakes while it waits", () => {
    connection.wake();
    for (let round = 0; round < 8; round++) {
      last().cut(1006);
      connection.wake();
    }
    expect(wires).toHaveLength(9);
  });

  it.each([CLOSE.refused, CLOSE.unknown])("does not come back after %i", (code) => {
    connection.wake();
    last().cut(code);
    clock.advance(600_000);
    connection.wake();
    expect(wires).toHaveLength(1);
    expect(phases.at(-1)).toBe("refused");
  });

  it("keeps away for a while when it was too fast", () => {
    connection.wake();
    welcome();
    last().cut(CLOSE.tooFast);
    clock.advance(5_000);
    expect(wires).toHaveLength(1);
    clock.advance(31_000);
    expect(wires.length).toBeGreaterThan(1);
  });

  it("says whether a frame could be handed over", () => {
    expect(connection.send({ t: "ping" })).toBe(false);
    connection.wake();
    last().open();
    expect(connection.send({ t: "ping" })).toBe(false);
    last().onmessage?.({ data: '{"t":"welcome","token":"x"}' });
    expect(connection.send({ t: "ping" })).toBe(true);
    last().cut(1006);
    expect(connection.send({ t: "ping" })).toBe(false);
  });
});
