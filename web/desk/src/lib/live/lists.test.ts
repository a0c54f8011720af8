import type { ConversationRow, Id, ViewFilter } from "@parley/client/types";
import { describe, expect, it } from "vitest";

import { makeRow } from "@/lib/testing/rows";

import { applyRow, compareRows, completeRow, findRow, holdOrder, matchesFilter, type Pages } from "./lists";

const ME = "me-1";

function paged(rows: readonly ConversationRow[], size: number, loaded: number): Pages<ConversationRow> {
  const pages = [];
  for (let at = 0; at < rows.length && pages.length < loaded; at += size) {
    pages.push({ items: rows.slice(at, at + size), next: at + size < rows.length ? `c${String(at + size)}` : null });
  }
  return { pages: pages.length > 0 ? pages : [{ items: [], next: null }], pageParams: [] };
}

const idsOf = (data: Pages<ConversationRow>): Id[] => data.pages.flatMap((page) => page.items.map((row) => row.id));

/** A repeatable stream of numbers below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe("what is due", () => {
  const dueIn = (minutes: number | null, id = "c1") => makeRow({ id, promise_due_at: minutes === null ? null : new Date(Date.now() + minutes * 60_000).toISOString() });

  it.each([
    [null, false, false],
    [90, false, false],
    [30, true, false],
    [-5, true, true],
  ] as const)("a promise %s minutes from now", (minutes, soon, overdue) => {
    expect(matchesFilter(dueIn(minutes), { due: "soon" }, ME)).toBe(soon);
    expect(matchesFilter(dueIn(minutes), { due: "overdue" }, ME)).toBe(overdue);
  });

  it("stands in the order in which it falls due, what has no promise last", () => {
    const rows = [dueIn(null, "n"), dueIn(90, "later"), dueIn(-5, "late"), dueIn(30, "soon")];
    expect(rows.sort((a, b) => compareRows(a, b, "due")).map((row) => row.id)).toEqual(["late", "soon", "later", "n"]);
  });
});

describe("matchesFilter", () => {
  const row = makeRow({ status: "open", assignee_id: ME, tags: ["t1"], priority: "high", team_id: "team" });

  it.each<[ViewFilter, boolean | null]>([
    [{}, true],
    [{ status: ["open"], assignee: "me" }, true],
    [{ assignee: "none" }, false],
    [{ assignee: "any" }, true],
    [{ assignee: "somebody" }, false],
    [{ status: ["closed"] }, false],
    [{ tag: "t1", priority: ["high", "urgent"] }, true],
    [{ tag: "t2" }, false],
    [{ team: "none" }, false],
    [{ team: "team" }, true],
    [{ team: "mine" }, null],
    [{ waiting: true }, false],
    [{ mentioned: true }, null],
    [{ mentioned: true, status: ["closed"] }, false],
  ])("%j is %s", (filter, expected) => {
    expect(matchesFilter(row, filter, ME)).toBe(expected);
  });
});

describe("applyRow", () => {
  it("ends equal to a fresh fetch after any changes", () => {
    const random = seeded(20261122);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const filter: ViewFilter = { status: ["open"] };
    for (let round = 0; round < 150; round += 1) {
      const sort = pick(["newest", "oldest", "priority"] as const);
      const world = new Map<Id, ConversationRow>();
      for (let n = 0; n < 40; n += 1) world.set(`r${String(n)}`, makeRow({ id: `r${String(n)}`, last_message_at: `2026-01-01T00:00:${String(10 + Math.floor(random() * 49))}Z`, status: pick(["open", "closed"] as const) }));
      const fresh = () => [...world.values()].filter((row) => matchesFilter(row, filter, ME)).sort((a, b) => compareRows(a, b, sort));
      const complete = random() < 0.5;
      let data = paged(fresh(), 10, complete ? 99 : 2);
      for (let step = 0; step < 25; step += 1) {
        const old = world.get(`r${String(Math.floor(random() * 45))}`) ?? makeRow({ id: `r${String(40 + step)}` });
        const changed: ConversationRow = { ...old, version: old.version + 1, status: pick(["open", "open", "closed"] as const), priority: pick(["low", "normal", "urgent"] as const), last_message_at: `2026-01-01T00:01:${String(10 + Math.floor(random() * 49))}Z` };
        world.set(changed.id, changed);
        data = applyRow(data, changed, matchesFilter(changed, filter, ME), sort).data;
      }
      const expected = fresh().map((row) => row.id);
      const got = idsOf(data);
      expect(new Set(got).size).toBe(got.length);
      if (complete) expect(got).toEqual(expected);
      else expect(expected.slice(0, got.length).filter((id) => got.includes(id))).toEqual(got.filter((id) => expected.slice(0, got.length).includes(id)));
    }
  });

  it("keeps the newer of two versions", () => {
    const data = paged([makeRow({ id: "a", version: 5, subject: "new" })], 10, 1);
    const late = applyRow(data, makeRow({ id: "a", version: 4, subject: "old" }), true, "newest");
    expect(findRow(late.data, "a")?.subject).toBe("new");
  });

  it("asks the server where only it can know", () => {
    const data = paged([makeRow({ id: "a" })], 10, 1);
    expect(applyRow(data, makeRow({ id: "b" }), null, "newest").refetch).toBe(true);
    expect(applyRow(data, makeRow({ id: "a", version: 9 }), null, "newest").refetch).toBe(false);
  });

  it("does not put a row behind the end of what is loaded", () => {
    const rows = Array.from({ length: 20 }, (_, n) => makeRow({ id: `r${String(n)}`, last_message_at: `2026-01-01T00:00:${String(59 - n)}Z` }));
    const data = paged(rows, 10, 1);
    const next = applyRow(data, makeRow({ id: "old", last_message_at: "2025-01-01T00:00:00Z" }), true, "newest");
    expect(idsOf(next.data)).not.toContain("old");
  });
});

describe("completeRow", () => {
  const old = makeRow({ unread: false, message_count: 2 });

  it("marks a new message of the customer as unread, unless it is being looked at", () => {
    const live = makeRow({ message_count: 3, preview: { text: "hi", author_kind: "customer", at: "2026-01-01T00:00:00Z" } });
    expect(completeRow(live, old, true).unread).toBe(true);
    expect(completeRow(live, old, false).unread).toBe(false);
  });

  it("never believes what the live row says about being read", () => {
    expect(completeRow(makeRow({ unread: true, message_count: 2 }), old, true).unread).toBe(false);
  });
});

describe("holdOrder", () => {
  it("keeps new rows back and lets nothing move", () => {
    const { order, waiting, gone } = holdOrder(["a", "b", "c"], ["new", "c", "a", "b"], new Set());
    expect(order).toEqual(["a", "b", "c"]);
    expect(waiting).toEqual(["new"]);
    expect(gone).toEqual([]);
  });

  it("keeps what others took away in its place, and lets go what the reader did himself", () => {
    const { order, gone } = holdOrder(["a", "b", "c"], ["a"], new Set(["b"]));
    expect(order).toEqual(["a", "c"]);
    expect(gone).toEqual(["c"]);
  });

  it("adds the next page below", () => {
    const { order, waiting } = holdOrder(["a", "b"], ["new", "a", "b", "c", "d"], new Set());
    expect(order).toEqual(["a", "b", "c", "d"]);
    expect(waiting).toEqual(["new"]);
  });
});
