import type { Part } from "./message";

const ACCENTED: Record<string, string> = {
  a: "á", b: "ƀ", c: "ç", d: "ð", e: "é", f: "ƒ", g: "ĝ", h: "ĥ", i: "î", j: "ĵ", k: "ķ", l: "ļ", m: "ɱ", n: "ñ", o: "ö", p: "þ", r: "ŕ", s: "š",
  t: "ţ", u: "û", v: "ṽ", w: "ŵ", y: "ý", z: "ž", A: "Å", B: "Ɓ", C: "Ç", D: "Ð", E: "É", F: "Ƒ", G: "Ĝ", H: "Ĥ", I: "Î", J: "Ĵ", K: "Ķ", L: "Ļ",
  M: "Ṁ", N: "Ñ", O: "Ö", P: "Þ", R: "Ŕ", S: "Š", T: "Ţ", U: "Û", V: "Ṽ", W: "Ŵ", Y: "Ý", Z: "Ž",
};

const RIGHT_TO_LEFT_MARK = "\u200f";

function accent(text: string): string {
  const signs = Array.from(text, (sign) => ACCENTED[sign] ?? sign).join("");
  const extra = Math.ceil(text.replace(/[^\p{L}]/gu, "").length * 0.3);
  return extra > 2 ? `${signs}${"·".repeat(extra)}` : signs;
}

function turn(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => `${RIGHT_TO_LEFT_MARK}\u202e${word}\u202c${RIGHT_TO_LEFT_MARK}`);
}

/** Longer and accented (en-XA), or read from the right (ar-XB): words that were never translated stand out. */
export function pseudonymise(parts: readonly Part[], locale: "en-XA" | "ar-XB"): readonly Part[] {
  const change = locale === "en-XA" ? accent : turn;
  return parts.map((part) => {
    if (part.kind === "text") return { ...part, text: change(part.text) };
    if (part.kind !== "choice") return part;
    return { ...part, cases: new Map([...part.cases].map(([name, inner]) => [name, pseudonymise(inner, locale)])) };
  });
}
