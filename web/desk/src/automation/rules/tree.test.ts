import { describe, expect, it } from "vitest";

import type { Condition } from "@/lib/acts/sayRule";
import type { FieldWord } from "@/lib/acts/useVocabulary";

import { countTests, dissolve, indent, isComplete, isGroup, makeTest, movePart, placeOf, readCondition, replacePart, withOp, writeCondition } from "./tree";

const TEXT: FieldWord = { name: "message.text", kind: "text", ops: { is: "texts", contains: "texts", filled: "nothing" }, options: [], source: null, unit: null, personal: true };
const WORDS: FieldWord = { name: "message.words", kind: "number", ops: { over: "number", at_least: "number", between: "span" }, options: [], source: null, unit: null, personal: false };
const FIELDS = new Map([TEXT, WORDS].map((one) => [one.name, one]));
const a: Condition = { field: "message.text", op: "contains", value: ["size"] };
const b: Condition = { field: "message.words", op: "over", value: 3 };

describe("conditions in the editor", () => {
  it("are stored as they were read, whatever lies in whatever", () => {
    for (const raw of [{ all: [] }, { all: [a, { any: [a, b, { not: { any: [a, b] } }] }] }, { any: [{ all: [a] }, b] }, { not: { any: [a, { all: [b] }] } }] satisfies Condition[]) {
      expect(writeCondition(readCondition(raw))).toEqual(raw);
    }
  });

  it("begin with a group, also where only a test or nothing was stored", () => {
    expect(writeCondition(readCondition(a))).toEqual({ all: [a] });
    expect(writeCondition(readCondition(null))).toEqual({ all: [] });
    expect(writeCondition(readCondition({ not: { all: [a, b] } }))).toEqual({ not: { any: [{ all: [a, b] }] } });
  });

  it("name the places that the server names", () => {
    const group = readCondition({ not: { any: [{ all: [a, b] }] } });
    const [inner] = group.parts;
    if (!inner || !isGroup(inner)) throw new Error("no group");
    expect(placeOf(inner, placeOf(group, "if", 0), 1)).toBe("if.not.any.0.all.1");
  });

  it("are indented, dissolved, moved and taken out without losing a test", () => {
    const group = readCondition({ all: [a, b] });
    const [first, second] = group.parts;
    if (!first || !second) throw new Error("no parts");
    const deeper = indent(group, second.id);
    expect(writeCondition(deeper)).toEqual({ all: [a, { any: [b] }] });
    expect(writeCondition(dissolve(deeper, deeper.parts[1]?.id ?? 0))).toEqual({ all: [a, b] });
    expect(writeCondition(movePart(group, 1, 0))).toEqual({ all: [b, a] });
    expect(writeCondition(replacePart(group, first.id, null))).toEqual({ all: [b] });
    expect(countTests(deeper)).toBe(2);
  });

  it("are complete only with values of the right kind, of fields there are", () => {
    const complete = (raw: Condition) => isComplete(readCondition(raw), FIELDS);
    expect(complete({ all: [a, b] })).toBe(true);
    expect(complete({ ...a, value: [] })).toBe(false);
    expect(complete({ ...b, value: "3" })).toBe(false);
    expect(complete({ ...b, op: "between", value: [1] })).toBe(false);
    expect(complete({ field: "moon.phase", op: "is", value: ["full"] })).toBe(false);
    expect(complete({ field: "message.text", op: "filled" })).toBe(true);
  });

  it("keep a value under another comparison only where it is of the same kind", () => {
    const test = { ...makeTest(TEXT), value: ["size"] };
    expect(withOp(test, "is", TEXT)).toMatchObject({ op: "is", value: ["size"] });
    expect(withOp(test, "filled", TEXT)).toEqual({ id: test.id, field: "message.text", op: "filled" });
    expect(makeTest(WORDS)).toMatchObject({ op: "at_least" });
  });
});
