import type { Order, OrderLine, ReturnDecision } from "@parley/client/types";
import { beforeEach, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { Problem } from "@/lib/problem";

import { explainAct, explainReason } from "../acts/errors";
import { wantsLabel } from "./Trouble";
import { explainTrouble, readTrouble } from "./trouble";
import { buildReturn, countLeft, foresee, isPolicyOnly, listProblems, mayReturn, NOTHING } from "./wish";

const line = (ref: string, more: Partial<OrderLine> = {}): OrderLine => ({
  ref, product_ref: "tee", variant_ref: "tee-m", sku: "", title: "Tee", variant_title: "M", ordered: 2, quantity: 2, fulfilled: 2, refunded: 0, unit_price: 1000, discount: 0, tax: 0, total: 2000, image_url: "", digital: false, ...more,
});
const order = (more: Partial<Order> = {}) => ({ id: "o", cancelled_at: null, payment: "paid", fulfilment: "fulfilled", lines: [line("1"), line("2")], ...more }) as Order;
const rest = { note: " worn ", conversationId: "c", despite: false };
const decision = (more: Partial<ReturnDecision> = {}): Pick<ReturnDecision, "outcome" | "problems" | "lines"> => ({ outcome: "refused", problems: [], lines: [], ...more });

describe("what may come back", () => {
  it("is what is left, and nothing digital", () => {
    expect([countLeft(line("1")), countLeft(line("1", { refunded: 1 })), countLeft(line("1", { quantity: 1 })), countLeft(line("1", { digital: true })), countLeft(line("1", { refunded: 3 }))]).toEqual([2, 1, 1, 0, 0]);
  });

  it("makes sense for what was paid and sent, and is not cancelled", () => {
    expect(mayReturn(order())).toBe(true);
    for (const no of [{ cancelled_at: "2026-01-01T00:00:00Z" }, { payment: "authorized" as const }, { fulfilment: "unfulfilled" as const }, { lines: [line("1", { refunded: 2 })] }]) expect(mayReturn(order(no)), JSON.stringify(no)).toBe(false);
  });
});

describe("a return as a wish", () => {
  it("is none while something is missing", () => {
    expect(buildReturn(order(), {}, rest)).toBeNull();
    expect(buildReturn(order(), { 1: { ...NOTHING, reason: "damaged" } }, rest)).toBeNull();
    expect(buildReturn(order(), { 1: { ...NOTHING, quantity: 1 } }, rest)).toBeNull();
    expect(buildReturn(order(), { 1: { ...NOTHING, quantity: 1, reason: "too_small", resolution: "exchange" } }, rest)).toBeNull();
  });

  it("names pieces, reasons, photos and where it was asked for", () => {
    const photo = { id: "f", name: "torn.jpg" };
    expect(buildReturn(order(), { 1: { ...NOTHING, quantity: 2, reason: "damaged", photos: [photo], variant: "tee-l" }, 2: { ...NOTHING, quantity: 1, reason: "too_small", resolution: "exchange", variant: "tee-l" }, 3: { ...NOTHING, quantity: 1 } }, rest)).toEqual({
      order_id: "o",
      lines: [
        { line: "1", quantity: 2, reason: "damaged", resolution: "refund", variant: null },
        { line: "2", quantity: 1, reason: "too_small", resolution: "exchange", variant: "tee-l" },
      ],
      photos: { 1: ["f"] },
      note: "worn",
      conversation_id: "c",
      despite: false,
    });
  });
});

describe("what a decision means", () => {
  const over = { code: "window.over", args: {} };
  const sold = { code: "exchange.sold_out", args: { title: "L" } };
  const of = (problems: ReturnDecision["problems"]) => ({ line: "1", title: "Tee", problems }) as ReturnDecision["lines"][number];

  it("only somebody who approves goes beyond the policy, and nobody beyond what there is", () => {
    expect(isPolicyOnly(decision({ lines: [of([over])] }))).toBe(true);
    expect(isPolicyOnly(decision({ lines: [of([over, sold])] }))).toBe(false);
    expect(isPolicyOnly(decision({ problems: [{ code: "order.cancelled", args: {} }] }))).toBe(false);
    expect(isPolicyOnly(decision({ outcome: "accepted" }))).toBe(false);
    expect(listProblems(decision({ lines: [of([sold]), of([sold])] }))).toEqual([sold]);
  });

  it("says what opening it will do", () => {
    const nobody = { approve: false, despite: false };
    expect([foresee({ outcome: "accepted" }, nobody), foresee({ outcome: "person" }, nobody), foresee({ outcome: "refused" }, { approve: false, despite: true })]).toEqual(["agreed", "waits", "refused"]);
    expect([foresee({ outcome: "person" }, { approve: true, despite: false }), foresee({ outcome: "refused" }, { approve: true, despite: false }), foresee({ outcome: "refused" }, { approve: true, despite: true })]).toEqual(["agreed", "refused", "agreed"]);
  });
});

describe("what went wrong", () => {
  beforeEach(() => setLocale("en"));
  const explained = (error: string) => {
    const trouble = readTrouble(error);
    return trouble && [trouble.act, explainTrouble(trouble)];
  };

  it("is read from what the server wrote down", () => {
    expect(explained("refund:failed: the store says no")).toEqual(["refund", "It came to nothing; no money moved for it. the store says no"]);
    expect(explained("label:no_connection")).toEqual(["label", "No carrier or payment provider is connected for this. Connect one under Settings, Stores."]);
    expect(explained("label:plan_impossible: limit.largest, limit.daily")).toEqual(["label", "It is above the limit of whoever agreed to it."]);
    expect(explained("return:plan_impossible: order.cancelled")).toEqual(["return", "The order has been cancelled."]);
    expect(explained("refund:unknown")?.[1]).toContain("Look at the store");
    expect(readTrouble("")).toBeNull();
    expect(readTrouble("the moon: full")).toBeNull();
  });

  it("of an act has a sentence by its code, in the reader's language", async () => {
    const problem = (code: string) => new Problem({ title: "No", status: 409, code, detail: "The server's words." });
    expect(explainAct(problem("plan_outdated"))).toContain("changed at the store");
    expect(explainAct(problem("moon_phase"))).toBe("The server's words.");
    expect([explainReason("not_finished"), explainReason("moon_phase"), explainReason("The bank says no.")]).toEqual(["The store has not finished it in a day.", "moon phase", "The bank says no."]);
    await setLocale("pt-BR");
    expect(explainAct(problem("second_person"))).toBe("Outra pessoa precisa concordar com isto.");
  });

  it("leaves a label to be bought by hand, unless one may have been", () => {
    const found = (error: string, label: "shop" | "customer" = "shop", more = {}) => wantsLabel({ state: "approved", label_url: "", decision: { label }, error, ...more });
    expect([found(""), found("", "customer"), found("label:failed: no"), found("refund:failed: no"), found("label:unknown")]).toEqual([false, true, true, false, false]);
    expect([found("", "customer", { label_url: "/files/1" }), found("", "customer", { state: "received" })]).toEqual([false, false]);
  });
});
