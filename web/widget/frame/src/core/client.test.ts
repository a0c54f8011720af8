import { describe, expect, it } from "vitest";

import { cleanIdentity } from "./clean";
import { CLOSE } from "./protocol";
import { Simulation } from "./testing/simulation";

const sentBy = (sim: Simulation): string[] => {
  expect(sim.server.visitors.size).toBe(1);
  const [visitor] = sim.server.visitors.values();
  return visitor!.messages.filter((message) => message.author.kind === "customer").map((message) => message.text);
};

describe("any interleaving of sending, faults, reloads and tabs", () => {
  it.each(Array.from({ length: 12 }, (_, block) => block))("leads to each message once, everywhere (block %i)", (block) => {
    for (let seed = block * 25; seed < block * 25 + 25; seed++) {
      const sim = new Simulation(seed);
      for (let index = 0; index < 150; index++) sim.step();
      sim.settle(90_000);

      const texts = sentBy(sim).map((text) => text.replace(/\*+$/, ""));
      const written = sim.written.map((entry) => entry.text);
      expect([...texts].sort(), `seed ${seed}: each message once on the server`).toEqual([...written].sort());
      for (const name of new Set(sim.written.map((entry) => entry.tab))) {
        const mine = sim.written.flatMap((entry) => (entry.tab === name ? [entry.text] : []));
        expect(texts.filter((text) => mine.includes(text)), `seed ${seed}: order of ${name}`).toEqual(mine);
      }
      const [visitor] = sim.server.visitors.values();
      for (const tab of sim.tabs) {
        const state = tab.client.state();
        expect(state.outbox, `seed ${seed}: nothing left over`).toEqual([]);
        const shown = state.messages.map((message) => message.id + message.text);
        const expected = visitor!.messages.map((message) => message.id + message.text).slice(-shown.length);
        expect(shown, `seed ${seed}: ${tab.name} shows an unbroken end of the history`).toEqual(expected);
        expect(state.more, `seed ${seed}: more`).toBe(shown.length < visitor!.messages.length);
      }
      expect([...sim.storage.data.keys()].filter((key) => key.startsWith("out:"))).toEqual([]);
    }
  });
});

describe("client", () => {
  it("sends what was written offline before a killed tab, once, from the next page", () => {
    const sim = new Simulation(1);
    const [tab] = sim.tabs;
    tab!.client.lost();
    tab!.client.send("before the end");
    sim.killTab(tab!);
    sim.openTab("one");
    sim.settle(20_000);
    expect(sentBy(sim)).toEqual(["before the end"]);
  });

  it("leaves another tab's fresh message to that tab and adopts it when that tab is gone", () => {
    const sim = new Simulation(2);
    const second = sim.openTab("two");
    sim.settle(3_000);
    const first = sim.tabs[0]!;
    first.client.lost();
    first.client.send("orphan");
    sim.killTab(first);
    sim.storage.tell();
    expect(second.client.state().outbox.map((entry) => entry.text)).toEqual(["orphan"]);
    sim.settle(20_000);
    expect(sentBy(sim)).toEqual(["orphan"]);
    expect(second.client.state().outbox).toEqual([]);
  });

  it("shows a refused message as failed and sends it again under the same id", () => {
    const sim = new Simulation(3);
    const { client } = sim.tabs[0]!;
    sim.server.refuse.add("bad");
    client.send("bad");
    client.send("good");
    sim.settle(5_000);
    const [entry] = client.state().outbox;
    expect(entry).toMatchObject({ text: "bad", state: "failed", code: "refused" });
    expect(sentBy(sim)).toEqual(["good"]);
    sim.server.refuse.clear();
    client.retry(entry!);
    sim.settle(5_000);
    expect(sentBy(sim)).toEqual(["good", "bad"]);
    const ids = sim.server.received.flatMap((frame) => (frame.t === "send" && frame.text === "bad" ? [frame.id] : []));
    expect(new Set(ids).size).toBe(1);
  });

  it("gives up a message that closes the socket as faulty, and sends the rest", () => {
    const sim = new Simulation(4);
    const { client } = sim.tabs[0]!;
    client.send("poison");
    for (let round = 0; round < 3; round++) {
      sim.server.peers[0]!.wire.up.length = 0;
      sim.server.peers[0]!.wire.cut(CLOSE.badFrame);
      sim.clock.advance(40_000, () => sim.server.peers.forEach((peer) => !peer.wire.opened && peer.wire.open()));
      while (client.state().phase !== "open") {
        sim.server.peers = sim.server.peers.filter((peer) => !peer.wire.gone);
        sim.clock.advance(500);
        for (const peer of sim.server.peers) {
          if (!peer.wire.opened) peer.wire.open();
          const next = peer.wire.up[0];
          if (next?.includes("hello")) sim.server.take(peer);
          const data = peer.wire.down.shift();
          if (data !== undefined) peer.wire.onmessage?.({ data });
        }
      }
    }
    expect(client.state().outbox[0]).toMatchObject({ text: "poison", state: "failed" });
  });

  it("repeats the wish for an answer by e-mail and the rating until the server knows them", () => {
    const sim = new Simulation(5);
    const { client } = sim.tabs[0]!;
    client.lost();
    client.leaveEmail("ana@example.com");
    client.rate({ conversation: "k1", score: 5, comment: "Fast" });
    sim.killTab(sim.tabs[0]!);
    const again = sim.openTab("one").client;
    expect(again.state().emailWish?.email).toBe("ana@example.com");
    sim.settle(10_000);
    expect(again.state()).toMatchObject({ email: "a•••@example.com", emailWish: null, rateWish: null });
    expect(again.state().conversation?.rating).toBe(5);
  });

  it("starts with nothing of the last customer when another one signs in", () => {
    const sim = new Simulation(6);
    const { client } = sim.tabs[0]!;
    client.identify(cleanIdentity({ id: "7", signature: "s" })!);
    sim.settle(3_000);
    client.send("secret");
    sim.settle(5_000);
    const token = sim.storage.data.get("token");
    client.identify(cleanIdentity({ id: "8", signature: "s" })!);
    expect(client.state().messages).toEqual([]);
    sim.settle(5_000);
    expect(sim.storage.data.get("token")).not.toBe(token);
    expect(client.state().messages).toEqual([]);
  });

  it("asks for the visitor's place while he waits, and only then", () => {
    const sim = new Simulation(8);
    sim.settle(3_000);
    const pings = () => sim.server.received.filter((frame) => frame.t === "ping").length;
    const peer = sim.server.peers.at(-1)!;
    peer.wire.onmessage?.({ data: '{"t":"queue","position":2,"minutes":4}' });
    expect(sim.tabs[0]!.client.state().queue).toEqual({ position: 2, minutes: 4 });
    const before = pings();
    sim.settle(60_000);
    expect(pings() - before).toBeGreaterThanOrEqual(4);
    expect(pings() - before).toBeLessThanOrEqual(7);
    peer.wire.onmessage?.({ data: '{"t":"queue","position":0,"minutes":null}' });
    const after = pings();
    sim.settle(20_000);
    expect(pings()).toBe(after);
  });

  it("forgets in every tab at once", () => {
    const sim = new Simulation(7);
    const second = sim.openTab("two");
    sim.settle(3_000);
    second.client.send("hello");
    sim.settle(5_000);
    sim.tabs[0]!.client.logout();
    sim.storage.tell();
    expect(second.client.state().messages).toEqual([]);
  });
});
