import type { FormAct } from "@parley/client/types";

import { formatList } from "@/lib/format/text";
import { formatLength } from "@/lib/format/time";
import { i18n, t, tName, type Key } from "@/lib/i18n/catalogue";

import type { Sources } from "./useSources";

/** Where the values of an argument are named, for sentences. */
const SOURCE_OF: Readonly<Record<string, string>> = { tag_ids: "tags", agent_id: "agents", team_id: "teams", language: "languages", field: "custom_fields", mentions: "agents", macro: "macros" };

function nameValue(param: string, value: unknown, sources: Sources): string {
  if (typeof value === "boolean") return t(value ? "act_value.yes" : "act_value.no");
  if (typeof value === "number") return param === "minutes" ? formatLength(value * 60) : String(value);
  const source = SOURCE_OF[param];
  const named = (id: string) => (source === undefined ? tName("choice", id) : (sources(source).find((one) => one.id === id)?.label ?? t("act_value.gone")));
  if (Array.isArray(value)) return formatList(value.map((one) => named(String(one))));
  if (param === "text" || param === "value") return String(value).replace(/<[^>]*>/g, " ").trim().slice(0, 60);
  return named(String(value));
}

/** What an act does, in a few words: "Tag with Shipping". */
export function sayAct({ act, ...args }: FormAct, sources: Sources): string {
  const entries = Object.entries(args).filter(([name, value]) => value !== null && value !== undefined && name !== "idle");
  const values = Object.fromEntries(entries.map(([name, value]) => [name, nameValue(name, value, sources)]));
  // A reply says its text or names a macro.
  const key = `act_does.${act === "reply" && "macro" in values ? "reply_macro" : act}`;
  if (key in i18n.get().texts) return t(key as Key, { tag_ids: "", agent_id: "", team_id: "", priority: "", status: "", minutes: "", text: "", field: "", value: "", language: "", vip: "", to: "", kind: "", macro: "", ...values });
  const rest = Object.values(values).join(", ");
  return rest === "" ? tName("act_form", act) : `${tName("act_form", act)}: ${rest}`;
}
