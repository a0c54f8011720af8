import { describe, expect, it } from "vitest";

import { isolate } from "./bidi";

describe("a value of the other direction", () => {
  it("is kept apart from the words around it", () => {
    expect(isolate("ليلى", "en")).toBe("\u2068ليلى\u2069");
    expect(isolate("ana@example.com", "ar-XB")).toBe("\u2068ana@example.com\u2069");
    expect(isolate("7:30", "ar")).toBe("\u20687:30\u2069");
  });

  it("is left alone where it reads the same way", () => {
    expect(isolate("Ana", "en")).toBe("Ana");
    expect(isolate("陈雨桐", "pt-BR")).toBe("陈雨桐");
    expect(isolate("ليلى", "ar")).toBe("ليلى");
    expect(isolate("", "ar")).toBe("");
  });
});
