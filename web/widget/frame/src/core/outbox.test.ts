import { describe, expect, it } from "vitest";

import { ADOPT_AFTER_MS, listPending, nextSeq, pickPending, putPending, RESEND_AFTER_MS } from "./outbox";
import type { Pending } from "./outbox";
import { openStore } from "./store";
import { randomFrom } from "./testing/world";

const entry = (seq: number, tab: string, state: Pending["state"] = "pending"): Pending => ({
  id: `id${seq}`,
  seq,
  tab,
  text: `text ${seq}`,
  files: [],
  state,
});
const ids = (entries: readonly Pending[]): string[] => entries.map(({ id }) => id);
const NOBODY = new Map<string, number>();

describe("pickPending", () => {
  it("sends its own at once and leaves another tab's fresh ones", () => {
    expect(ids(pickPending([entry(100, "a"), entry(101, "b")], NOBODY, "a", 200))).toEqual(["id100"]);
    expect(pickPending([entry(100, "b")], NOBODY, "a", 200)).toEqual([]);
  });

  it("sends everything older before its own, so that the order holds", () => {
    expect(ids(pickPending([entry(100, "b"), entry(101, "a")], NOBODY, "a", 200))).toEqual(["id100", "id101"]);
  });

  it("adopts what is old, also when the clock has been put back", () => {
    expect(ids(pickPending([entry(100, "b")], NOBODY, "a", 100 + ADOPT_AFTER_MS))).toEqual(["id100"]);
    expect(ids(pickPending([entry(10_000_000, "b")], NOBODY, "a", 5))).toEqual(["id10000000"]);
  });

  it("does not repeat what is on its way until it is overdue, and never a failed one", () => {
    const onWay = new Map([["id100", 1_000]]);
    expect(pickPending([entry(100, "a")], onWay, "a", 1_000 + RESEND_AFTER_MS - 1)).toEqual([]);
    expect(ids(pickPending([entry(100, "a")], onWay, "a", 1_000 + RESEND_AFTER_MS))).toEqual(["id100"]);
    expect(pickPending([entry(100, "a", "failed"), entry(101, "a", "sent")], NOBODY, "a", 200)).toEqual([]);
  });

  it("never skips an idle entry that is older than one it sends", () => {
    const random = randomFrom(11);
    for (let round = 0; round < 2_000; round++) {
      const entries = Array.from({ length: 8 }, (_, index) =>
        entry(1_000_000 + index * Math.floor(random() * 3_000), random() < 0.5 ? "a" : "b", random() < 0.2 ? "failed" : "pending"),
      ).sort((a, b) => a.seq - b.seq);
      const onWay = new Map(entries.filter(() => random() < 0.3).map(({ id }) => [id, 1_020_000] as const));
      const picked = pickPending(entries, onWay, "a", 1_020_000 + Math.floor(random() * 500));
      const last = picked.at(-1);
      if (!last) continue;
      const owed = entries.filter(({ id, seq, state }) => state === "pending" && seq <= last.seq && !onWay.has(id));
      expect(ids(picked)).toEqual(ids(owed));
    }
  });
});

describe("the stored outbox", () => {
  it("lists in order, skips what is unreadable and counts upwards when the clock stands still", () => {
    const store = openStore(null, "ch");
    putPending(store, entry(20, "a"));
    putPending(store, entry(3, "a"));
    store.set("out:000000000000005:x", "{broken");
    expect(ids(listPending(store))).toEqual(["id3", "id20"]);
    expect(nextSeq(listPending(store), 10)).toBe(21);
    expect(nextSeq(listPending(store), 50)).toBe(50);
    expect(nextSeq([], 7)).toBe(7);
  });
});
