/** One device with several tabs before one server, and everything that can go wrong between them. */
import { openClient } from "../client";
import type { Client } from "../client";
import { CLOSE } from "../protocol";
import { ModelServer } from "./server";
import { buildWorld, Clock, randomFrom, SharedStorage } from "./world";
import type { Life, Wire } from "./world";

export interface Tab {
  name: string;
  life: Life;
  client: Client;
  wires: Wire[];
}

export class Simulation {
  readonly clock = new Clock();
  readonly storage = new SharedStorage();
  readonly server: ModelServer;
  readonly tabs: Tab[] = [];
  readonly written: { text: string; tab: string }[] = [];
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.server = new ModelServer(this.random);
    this.openTab("one");
    // Two tabs never ask for a first token at once (that is what `alone` is for), so the second begins with one.
    this.settle(2_000);
  }

  openTab(name: string): Tab {
    const life = { alive: true };
    const wires: Wire[] = [];
    const world = buildWorld(this.clock, this.random, life, (wire) => {
      wires.push(wire);
      this.server.connect(wire);
    });
    const store = this.storage.forTab(life);
    const page = { url: "https://shop.example/", title: "Shop" };
    const client = openClient(world, { store, tab: name, language: "en", zone: "UTC", page });
    const tab = { name, life, client, wires };
    this.tabs.push(tab);
    client.wake();
    return tab;
  }

  /** The page is gone without having been told: no timer runs, nothing is heard, what is on its way may still arrive. */
  killTab(tab: Tab): void {
    tab.life.alive = false;
    this.storage.close(tab.life);
    for (const wire of tab.wires) wire.onopen = wire.onmessage = wire.onclose = null;
    this.tabs.splice(this.tabs.indexOf(tab), 1);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  deliver(): void {
    for (const peer of this.server.peers) {
      const { wire } = peer;
      if (wire.gone || wire.silent) continue;
      if (!wire.opened) wire.open();
      else if (this.random() < 0.5) this.server.take(peer);
      else {
        const data = wire.down.shift();
        if (data !== undefined) wire.onmessage?.({ data });
      }
    }
    this.server.peers = this.server.peers.filter((peer) => !peer.wire.gone);
    this.storage.tell();
  }

  write(): void {
    const tab = this.tabs[Math.floor(this.random() * this.tabs.length)];
    if (!tab) return;
    const text = `text ${this.written.length}`;
    this.written.push({ text, tab: tab.name });
    tab.client.send(text);
  }

  step(): void {
    const tab = this.pick(this.tabs);
    const wire = tab?.wires.findLast((candidate) => !candidate.gone);
    const dice = Math.floor(this.random() * 40);
    if (dice < 9) this.write();
    else if (dice < 12) this.server.speak(`answer ${dice}`);
    else if (dice === 12) this.server.change();
    else if (dice === 13) wire?.cut(CLOSE.restart);
    else if (dice === 14) wire?.cut(1006);
    else if (dice === 15 && wire) wire.silent = true;
    else if (dice === 16) this.clock.sleep(120_000);
    else if (dice === 17) tab?.client.wake();
    else if (dice === 18) tab?.client.older();
    else if (dice === 19 && tab) {
      this.killTab(tab);
      this.openTab(tab.name);
    } else if (dice === 20 && this.tabs.length < 3) this.openTab(`tab ${this.written.length}`);
    else if (dice === 21 && tab && this.tabs.length > 1) this.killTab(tab);
    else if (dice === 22) this.server.forgotten += 2;
    else if (dice === 23) tab?.client.lost();
    else if (dice === 24) this.clock.advance(3_000);
    else this.deliver();
  }

  settle(ms: number): void {
    for (let passed = 0; passed < ms; passed += 500) {
      for (let round = 0; round < 12; round++) this.deliver();
      this.clock.advance(500);
    }
  }
}
