import type { Condition } from "@/lib/acts/sayRule";
import type { FieldWord } from "@/lib/acts/useVocabulary";

export type Test = { id: number; field: string; op: string; value?: unknown };
/** Tests together: all of them hold, any of them, or none. */
export type Group = { id: number; kind: "all" | "any" | "none"; parts: Part[] };
export type Part = Test | Group;

let serial = 0;
const nextId = () => (serial += 1);

export function isGroup(part: Part): part is Group {
  return "parts" in part;
}

function read(raw: Condition): Part {
  if ("all" in raw) return { id: nextId(), kind: "all", parts: raw.all.map(read) };
  if ("any" in raw) return { id: nextId(), kind: "any", parts: raw.any.map(read) };
  if ("not" in raw) return { id: nextId(), kind: "none", parts: "any" in raw.not ? raw.not.any.map(read) : [read(raw.not)] };
  return { id: nextId(), field: raw.field, op: raw.op, ...(raw.value !== undefined && { value: raw.value }) };
}

/** A stored condition as the editor shows it: a group at the top, whatever it was. */
export function readCondition(raw: Condition | null | undefined): Group {
  const part = raw ? read(raw) : makeGroup("all", []);
  return isGroup(part) ? part : makeGroup("all", [part]);
}

/** The condition as it is stored. The places of errors follow it: `if.all.1.value`. */
export function writeCondition(part: Part): Condition {
  if (!isGroup(part)) return { field: part.field, op: part.op, ...(part.value !== undefined && { value: part.value }) };
  const parts = part.parts.map(writeCondition);
  if (part.kind === "none") return { not: { any: parts } };
  return part.kind === "all" ? { all: parts } : { any: parts };
}

/** Where the part of a group stands in the stored condition. */
export function placeOf(group: Group, place: string, at: number): string {
  return `${place}.${group.kind === "none" ? "not.any" : group.kind}.${String(at)}`;
}

export function makeGroup(kind: Group["kind"], parts: Part[]): Group {
  return { id: nextId(), kind, parts };
}

/** What is most often asked of a field, to begin with. */
const USUAL: Record<string, string> = { text: "contains", number: "at_least", moment: "older_than", choices: "has" };

function usualOp(word: FieldWord): string {
  const usual = USUAL[word.kind];
  return usual !== undefined && usual in word.ops ? usual : (Object.keys(word.ops)[0] ?? "is");
}

/** A value to begin with, of the kind that a comparison wants. */
export function beginValue(wants: string | undefined): unknown {
  if (wants === "flag") return true;
  if (wants === "texts") return [];
  return undefined;
}

export function makeTest(word: FieldWord): Test {
  const op = usualOp(word);
  const value = beginValue(word.ops[op]);
  return { id: nextId(), field: word.name, op, ...(value !== undefined && { value }) };
}

/** The same test of another field: it begins anew, unless both are of one kind. */
export function withField(test: Test, word: FieldWord): Test {
  return { ...makeTest(word), id: test.id };
}

/** Another comparison keeps the value where it is of the same kind. */
export function withOp(test: Test, op: string, word: FieldWord | undefined): Test {
  const [before, after] = [word?.ops[test.op], word?.ops[op]];
  if (before === after) return { ...test, op };
  const value = beginValue(after);
  return { id: test.id, field: test.field, op, ...(value !== undefined && { value }) };
}

/** The group with one of its parts replaced, or taken out where nothing is given. */
export function replacePart(group: Group, id: number, next: Part | null): Group {
  return { ...group, parts: group.parts.flatMap((part) => (part.id === id ? (next ? [next] : []) : [part])) };
}

/** Puts a part into a group of its own, to which more can be added. */
export function indent(group: Group, id: number): Group {
  const other = group.kind === "any" ? "all" : "any";
  return { ...group, parts: group.parts.map((part) => (part.id === id ? makeGroup(other, [part]) : part)) };
}

/** Puts the parts of an inner group beside it. */
export function dissolve(group: Group, id: number): Group {
  return { ...group, parts: group.parts.flatMap((part) => (part.id === id && isGroup(part) ? part.parts : [part])) };
}

/** Moves a part up or down within its group. */
export function movePart(group: Group, at: number, to: number): Group {
  const parts = [...group.parts];
  const [part] = parts.splice(at, 1);
  if (part) parts.splice(to, 0, part);
  return { ...group, parts };
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function isFilled(test: Test, fields: ReadonlyMap<string, FieldWord>): boolean {
  const { value } = test;
  switch (fields.get(test.field)?.ops[test.op]) {
    case "texts":
      return typeof value === "string" ? value !== "" : Array.isArray(value) && value.length > 0;
    case "number":
    case "minutes":
      return isNumber(value);
    case "span":
      return Array.isArray(value) && value.length === 2 && value.every(isNumber);
    case "flag":
      return typeof value === "boolean";
    case "moment":
      return typeof value === "string" && value !== "";
    case "nothing":
      return true;
    default:
      return false;
  }
}

/** Whether every test says all it has to say, with fields that can be tested. */
export function isComplete(part: Part, fields: ReadonlyMap<string, FieldWord>): boolean {
  return isGroup(part) ? part.parts.every((one) => isComplete(one, fields)) : isFilled(part, fields);
}

export function countTests(part: Part): number {
  return isGroup(part) ? part.parts.reduce((sum, one) => sum + countTests(one), 0) : 1;
}
