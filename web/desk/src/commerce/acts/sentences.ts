import type { PlanLine, StoreAct } from "@parley/client/types";

import { formatDate } from "@/lib/format/time";
import { formatLocale, i18n, t, type Key } from "@/lib/i18n/catalogue";
import { MessageError } from "@/lib/i18n/message";

import { formatMoney } from "../money";

/** The name of a country in the reader's language. */
export function formatCountry(code: string): string {
  try {
    return new Intl.DisplayNames(formatLocale(), { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

const MONEY = ["amount", "moved"] as const;

function show(args: PlanLine["args"]): Record<string, string | number> {
  const currency = typeof args.currency === "string" ? args.currency : "";
  const shown: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === "number" && currency !== "" && MONEY.some((one) => one === name)) shown[name] = formatMoney(value, currency);
    else if (name === "at" && typeof value === "string") shown[name] = formatDate(value);
    else if (typeof value === "number" || typeof value === "string") shown[name] = value;
    else if (value !== null && value !== undefined) shown[name] = JSON.stringify(value);
  }
  return shown;
}

function prepare(line: PlanLine): Record<string, string | number> {
  const values = show(line.args);
  if (line.code === "address.other_country") return { before: formatCountry(String(values.before)), after: formatCountry(String(values.after)) };
  if (line.code === "window.country" && typeof values.country === "string") return { country: formatCountry(values.country) };
  return "title" in values ? values : { ...values, title: t("acts.this_line") };
}

/** A sentence of a plan in the reader's language, with amounts and days as he writes them; a code we do not know stands as it is. */
export function say(line: PlanLine, part: "line" | "refusal" = "line"): string {
  const { texts } = i18n.get();
  const refusal = `act.refusal.${line.code}`;
  const key = part === "refusal" && refusal in texts ? refusal : `act.line.${line.code}`;
  try {
    if (key in texts) return t(key as Key, prepare(line));
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
  }
  return line.code.replaceAll(/[._]/g, " ");
}

/** What the last button says: what will happen, with the amount it is about. */
export function nameCommit(plan: Pick<StoreAct, "act" | "amount" | "currency" | "second">): string {
  if (plan.second.length > 0) return t("act.commit.ask");
  const amount = plan.currency === "" ? "" : formatMoney(Math.abs(plan.amount), plan.currency);
  const key = plan.act === "refund" ? "act.commit.refund" : (`act.commit.${plan.act}` as Key);
  return t(key, { amount });
}
