import { describe, expect, it } from "vitest";

import { makeRow } from "@/lib/testing/rows";

import type { Change } from "../api";
import { makeKey } from "../settings/FieldsPage";
import { findAfterLeaving, findNeighbour } from "../list/order";
import { invertChange, projectChange } from "./useActs";

describe("a change and its undoing", () => {
  it.each<[Change, Parameters<typeof makeRow>[0]]>([
    [{ status: "closed" }, {}],
    [{ status: "open" }, { status: "closed" }],
    [{ snoozed_until: "2030-01-01T00:00:00Z" }, {}],
    [{ snooze_until_reply: true }, {}],
    [{ status: "open" }, { status: "snoozed", snoozed_until: "2030-01-01T00:00:00Z" }],
    [{ status: "open" }, { status: "snoozed", snoozed_until_reply: true }],
    [{ assignee_id: "b", team_id: null }, { assignee_id: "a", team_id: "t" }],
    [{ priority: "urgent", subject: "new" }, { subject: "old" }],
  ])("%j comes back", (change, before) => {
    const row = makeRow(before);
    const after = projectChange(row, change);
    expect(after).not.toEqual(row);
    expect(projectChange(after, invertChange(row, change))).toEqual(row);
  });

  it("lays new field values over the old ones", () => {
    expect(projectChange(makeRow({ custom_fields: { a: 1, b: 2 } }), { custom_fields: { b: 3 } }).custom_fields).toEqual({ a: 1, b: 3 });
  });
});

describe("the way through a list", () => {
  it("goes on to the next, else back, else nowhere", () => {
    expect(findAfterLeaving(["a", "b", "c"], "b")).toBe("c");
    expect(findAfterLeaving(["a", "b", "c"], "c")).toBe("b");
    expect(findAfterLeaving(["a"], "a")).toBeUndefined();
    expect(findNeighbour(["a", "b"], null, 1)).toBe("a");
    expect(findNeighbour(["a", "b"], "a", -1)).toBeUndefined();
  });
});

describe("the name of a field", () => {
  it("becomes its key", () => {
    expect(makeKey("Número do pedido!")).toBe("numero_do_pedido");
  });
});
