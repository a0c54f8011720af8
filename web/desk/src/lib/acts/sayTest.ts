import { formatLanguage, formatList, formatNumber } from "@/lib/format/text";
import { formatDateTime, formatLength } from "@/lib/format/time";
import { formatLocale, i18n, t, tName } from "@/lib/i18n/catalogue";

import type { Sources } from "./useSources";
import type { FieldWord } from "./useVocabulary";

export type Said = { field: string; op: string; value?: unknown };

/** Lists whose members have ids: what is not among them any more is gone. */
const BY_ID = new Set(["agents", "teams", "tags", "brands", "channels", "stores", "hours", "macros"]);
/** So many values are named in a sentence; of more, the first few and how many others. */
const NAMED = 5;
const ALL_OF = new Set(["contains_all", "has_all"]);

/** A field in words; one that a plug-in has added in a readable form of its name. */
export function sayField(name: string): string {
  if (`rule_field.${name}` in i18n.get().texts) return tName("rule_field", name);
  const [section = "", ...rest] = name.split(".");
  return `${saySection(section)}: ${rest.join(" ").replaceAll("_", " ")}`;
}

export function saySection(name: string): string {
  return tName("rule_section", name);
}

export function sayOp(op: string, kind?: string): string {
  return kind !== undefined && `rule_op.${kind}.${op}` in i18n.get().texts ? tName("rule_op", `${kind}.${op}`) : tName("rule_op", op);
}

function sayOne(value: unknown, word: FieldWord | undefined, sources: Sources): string {
  if (typeof value === "boolean") return t(value ? "act_value.yes" : "act_value.no");
  if (typeof value === "number") return withUnit(value, word?.unit ?? null);
  const text = String(value);
  if (word === undefined) return text;
  if (word.kind === "moment") return formatDateTime(text);
  if (word.kind === "text") return t("rule_says.quoted", { text });
  const known = sources(word.source, word.options).find((one) => one.id === text)?.label;
  if (known !== undefined) return known;
  if (BY_ID.has(word.source ?? "")) return t("act_value.gone");
  return word.source === "languages" ? formatLanguage(text) : tName("choice", text);
}

/** A number with what it counts. */
export function withUnit(value: number, unit: string | null): string {
  if (unit === "minutes") return formatLength(value * 60);
  if (unit === "hours" || unit === "days") return t(`rule_unit.${unit}`, { n: value });
  return formatNumber(value);
}

/** What a field is compared with, or what it was, in words. */
export function sayValue(value: unknown, word: FieldWord | undefined, sources: Sources, op = "is"): string {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return t("rule_says.nothing");
  if (word?.ops[op] === "minutes" && typeof value === "number") return formatLength(value * 60);
  if (!Array.isArray(value)) return sayOne(value, word, sources);
  const said = value.map((one) => sayOne(one, word, sources));
  if (word?.ops[op] === "span") return said.join(" – ");
  const shown = said.length > NAMED ? [...said.slice(0, NAMED - 1), t("rule_says.more", { n: said.length - NAMED + 1 })] : said;
  return ALL_OF.has(op) ? formatList(shown) : new Intl.ListFormat(formatLocale(), { type: "disjunction" }).format(shown);
}

/** A test in words: "Message text contains “size”". */
export function sayTest({ field, op, value }: Said, word: FieldWord | undefined, sources: Sources): string {
  const wants = word?.ops[op];
  if (wants === "nothing" || (word === undefined && (value === null || value === undefined))) return t("rule_says.bare", { field: sayField(field), op: sayOp(op, word?.kind) });
  if (wants === "flag" || typeof value === "boolean") return t("rule_says.flag", { field: sayField(field), value: sayValue(value, word, sources) });
  return t("rule_says.test", { field: sayField(field), op: sayOp(op, word?.kind), value: sayValue(value, word, sources, op) });
}
