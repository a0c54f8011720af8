import { createStore } from "@/lib/store";

import type english from "../../../locales/en.json";
import { isolate } from "./bidi";
import { formatParts, parseMessage, type Part } from "./message";
import { pseudonymise } from "./pseudo";

export type Key = keyof typeof english;
export type Values = Readonly<Record<string, string | number>>;

type Texts = Record<string, string>;

const FILES = import.meta.glob<Texts>("../../../locales/*.json", { import: "default" });
const PSEUDO = ["en-XA", "ar-XB"] as const;
const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur"]);
const STORED = "parley.locale";

/** The languages the desk speaks, by their own names. */
export const LOCALES = { en: "English", "pt-BR": "Português (Brasil)" } as const;

type State = { locale: string; texts: Texts };

export const i18n = createStore<State>({ locale: "en", texts: {} });

const parsed = new Map<string, readonly Part[]>();

function isPseudo(locale: string): locale is (typeof PSEUDO)[number] {
  return (PSEUDO as readonly string[]).includes(locale);
}

/** The nearest language we speak: the asked one, one of the same family, or English. */
export function matchLocale(wanted: readonly string[]): string {
  const known = [...Object.keys(LOCALES), ...PSEUDO];
  for (const one of wanted) {
    const exact = known.find((locale) => locale.toLowerCase() === one.toLowerCase());
    if (exact !== undefined) return exact;
    const family = known.find((locale) => locale.split("-")[0] === one.split("-")[0]?.toLowerCase() && !isPseudo(locale));
    if (family !== undefined) return family;
  }
  return "en";
}

/** What was asked for in the address, chosen before on this device, or set in the browser. */
export function detectLocale(): string {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked !== null) sessionStorage.setItem(STORED, asked);
  const chosen = asked ?? sessionStorage.getItem(STORED) ?? localStorage.getItem(STORED);
  return matchLocale(chosen === null ? navigator.languages : [chosen, ...navigator.languages]);
}

/** Loads a language and shows it. `remember` keeps it for this device's next visit. */
export async function setLocale(locale: string, remember = false): Promise<void> {
  const file = isPseudo(locale) ? "en" : locale;
  const load = FILES[`../../../locales/${file}.json`];
  if (!load) throw new Error(`no catalogue for ${locale}`);
  const texts = await load();
  if (remember) localStorage.setItem(STORED, locale);
  parsed.clear();
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
  i18n.set({ locale, texts });
}

function lookUp(key: string): readonly Part[] {
  const known = parsed.get(key);
  if (known) return known;
  const { locale, texts } = i18n.get();
  const plain = parseMessage(texts[key] ?? key);
  const parts = isPseudo(locale) ? pseudonymise(plain, locale) : plain;
  parsed.set(key, parts);
  return parts;
}

/** The locale for dates and numbers; the pseudo-locales count in English. */
export function formatLocale(): string {
  const { locale } = i18n.get();
  return isPseudo(locale) ? "en" : locale;
}

/** A text of the catalogue in the current language. */
export function t(key: Key, values: Values = {}): string {
  const { locale } = i18n.get();
  return formatParts<never>(lookUp(key), values, formatLocale(), (value) => isolate(value, locale)).join("");
}

/** A text with elements among its values, as a list of pieces. */
export function tParts<V>(key: Key, values: Readonly<Record<string, V | string | number>>): (V | string)[] {
  return formatParts(lookUp(key), values, formatLocale());
}

/** A text for a name that comes from the server (an event kind, a plug-in); the name itself when the catalogue has none. */
export function tName(prefix: string, name: string, values: Values = {}): string {
  const key = `${prefix}.${name}`;
  return key in i18n.get().texts ? t(key as Key, values) : name.replaceAll("_", " ");
}

/** A text for something that the server names in English (a field of a plug-in); the server's words when the catalogue has none. */
export function tOr(prefix: string, name: string, fallback: string): string {
  const key = `${prefix}.${name}`;
  return key in i18n.get().texts ? t(key as Key) : fallback;
}
