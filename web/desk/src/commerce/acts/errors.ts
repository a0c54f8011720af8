import { i18n, t, type Key } from "@/lib/i18n/catalogue";
import { explain, Problem } from "@/lib/problem";

function lookUp(code: string): string | null {
  const key = `acts.error.${code}`;
  return key in i18n.get().texts ? t(key as Key) : null;
}

/** Why an act could not be planned, committed or decided about: a sentence in the reader's language, by its code. */
export function explainAct(error: unknown): string {
  return (error instanceof Problem ? lookUp(error.code) : null) ?? explain(error);
}

/** What stands in an act's own `error`: a code has its sentence, the words of a store or carrier are shown as they are. */
export function explainReason(text: string): string {
  return /^[a-z_]+$/.test(text) ? (lookUp(text) ?? text.replaceAll("_", " ")) : text;
}
