import type { Shipment } from "@parley/client/types";
import { describe, expect, it } from "vitest";

import { isOverdue, judgeDelivery } from "./delivery";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const parcel = (more: Partial<Shipment>): Shipment => ({
  id: "1", order_id: "2", direction: "out", carrier: "post", number: "X1", url: "", status: "unknown", shipped_at: null, estimated_at: null, delivered_at: null, read_at: null, events: [], ...more,
});
const promised = (day: string | null) => ({ promised_at: day === null ? null : `${day}T12:00:00Z` });

describe("a parcel's way", () => {
  it("counts the furthest stage, whatever was told last", () => {
    expect(judgeDelivery(promised(null), parcel({ status: "label_created" }), NOW).reached).toBe(1);
    expect(judgeDelivery(promised(null), parcel({ status: "unknown", shipped_at: "2026-11-18T12:00:00Z" }), NOW).reached).toBe(2);
    const event = { at: "2026-11-19T12:00:00Z", status: "out_for_delivery" as const, code: "", text: "", place: "" };
    expect(judgeDelivery(promised(null), parcel({ status: "in_transit", events: [event] }), NOW).reached).toBe(3);
    expect(judgeDelivery(promised(null), parcel({ status: "delivered" }), NOW).reached).toBe(4);
  });

  it("ends at a counter where it is collected", () => {
    const way = judgeDelivery(promised(null), parcel({ status: "ready_for_pickup" }), NOW);
    expect([way.stages[2], way.reached]).toEqual(["ready_for_pickup", 3]);
  });

  it("is late by the promise, the estimate or the fact", () => {
    const late = (day: string | null, more: Partial<Shipment>) => judgeDelivery(promised(day), parcel(more), NOW).late;
    expect(late(null, { estimated_at: "2030-01-01T00:00:00Z" })).toBe(false);
    expect(late("2026-11-19", {})).toBe(true);
    expect(late("2026-11-21", {})).toBe(false);
    expect(late("2026-11-21", { estimated_at: "2026-11-24T12:00:00Z" })).toBe(true);
    expect(late("2026-11-19", { delivered_at: "2026-11-18T12:00:00Z" })).toBe(false);
    expect(late("2026-11-19", { delivered_at: "2026-11-19T18:00:00Z" })).toBe(true);
    expect(late("2026-11-01", { direction: "return" })).toBe(false);
  });

  it("is missed where nothing has left", () => {
    const order = { ...promised("2026-11-19"), cancelled_at: null, fulfilment: "unfulfilled" as const, shipments: [] };
    expect(isOverdue(order, NOW)).toBe(true);
    expect(isOverdue({ ...order, cancelled_at: "2026-11-18T12:00:00Z" }, NOW)).toBe(false);
    expect(isOverdue({ ...order, fulfilment: "fulfilled" }, NOW)).toBe(false);
  });
});
