import { describe, expect, it } from "vitest";

import { Simulation } from "./testing/simulation";

const texts = (sim: Simulation) => sim.tabs[0]!.client.state().messages.map((message) => message.text);
const hellos = (sim: Simulation) => sim.server.received.flatMap((frame) => (frame.t === "hello" ? [frame] : []));

function chatFor(seed: number): Simulation {
  const sim = new Simulation(seed);
  sim.tabs[0]!.client.send("first");
  sim.settle(5_000);
  for (let n = 0; n < 14; n++) sim.server.speak(`answer ${n}`);
  sim.settle(5_000);
  sim.killTab(sim.tabs[0]!);
  sim.storage.data.delete("state");
  sim.openTab("one");
  sim.settle(5_000);
  return sim;
}

describe("coming back", () => {
  it("keeps the pages that were scrolled up to", () => {
    const sim = chatFor(11);
    const shown = texts(sim).length;
    sim.tabs[0]!.client.older();
    sim.settle(3_000);
    expect(texts(sim).length).toBeGreaterThan(shown);
    const whole = texts(sim);
    sim.tabs[0]!.client.lost();
    sim.server.speak("while away");
    sim.settle(40_000);
    expect(sim.tabs[0]!.client.state().phase).toBe("open");
    expect(texts(sim)).toEqual([...whole, "while away"]);
  });

  it("fetches everything anew after a day: addresses of files have run out", () => {
    const sim = chatFor(12);
    expect(hellos(sim).at(-1)).toMatchObject({ after: null });
    sim.tabs[0]!.client.lost();
    sim.settle(40_000);
    expect(hellos(sim).at(-1)?.after).not.toBeNull();
    sim.clock.sleep(25 * 3_600_000);
    sim.tabs[0]!.client.lost();
    sim.settle(40_000);
    expect(hellos(sim).at(-1)).toMatchObject({ after: null, verified: false });
  });
});
