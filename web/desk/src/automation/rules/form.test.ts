import { describe, expect, it } from "vitest";

import type { Words } from "@/lib/acts/useVocabulary";
import { Problem } from "@/lib/problem";

import { areComplete, errorAt, errorWithin, printForm, readForm, writeForm } from "./form";

const param = (name: string, required: boolean) => ({ name, kind: "text", required, options: [], source: null });
const word = (name: string, params: ReturnType<typeof param>[], either: string[] = []) => ({ name, params, writes: [], needs: [], either, speech: "none", money: false, lasting: false });
const WORDS: Words["acts"] = [word("tag", [param("tag_ids", true)]), word("reply", [param("text", false), param("macro", false)], ["text", "macro"])];
const RULE = { when: "message_received", if: { all: [] }, then: [{ act: "tag", tag_ids: ["t1"] }], stop: true };

describe("a rule in the editor", () => {
  it("is stored as it was read, and the same rule read twice prints the same", () => {
    expect(writeForm(readForm("Size", RULE))).toEqual(RULE);
    expect(printForm(readForm("Size", RULE))).toBe(printForm(readForm(" Size ", RULE)));
    expect(printForm(readForm("Size", RULE))).not.toBe(printForm(readForm("Size", { ...RULE, stop: false })));
  });

  it("leaves out what was left open", () => {
    const form = { ...readForm("x", RULE), acts: [{ act: "reply", text: "", macro: "m1" }], wait: { anchor: "reply", minutes: 60, hours: null } };
    expect(writeForm(form)).toMatchObject({ then: [{ act: "reply", macro: "m1" }], wait: { minutes: 60 } });
  });

  it("is complete once each act says what it must, and one of what excludes each other", () => {
    expect(areComplete([{ act: "tag", tag_ids: ["t1"] }, { act: "reply", text: "Hi" }], WORDS)).toBe(true);
    expect(areComplete([{ act: "tag", tag_ids: [] }], WORDS)).toBe(false);
    expect(areComplete([{ act: "reply", text: "Hi", macro: "m1" }], WORDS)).toBe(false);
    expect(areComplete([{ act: "fly" }], WORDS)).toBe(false);
  });

  it("finds what the server says of a test, and of a place alone", () => {
    const error = new Problem({ title: "no", status: 422, code: "bad_condition", errors: [{ field: "if.all.1.value.0", message: "Empty." }] });
    expect(errorWithin(error, "if.all.1")).toBe("Empty.");
    expect(errorWithin(error, "if.all.10")).toBeUndefined();
    expect(errorAt(error, "if.all.1")).toBeUndefined();
  });
});
