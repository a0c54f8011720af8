/** The words of the frame: English is part of it, the other catalogues are fetched when they are needed. */
import en from "../locales/en.json";

export type Key = keyof typeof en;
export type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Catalogue = Partial<Record<string, Entry>>;
export type Values = Record<string, string | number>;

export const PSEUDO = "ar-XB";

const FILES = import.meta.glob<Catalogue>(["../locales/*.json", "!../locales/en.json"], { import: "default" });
const fileOf = (language: string): string => `../locales/${language}.json`;
export const LANGUAGES = ["en", ...Object.keys(FILES).map((path) => path.slice(11, -5)), PSEUDO];

const primary = (language: string): string => language.toLowerCase().split("-")[0] ?? "";

/** The catalogue for the first wish that has one: the same tag, else the same language, else English. */
export function pickLanguage(wishes: readonly string[], available: readonly string[] = LANGUAGES): string {
  for (const wish of wishes) {
    const found =
      available.find((language) => language.toLowerCase() === wish.toLowerCase()) ??
      available.find((language) => language !== PSEUDO && primary(language) === primary(wish));
    if (found) return found;
  }
  return "en";
}

export const isRightToLeft = (language: string): boolean => ["ar", "fa", "he", "ur"].includes(primary(language));

/** Fills one entry. A number `n` chooses the plural form by the language's rules. */
export function format(entry: Entry, values: Values, language: string): string {
  let text = entry;
  if (typeof text !== "string") {
    const form = new Intl.PluralRules(language).select(Number(values.n));
    text = text[form] ?? text.other ?? "";
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (typeof value === "number") return value.toLocaleString(language);
    // A name of another direction must not turn the sentence around it.
    return value === undefined ? whole : isRightToLeft(language) ? `\u2068${value}\u2069` : value;
  });
}

let words: Catalogue = en;
let spoken = "en";

/** The language of the words shown, and of dates and numbers; the pseudo-locale's are English. */
export const language = (): string => spoken;
export const regional = (): string => (spoken === PSEUDO ? "en" : spoken);

async function load(wanted: string): Promise<Catalogue> {
  if (wanted === PSEUDO) return (await import("./pseudo")).mirror(en);
  return (await FILES[fileOf(wanted)]?.()) ?? {};
}

/** Loads a language and speaks it from now on; `overrides` are the shop's own words. Stays English when it cannot be had. */
export async function speak(wanted: string, overrides: Catalogue | null = null): Promise<void> {
  try {
    words = { ...en, ...(await load(wanted)), ...overrides };
    spoken = wanted;
  } catch {
    words = { ...en, ...overrides };
    spoken = "en";
  }
  document.documentElement.lang = spoken;
  document.documentElement.dir = isRightToLeft(spoken) ? "rtl" : "ltr";
}

/** The text for a key in the language spoken. */
export const t = (key: Key, values: Values = {}): string => format(words[key] ?? en[key], values, spoken);
