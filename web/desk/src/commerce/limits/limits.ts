import type { ActLimit, LimitRole } from "@parley/client/types";

import { t } from "@/lib/i18n/catalogue";

import { formatMoney, parseMoney, toMoneyInput } from "../money";
import type { LimitWish, Place } from "./api";

export const AMOUNTS = ["largest", "alone", "daily"] as const;
export type AmountName = (typeof AMOUNTS)[number];
/** What is typed into the sentence of a limit; empty is no limit. */
export type Typed = { allowed: boolean } & Record<AmountName, string>;

/** Nobody knows what a label costs before it is bought, and a return moves nothing until its refund: a shopper's is counted by what it promises. */
export function hasAmounts({ role, act }: Pick<Place, "role" | "act">): boolean {
  return act !== "label" && (act !== "return" || role === "customer");
}

/** What a shopper does is not counted by day. */
export function listAmounts(place: Pick<Place, "role" | "act">): AmountName[] {
  return hasAmounts(place) ? AMOUNTS.filter((name) => name !== "daily" || place.role !== "customer") : [];
}

/** What somebody may do, as the end of a sentence. */
export function nameDeed({ role, act }: Pick<Place, "role" | "act">): string {
  return role === "customer" ? t(`limits.do_customer.${act as "return" | "refund" | "label"}`) : t(`limits.do.${act}`);
}

/** A limit in sentences: "A lead may refund up to €200.00. Above €100.00 a second person approves." */
export function describeLimit(limit: ActLimit): string {
  const values = { who: t(`limits.who.${limit.role}`), act: nameDeed(limit) };
  if (!limit.allowed) return t("limits.may_not", values);
  const money = (minor: number) => formatMoney(minor, limit.currency);
  const { largest, alone, daily } = limit;
  const shown = hasAmounts(limit);
  const sentences = [shown && largest !== null ? t("limits.may_up_to", { ...values, amount: money(largest) }) : t("limits.may", values)];
  if (shown && alone !== null) sentences.push(alone === 0 ? t("limits.second_always") : t("limits.second", { amount: money(alone) }));
  if (shown && daily !== null) sentences.push(t("limits.a_day", { amount: money(daily) }));
  return sentences.join(" ");
}

/** A limit as it stands in the fields. */
export function toTyped(limit: ActLimit): Typed {
  const show = (minor: number | null) => (minor === null ? "" : toMoneyInput(minor, limit.currency));
  return { allowed: limit.allowed, largest: show(limit.largest), alone: show(limit.alone), daily: show(limit.daily) };
}

/** An amount that is typed: minor units, null for no limit, undefined where it is no amount. */
export function readAmount(text: string, currency: string): number | null | undefined {
  return text.trim() === "" ? null : (parseMoney(text, currency) ?? undefined);
}

/** What is typed as a wish; null while something is no amount. What the sentence does not show is no limit. */
export function readTyped({ role, act, currency }: Place, typed: Typed): LimitWish | null {
  const names = typed.allowed ? listAmounts({ role, act }) : [];
  const amounts = { largest: null, alone: null, daily: null } as Record<AmountName, number | null>;
  for (const name of names) {
    const amount = readAmount(typed[name], currency);
    if (amount === undefined) return null;
    amounts[name] = amount;
  }
  return { role, act, currency, allowed: typed.allowed, ...amounts };
}

/** The limits of one currency, by role, in the order of the server. */
export function groupByRole(limits: readonly ActLimit[], currency: string): [LimitRole, ActLimit[]][] {
  const groups = new Map<LimitRole, ActLimit[]>();
  for (const one of limits) if (one.currency === currency) groups.set(one.role, [...(groups.get(one.role) ?? []), one]);
  return [...groups];
}

/** Whether somebody may set the limits of a role: nobody but an owner those of owners and admins. */
export function maySet(role: LimitRole, me: { role: string; permissions: readonly string[] }): boolean {
  return me.permissions.includes("limits:write") && (me.role === "owner" || (role !== "owner" && role !== "admin"));
}
