import { describe, expect, it } from "vitest";

import { isTyping, KeyReader, nameStroke, type Stroke } from "./keyboard";
import { COMMAND_IDS, COMMANDS } from "./table";

const press = (key: string, part: Partial<Stroke> = {}): Stroke => ({
  key, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...part,
});

describe("nameStroke", () => {
  it.each<[Stroke, string | null]>([
    [press("j"), "j"],
    [press("A", { shiftKey: true }), "shift+a"],
    [press("k", { ctrlKey: true }), "mod+k"],
    [press("k", { metaKey: true }), "mod+k"],
    [press("?", { shiftKey: true }), "?"],
    [press("Enter", { ctrlKey: true, shiftKey: true }), "mod+shift+enter"],
    [press("Escape"), "escape"],
    [press("Shift", { shiftKey: true }), null],
    [press("e", { altKey: true }), null],
    [press("о", { code: "KeyJ" }), "j"],
    [press("ㅓ", { code: "KeyJ" }), "j"],
    [press("/", { code: "KeyQ" }), "/"],
  ])("%o is %s", (stroke, name) => {
    expect(nameStroke(stroke)).toBe(name);
  });
});

describe("KeyReader", () => {
  it("reads one key", () => {
    expect(new KeyReader().read(press("e"), 0, false, true)).toBe("conversation.close");
  });

  it("reads two keys one after the other, in time", () => {
    const reader = new KeyReader();
    expect(reader.read(press("g"), 0, false, true)).toBeNull();
    expect(reader.read(press("u"), 500, false, true)).toBe("go.unassigned");
    expect(reader.read(press("g"), 1000, false, true)).toBeNull();
    expect(reader.read(press("u"), 5000, false, true)).toBe("conversation.unread");
  });

  it("leaves the keys alone while somebody types, but for what always works", () => {
    const reader = new KeyReader();
    expect(reader.read(press("e"), 0, true, true)).toBeNull();
    expect(reader.read(press("k", { ctrlKey: true }), 0, true, true)).toBe("palette");
    expect(reader.read(press("Enter", { metaKey: true }), 0, true, true)).toBe("send");
  });

  it("can do without single keys", () => {
    const reader = new KeyReader();
    expect(reader.read(press("e"), 0, false, false)).toBeNull();
    expect(reader.read(press("g"), 0, false, false)).toBeNull();
    expect(reader.read(press("k", { ctrlKey: true }), 0, false, false)).toBe("palette");
    expect(reader.read(press("Escape"), 0, false, false)).toBe("back");
  });
});

describe("the table of commands", () => {
  it("gives no stroke to two commands, nor one that begins another", () => {
    const keys = COMMAND_IDS.map((id) => COMMANDS[id].keys).filter((one) => one !== undefined);
    expect(new Set(keys).size).toBe(keys.length);
    for (const first of keys) expect(keys.filter((other) => other.startsWith(`${first} `)), first).toEqual([]);
  });
});

describe("isTyping", () => {
  it("knows where keys are text", () => {
    const field = document.createElement("input");
    const box = document.createElement("input");
    box.type = "checkbox";
    expect(isTyping(field)).toBe(true);
    expect(isTyping(box)).toBe(false);
    expect(isTyping(document.createElement("textarea"))).toBe(true);
    expect(isTyping(document.createElement("button"))).toBe(false);
    expect(isTyping(null)).toBe(false);
  });
});
