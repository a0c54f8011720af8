import { describe, expect, it } from "vitest";

import { parseMessage } from "./reading";
import type { Message } from "./protocol";
import { buildTimeline, isJumbo } from "./timeline";

const NOW = new Date(2026, 5, 10, 12, 0);
const say = (id: string, kind: string, minute: number, extra: object = {}): Message =>
  parseMessage({ id, author: { kind, name: kind }, at: new Date(2026, 5, 10, 10, minute).toISOString(), text: id, ...extra })!;

describe("buildTimeline", () => {
  it("draws together what one speaker says in one go", () => {
    const lines = buildTimeline(
      [say("1", "agent", 0), say("2", "agent", 1), say("3", "agent", 20), say("4", "assistant", 21), say("5", "customer", 22), say("6", "system", 22)],
      [{ id: "p", seq: new Date(2026, 5, 10, 10, 23).getTime(), tab: "a", text: "p", files: [], state: "pending" }],
      NOW,
    );
    const marks = lines.map(({ first, last }) => `${first ? "F" : "-"}${last ? "L" : "-"}`);
    expect(marks).toEqual(["F-", "-L", "FL", "FL", "FL", "FL", "FL"]);
  });

  it("begins a day once, also over midnight within one go", () => {
    const yesterday = say("0", "agent", 0, { at: new Date(2026, 5, 9, 23, 59).toISOString() });
    const today = say("1", "agent", 0, { at: new Date(2026, 5, 10, 0, 1).toISOString() });
    const lines = buildTimeline([yesterday, today, say("2", "agent", 0)], [], NOW);
    expect(lines.map((line) => line.day)).toEqual([true, true, false]);
    expect(lines[0]!.last).toBe(true);
  });

  it("keeps a line's key when the server has taken it", () => {
    const pending = { id: "c1", seq: NOW.getTime(), tab: "a", text: "x", files: [], state: "pending" as const };
    const before = buildTimeline([], [pending], NOW)[0]!.key;
    const after = buildTimeline([say("9", "customer", 5, { client_id: "c1" })], [], NOW)[0]!.key;
    expect(after).toBe(before);
  });

  it("survives a time that is none", () => {
    expect(buildTimeline([say("1", "agent", 0, { at: "soon" })], [], NOW)[0]!.at).toBe(NOW);
  });
});

describe("isJumbo", () => {
  it.each(["👍", "👍🏽", "❤️", "👨‍👩‍👧", "🎉 🎉", "☕☕☕"])("enlarges %s", (text) => expect(isJumbo(text)).toBe(true));
  it.each(["", "a👍", "1", "👍👍👍👍", "#", "ok"])("leaves %s", (text) => expect(isJumbo(text)).toBe(false));
});
