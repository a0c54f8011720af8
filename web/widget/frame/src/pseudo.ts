/** The pseudo-locale ar-XB: English words written from right to left, to see what does not mirror. */
import type { Catalogue, Entry } from "./i18n";

const mirrorText = (text: string): string =>
  text.replace(/\{\w+\}|[\p{L}\p{N}]+/gu, (part) => (part.startsWith("{") ? part : `\u200f\u202e${part}\u202c\u200f`));

const mirrorEntry = (entry: Entry): Entry =>
  typeof entry === "string"
    ? mirrorText(entry)
    : Object.fromEntries(Object.entries(entry).map(([form, text]) => [form, mirrorText(text)]));

/** Derives the pseudo-locale from a catalogue; placeholders stay as they are. */
export const mirror = (catalogue: Catalogue): Catalogue =>
  Object.fromEntries(Object.entries(catalogue).map(([key, entry]) => [key, mirrorEntry(entry ?? "")]));
