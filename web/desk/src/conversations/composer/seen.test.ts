import { describe, expect, it } from "vitest";

import { makeEvent, makeMessage } from "@/lib/testing/rows";

import { isCrossed, pickSeen } from "./seen";

const asked = (id: string) => makeMessage({ id });
const answered = (id: string, by: string, part: object = {}) =>
  makeMessage({ id, direction: "out", author: { kind: "agent", id: by, name: by, avatar_colour: "blue" }, state: "sent", ...part });

describe("what the writer has seen", () => {
  it("is all that is on the screen, however fast the customer writes", () => {
    expect(pickSeen([asked("m1"), asked("m2"), asked("m3")], "me", "m1")).toBe("m3");
    expect(pickSeen([asked("m1"), makeEvent({ id: "e9" })], "me", "m1")).toBe("m1");
  });

  it("ends before a colleague's answer that came while he wrote", () => {
    expect(pickSeen([asked("m1"), asked("m2"), answered("m3", "bo"), asked("m4")], "me", "m1")).toBe("m2");
  });

  it("goes on over a colleague's answer that he began after", () => {
    expect(pickSeen([asked("m1"), answered("m3", "bo"), asked("m4")], "me", "m3")).toBe("m4");
    expect(pickSeen([asked("m1"), answered("m3", "bo")], "me", null)).toBe("m3");
  });

  it("takes no note of own, automatic and cancelled answers, nor of notes", () => {
    const others = [answered("m2", "me"), answered("m3", "bo", { automatic: true }), answered("m4", "bo", { state: "cancelled" }), answered("m5", "bo", { kind: "note" })];
    expect(pickSeen([asked("m1"), ...others], "me", "m1")).toBe("m5");
  });

  it("is told even when there was nothing before the colleague's answer", () => {
    expect(pickSeen([], "me", null)).toBeNull();
    const seen = pickSeen([answered("019a", "bo")], "me", "0000");
    expect(seen).not.toBeNull();
    expect(seen! < "019a").toBe(true);
  });
});

describe("a refusal", () => {
  it("is nothing to decide when only the customer wrote", () => {
    expect(isCrossed([asked("m1")])).toBe(true);
    expect(isCrossed([asked("m1"), answered("m2", "bo")])).toBe(false);
    expect(isCrossed([])).toBe(false);
  });
});
