import { describe, expect, it } from "vitest";

import { formatParts, listNames, MessageError, parseMessage } from "./message";
import { pseudonymise } from "./pseudo";

const say = (pattern: string, values: Record<string, string | number> = {}, locale = "en") => formatParts<never>(parseMessage(pattern), values, locale).join("");

describe("parseMessage", () => {
  it("fills values in", () => {
    expect(say("Hello {name}, you have {n, number}", { name: "Ana", n: 12345 })).toBe("Hello Ana, you have 12,345");
  });

  it("leaves a plain number as it is", () => {
    expect(say("#{number}", { number: 12345 })).toBe("#12345");
  });

  it("chooses by the plural rules of the language", () => {
    const pattern = "{n, plural, =0 {none} one {# day} two {# dual} few {# few} other {# days}}";
    expect([0, 1, 2, 5].map((n) => say(pattern, { n }))).toEqual(["none", "1 day", "2 days", "5 days"]);
    expect([1, 2, 3, 5].map((n) => say(pattern, { n }, "sl"))).toEqual(["1 day", "2 dual", "3 few", "5 days"]);
  });

  it("chooses by a word, and nests", () => {
    const pattern = "{who, select, me {you} other {{name} and {n, plural, one {one} other {#}}}}";
    expect(say(pattern, { who: "me", name: "", n: 1 })).toBe("you");
    expect(say(pattern, { who: "x", name: "Ben", n: 3 })).toBe("Ben and 3");
  });

  it("keeps quoted braces and doubled apostrophes", () => {
    expect(say("it''s '{'{x}'}'", { x: "1" })).toBe("it's {1}");
  });

  it("gives elements back between the texts", () => {
    const link = { link: true };
    expect(formatParts(parseMessage("Go to {link} now"), { link }, "en")).toEqual(["Go to ", link, " now"]);
  });

  it.each(["{", "}", "{n, plural, one {x}}", "{n, frog}", "{n, plural, other {x}", "a {b"])("refuses %s", (pattern) => {
    expect(() => parseMessage(pattern)).toThrow(MessageError);
  });

  it("refuses a missing value", () => {
    expect(() => say("{name}")).toThrow('no value for "name"');
  });

  it("lists the names it needs", () => {
    expect(listNames(parseMessage("{b} {n, plural, one {{a}} other {#}}"))).toEqual(["a", "b", "n"]);
  });
});

describe("pseudonymise", () => {
  it("changes the words and keeps the values", () => {
    const long = formatParts<never>(pseudonymise(parseMessage("Send {n} now"), "en-XA"), { n: 3 }, "en").join("");
    expect(long).toMatch(/^Šéñð·* 3 ñöŵ/);
  });
});
