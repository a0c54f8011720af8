import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import en from "../locales/en.json";
import { format, isRightToLeft, LANGUAGES, pickLanguage } from "./i18n";
import type { Catalogue, Entry } from "./i18n";
import { mirror } from "./pseudo";

const folder = `${import.meta.dirname}/../locales/`;
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string): Catalogue => JSON.parse(readFileSync(folder + name, "utf8")) as Catalogue;
const texts = (entry: Entry): string[] => (typeof entry === "string" ? [entry] : Object.values(entry));
const holes = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();

describe("catalogues", () => {
  it("are the five of the widget", () => {
    expect(files.sort()).toEqual(["en.json", "ko.json", "pt-BR.json", "sl.json", "zh-Hans.json"]);
    expect(LANGUAGES).toEqual(expect.arrayContaining(["en", "ko", "pt-BR", "sl", "zh-Hans", "ar-XB"]));
  });

  it.each(files)("%s has the words, the placeholders and the plural forms of its language", (name) => {
    const catalogue = read(name);
    const language = name.slice(0, -5);
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
    for (const [key, source] of Object.entries(en as Catalogue)) {
      const entry = catalogue[key]!;
      expect(typeof entry, key).toBe(typeof source);
      for (const text of texts(entry)) {
        expect(text.trim(), key).not.toBe("");
        expect(holes(text), key).toBe(holes(texts(source!)[0]!));
      }
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      // Portuguese counts millions in a form of their own, which no count here reaches.
      if (typeof entry !== "string") expect(Object.keys(entry).sort(), key).toEqual([...forms].filter((form) => form !== "many").sort());
    }
  });
});

describe("format", () => {
  const files_ = { one: "{n} datoteka", two: "{n} datoteki", few: "{n} datoteke", other: "{n} datotek" };
  it.each([
    [1, "1 datoteka"],
    [2, "2 datoteki"],
    [3, "3 datoteke"],
    [5, "5 datotek"],
    [101, "101 datoteka"],
  ])("chooses the Slovenian form for %i", (n, text) => expect(format(files_, { n }, "sl")).toBe(text));

  it("leaves an unknown placeholder and isolates names where the text runs from right to left", () => {
    expect(format("{a} {b}", { a: "x" }, "en")).toBe("x {b}");
    expect(format("{a}", { a: "x" }, "ar-XB")).toBe("\u2068x\u2069");
  });
});

describe("pickLanguage", () => {
  it.each([
    [["pt-PT"], "pt-BR"],
    [["PT-br"], "pt-BR"],
    [["zh-CN"], "zh-Hans"],
    [["xx", "sl-SI"], "sl"],
    [["ko-KR", "en"], "ko"],
    [["ar"], "en"],
    [["ar-XB"], "ar-XB"],
    [[], "en"],
    [[""], "en"],
  ])("%j gives %s", (wishes, language) => expect(pickLanguage(wishes)).toBe(language));
});

describe("the pseudo-locale", () => {
  it("is derived, right to left, and keeps placeholders", () => {
    expect(isRightToLeft("ar-XB")).toBe(true);
    const mirrored = mirror(en);
    for (const [key, entry] of Object.entries(en as Catalogue))
      expect(texts(mirrored[key]!).map(holes), key).toEqual(texts(entry!).map(holes));
    expect(mirrored.chat).toBe("\u200f\u202eChat\u202c\u200f");
  });
});
