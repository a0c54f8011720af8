import { describe, expect, it } from "vitest";

import { sortByDue } from "./api";
import { listTold } from "./told";

const handed = (agent: string, ids: string[]) => ({ kind: "WorkHandedOver", data: { handover_id: "h1", agent_id: agent, conversation_ids: ids } });

describe("what is told of hand-overs", () => {
  it("is what others have handed over, where there was something", () => {
    const facts = [handed("ana", ["c1", "c2"]), handed("me", ["c3"]), handed("ben", []), { kind: "ConversationClosed", data: { agent_id: "ana" } }];
    expect(listTold(facts, "me")).toEqual([{ id: "h1", agent: "ana", count: 2 }]);
  });
});

describe("the order in which work is handed over", () => {
  it("is that of the promises; what has none comes last and is never left out", () => {
    const row = (id: string, promise_due_at: string | null, waiting_since: string | null) => ({ id, promise_due_at, waiting_since });
    const rows = [row("idle", null, null), row("late", "2026-03-04T12:00:00Z", null), row("waits", null, "2026-03-04T09:00:00Z"), row("soon", "2026-03-04T10:00:00+01:00", null)];
    expect(sortByDue(rows).map((one) => one.id)).toEqual(["soon", "late", "waits", "idle"]);
  });
});
