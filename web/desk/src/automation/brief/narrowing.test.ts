import { describe, expect, it } from "vitest";

import { makeRow } from "@/lib/testing/rows";

import type { Summary } from "./api";
import { isOn, listCounts, narrow, parseSearch, toggle } from "./narrowing";

const NOW = Date.parse("2026-03-03T08:00:00Z");
const channel = (kind: string) => ({ id: kind, kind, name: kind });
const LATE = makeRow({ id: "late", promise_due_at: "2026-03-03T07:59:00Z", sentiment: "furious", intent: "refund", language: "pt", channel: channel("chat") });
const SOON = makeRow({ id: "soon", promise_due_at: "2026-03-03T08:01:00Z", intent: null, language: null });
const FREE = makeRow({ id: "free", sentiment: "neutral", intent: "refund", language: "en", channel: channel("chat") });
const ROWS = [LATE, SOON, FREE];
const SUMMARY: Summary = { since: "2026-03-02T17:00:00Z", total: 3, overdue: 1, furious: 1, channels: { email: 1, chat: 2 }, intents: { other: 1, refund: 2 }, languages: { pt: 1, und: 1, en: 1 } };

const ids = (search: Parameters<typeof narrow>[1]) => narrow(ROWS, search, NOW).map((row) => row.id);

describe("the counts of the brief", () => {
  it("show just as many conversations as they say", () => {
    const { kind, about, speaks } = listCounts(SUMMARY);
    for (const one of [...kind, ...about, ...speaks]) expect([one.key, ids(one.search).length]).toEqual([one.key, one.n]);
    expect(ids({ late: true })).toHaveLength(SUMMARY.overdue);
    expect(ids({ furious: true })).toHaveLength(SUMMARY.furious);
  });

  it("stand in the order of their size, equal ones by name", () => {
    expect(listCounts(SUMMARY).kind.map((one) => one.key)).toEqual(["chat", "email"]);
    expect(listCounts(SUMMARY).speaks.map((one) => one.key)).toEqual(["en", "pt", "und"]);
  });
});

describe("narrowing", () => {
  it("keeps the order and asks for everything at once", () => {
    expect(ids({})).toEqual(["late", "soon", "free"]);
    expect(ids({ kind: "chat", about: "refund" })).toEqual(["late", "free"]);
    expect(ids({ kind: "chat", about: "refund", late: true })).toEqual(["late"]);
    expect(ids({ kind: "email", late: true })).toEqual([]);
  });

  it("is switched on and off, one of each sort", () => {
    const chat = toggle({ late: true }, { kind: "chat" });
    expect(chat).toEqual({ late: true, kind: "chat" });
    expect(isOn(chat, { kind: "chat" })).toBe(true);
    expect(toggle(chat, { kind: "email" })).toEqual({ late: true, kind: "email" });
    expect(toggle(chat, { kind: "chat" })).toEqual({ late: true });
  });

  it("comes from the address, without what means nothing", () => {
    expect(parseSearch({ late: true, furious: "yes", kind: "chat", about: "", speaks: 3, sort: "due" })).toEqual({ late: true, kind: "chat" });
  });
});
