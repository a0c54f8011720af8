import { describe, expect, it } from "vitest";

import { listTold } from "./told";

const handed = (agent: string, ids: string[]) => ({ kind: "WorkHandedOver", data: { handover_id: "h1", agent_id: agent, conversation_ids: ids } });

describe("what is told of hand-overs", () => {
  it("is what others have handed over, where there was something", () => {
    const facts = [handed("ana", ["c1", "c2"]), handed("me", ["c3"]), handed("ben", []), { kind: "ConversationClosed", data: { agent_id: "ana" } }];
    expect(listTold(facts, "me")).toEqual([{ id: "h1", agent: "ana", count: 2 }]);
  });
});
