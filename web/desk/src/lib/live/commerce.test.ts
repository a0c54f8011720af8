import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keys } from "@/lib/query";

import { applyCommerce, listOutdated } from "./commerce";

describe("what the stores' facts make old", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is what hangs on the customer, and on the one before", () => {
    expect(listOutdated({ kind: "ShipmentChanged", data: { customer_id: "a" } })).toEqual([keys.customerOrders("a"), keys.shopping("a")]);
    expect(listOutdated({ kind: "OrderLinked", data: { customer_id: null, previous_customer_id: "b" } })).toEqual([keys.customerOrders("b"), keys.shopping("b")]);
    expect(listOutdated({ kind: "RefundRecorded", data: { customer_id: null } })).toEqual([]);
    expect(listOutdated({ kind: "MessagePosted", data: { customer_id: "a" } })).toEqual([]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "act_limit" } })).toEqual([keys.settings("act-limits")]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "macro" } })).toEqual([keys.settings("macros")]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "rule" } })).toEqual([keys.settings("rules")]);
    expect(listOutdated({ kind: "RehearsalProgressed", data: {} })).toEqual([["rehearsals"]]);
    expect(listOutdated({ kind: "BroadcastChanged", data: {} })).toEqual([["broadcasts"]]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "tag" } })).toEqual([]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "sla" } })).toEqual([keys.settings("slas")]);
    expect(listOutdated({ kind: "SettingsChanged", data: { record: "agent_routing" } })).toEqual([keys.settings("routing", "agents")]);
    expect(listOutdated({ kind: "QueueChanged", data: { conversation_id: "c" } })).toEqual([["queues"]]);
    expect(listOutdated({ kind: "WorkHandedOver", data: {} })).toContainEqual(["handovers", "list"]);
  });

  it("is fetched for once, however many facts say so", () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, "invalidateQueries");
    applyCommerce(client, [{ kind: "OrderChanged", data: { customer_id: "a" } }, { kind: "RefundRecorded", data: { customer_id: "a" } }]);
    applyCommerce(client, [{ kind: "ActChanged", data: {} }, { kind: "OrderChanged", data: { customer_id: "a" } }]);
    expect(invalidate).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([keys.customerOrders("a"), keys.shopping("a"), ["acts"]]);
  });

  it("leaves the rest alone", () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, "invalidateQueries");
    applyCommerce(client, [{ kind: "StockChanged", data: {} }]);
    vi.runAllTimers();
    expect(invalidate).not.toHaveBeenCalled();
  });
});
