import type { FormAct } from "@parley/client/types";

import { formatList } from "@/lib/format/text";
import { formatLength } from "@/lib/format/time";
import { formatLocale, t, tName } from "@/lib/i18n/catalogue";

import { sayAct } from "./sayAct";
import { sayField, sayTest, type Said } from "./sayTest";
import type { Sources } from "./useSources";
import type { Words } from "./useVocabulary";

export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | Said;
export type WaitBody = { anchor: string; minutes: number; hours?: string | null };
export type RuleBody = { when: string; if?: Condition | null; then: FormAct[]; stop?: boolean; wait?: WaitBody | null };

/** When a rule is asked, in words: "When a message arrives". */
export function sayEvent({ when, wait }: Pick<RuleBody, "when" | "wait">): string {
  if (wait) return tName("rule_wait", wait.anchor, { time: formatLength(wait.minutes * 60) });
  return tName("rule_event", when);
}

/** A label within a sentence: small, unless it begins with letters that are always large. */
function soften(text: string): string {
  const [first = "", second = ""] = text;
  return second === second.toLocaleUpperCase(formatLocale()) && second.trim() !== "" ? text : first.toLocaleLowerCase(formatLocale()) + text.slice(first.length);
}

/** A condition in words; "" where everything matches. */
export function sayCondition(raw: Condition | null | undefined, words: Words, sources: Sources, inner = false): string {
  if (!raw) return "";
  if ("field" in raw && raw.value === true) return soften(sayField(raw.field));
  if ("field" in raw && raw.value === false) return t("rule_says.not", { test: soften(sayField(raw.field)) });
  if ("field" in raw) return soften(sayTest(raw, words.fields.get(raw.field), sources));
  if ("not" in raw) return t("rule_says.none", { tests: sayCondition(raw.not, words, sources, true) });
  const any = "any" in raw;
  const parts = (any ? raw.any : raw.all).map((one) => sayCondition(one, words, sources, true)).filter((one) => one !== "");
  const joined = any ? new Intl.ListFormat(formatLocale(), { type: "disjunction" }).format(parts) : formatList(parts);
  return inner && parts.length > 1 ? t("rule_says.group", { tests: joined }) : joined;
}

/** A whole rule as one sentence. */
export function sayRule(rule: RuleBody, words: Words, sources: Sources): string {
  const condition = sayCondition(rule.if, words, sources);
  const values = { event: sayEvent(rule), condition, acts: formatList(rule.then.map((one) => soften(sayAct(one, sources)))).replace(/[.!?…]+$/u, "") };
  return t(condition === "" ? "rule_says.always" : "rule_says.rule", values);
}
