import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { makeEvent, makeMessage } from "@/lib/testing/rows";

import { splitMarks } from "../search/Marked";
import { describeEvent, type Names } from "./describe";
import { groupTimeline } from "./group";

const names: Names = { customer: "Ana", agent: (id) => `agent ${id}`, team: (id) => `team ${id}`, tag: (id) => `tag ${id}`, field: (key) => key };

beforeAll(() => setLocale("en"));

describe("groupTimeline", () => {
  it("puts a heading before each day and events in one run", () => {
    const blocks = groupTimeline([
      makeMessage({ id: "m1", created_at: "2026-01-01T12:00:00Z" }),
      makeEvent({ id: "e1", at: "2026-01-01T12:01:00Z" }),
      makeEvent({ id: "e2", at: "2026-01-01T12:02:00Z" }),
      makeMessage({ id: "m2", created_at: "2026-01-03T12:00:00Z" }),
    ]);
    expect(blocks.map((block) => block.kind)).toEqual(["day", "message", "events", "day", "message"]);
  });

  it("does not repeat the name within minutes, except in mails", () => {
    const first = makeMessage({ id: "m1", created_at: "2026-01-01T12:00:00Z" });
    const follows = (second: Parameters<typeof makeMessage>[0]) => {
      const last = groupTimeline([first, makeMessage({ id: "m2", created_at: "2026-01-01T12:02:00Z", ...second })]).at(-1);
      return last?.kind === "message" && last.follows;
    };
    expect(follows({})).toBe(true);
    expect(follows({ created_at: "2026-01-01T12:30:00Z" })).toBe(false);
    expect(follows({ kind: "note" })).toBe(false);
    expect(follows({ decision_id: "d1" })).toBe(false);
    expect(follows({ author: { kind: "agent", id: "a", name: "Ben", avatar_colour: "red" } })).toBe(false);
  });

  it("leaves out what was taken back", () => {
    expect(groupTimeline([makeMessage({ state: "cancelled" })]).filter((block) => block.kind === "message")).toEqual([]);
  });

  it("tells the first thread only once", () => {
    const blocks = groupTimeline([makeEvent({ id: "e1", kind: "ConversationOpened" }), makeEvent({ id: "e2", kind: "ThreadStarted" })]);
    expect(blocks.at(-1)).toMatchObject({ kind: "events", events: [{ id: "e1" }] });
  });
});

describe("describeEvent", () => {
  const told = (kind: string, data: Record<string, unknown>, part: object = {}) => describeEvent(makeEvent({ kind, data, ...part }), names);

  it("says who did what", () => {
    expect(told("ConversationAssigned", { changes: { assignee_id: "b" } })).toBe("agent a1 assigned agent b");
    expect(told("ConversationAssigned", { changes: { assignee_id: "a1" } })).toBe("agent a1 took the conversation");
    expect(told("ConversationAssigned", { changes: { team_id: "t" } })).toBe("agent a1 gave it to team t");
    expect(told("ConversationAssigned", { changes: { assignee_id: null } })).toBe("agent a1 gave it back to nobody");
    expect(told("ConversationTagged", { tag_ids: ["x", "y"] })).toBe("agent a1 added tag x and tag y");
    expect(told("ConversationEdited", { changes: { priority: 3 } })).toBe("agent a1 set the priority to Urgent");
    expect(told("ConversationRated", { changes: { rating: 4 } }, { actor_kind: "customer" })).toBe("Ana rated the conversation 4 of 5");
    expect(told("ConversationJoined", { changes: {} })).toBe("agent a1 merged another conversation into this one");
    expect(told("ConversationJoined", { changes: {}, undone: true })).toBe("agent a1 took the other conversation out again");
    expect(told("ConversationSplit", { changes: {}, message_ids: ["m", "n"] })).toBe("agent a1 split off 2 messages");
    expect(told("ConversationClosed", {}, { actor_kind: "system", actor_id: null })).toBe("Parley closed the conversation");
  });

  it("tells an unknown kind by its name", () => {
    expect(told("SomethingNew", {})).toBe("SomethingNew");
  });
});

describe("splitMarks", () => {
  it("cuts what overlaps or lies outside", () => {
    expect(splitMarks("abcdef", [[4, 99], [1, 3], [2, 3]])).toEqual([
      { text: "a", marked: false },
      { text: "bc", marked: true },
      { text: "d", marked: false },
      { text: "ef", marked: true },
    ]);
    expect(splitMarks("abc", [])).toEqual([{ text: "abc", marked: false }]);
  });
});
