import { foldText } from "@/lib/format/text";

type Range = readonly [number, number];

const OPERATOR = /(?:^|\s)-?[a-z]+:(?:"[^"]*"|\S+)/giu;
const LEFT_OUT = /(?:^|\s)-(?:"[^"]*"|\S+)/gu;
// Scripts that put no spaces between words: there a word may begin anywhere.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** The words and phrases that a search wants, folded: no operators, nothing that it leaves out. */
export function listTerms(q: string): string[] {
  const plain = q.replace(OPERATOR, " ").replace(LEFT_OUT, " ");
  return [...plain.matchAll(/"([^"]+)"|(\S+)/gu)].map(([, phrase, word]) => foldText(phrase ?? (word ?? "").replace(/^["(]+|[")*,.]+$/gu, "")).trim()).filter((term) => term !== "");
}

/** A text folded, and for each of its signs the place in the text it came from. */
function foldWithPlaces(text: string): { folded: string; places: number[] } {
  let folded = "";
  const places: number[] = [];
  let at = 0;
  for (const sign of text) {
    const plain = foldText(sign);
    places.push(...Array<number>(plain.length).fill(at));
    folded += plain;
    at += sign.length;
  }
  places.push(at);
  return { folded, places };
}

/** Where the terms stand in a text (UTF-16 places), at the beginning of words where the script has words. */
export function findTerms(text: string, terms: readonly string[]): Range[] {
  const { folded, places } = foldWithPlaces(text);
  const found: Range[] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      const inside = at > 0 && !UNSPACED.test(term) && /[\p{L}\p{N}]/u.test(folded[at - 1] ?? "");
      if (!inside) found.push([places[at] ?? 0, places[at + term.length] ?? text.length]);
    }
  }
  return found;
}
