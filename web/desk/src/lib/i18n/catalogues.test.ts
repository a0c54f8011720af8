import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { COMMAND_IDS, COMMANDS } from "@/lib/commands/table";

import { listNames, parseMessage } from "./message";

const SOURCE = path.join(import.meta.dirname, "..", "..");
const LOCALES = path.join(SOURCE, "..", "locales");

type Texts = Record<string, string>;

const read = (name: string) => JSON.parse(readFileSync(path.join(LOCALES, name), "utf8")) as Texts;
const english = read("en.json");
const others = readdirSync(LOCALES).filter((name) => name !== "en.json");

function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return listSources(file);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [readFileSync(file, "utf8")] : [];
  });
}

describe("the catalogues", () => {
  it.each(others)("%s has every text, and no other", (name) => {
    expect(Object.keys(read(name)).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(others)("%s needs the same values in each text", (name) => {
    const texts = read(name);
    const different = Object.keys(english).filter((key) => String(listNames(parseMessage(english[key] ?? ""))) !== String(listNames(parseMessage(texts[key] ?? ""))));
    expect(different).toEqual([]);
  });

  it.each(["en.json", ...others])("%s can be read, and says something everywhere", (name) => {
    for (const [key, text] of Object.entries(read(name))) {
      expect(() => parseMessage(text), key).not.toThrow();
      expect(text.trim(), key).not.toBe("");
    }
  });

  it("holds no text that nobody shows", () => {
    const sources = listSources(SOURCE).join("\n");
    const literal = new Set([...sources.matchAll(/"([a-z_]+\.[A-Za-z0-9_.]+)"/g)].map((match) => match[1]));
    const built = [...sources.matchAll(/`([a-z_.]+)\.(?:[a-z_]*)\$\{/g)].map((match) => `${match[1] ?? ""}.`);
    const named = [...sources.matchAll(/t(?:Name|Or)\("([a-z_.]+)"/g)].map((match) => `${match[1] ?? ""}.`);
    const prefixes = [...new Set([...built, ...named])];
    const shown = (key: string) => literal.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
    expect(Object.keys(english).filter((key) => !shown(key))).toEqual([]);
  });

  it("names every command", () => {
    expect(COMMAND_IDS.map((id) => COMMANDS[id].label).filter((label) => !(label in english))).toEqual([]);
  });
});
