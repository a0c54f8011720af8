import type { ConversationRow } from "@parley/client/types";

import type { Summary } from "./api";

/** What of the brief is shown, as it stands in the address. */
export type BriefSearch = { late?: true; furious?: true; kind?: string; about?: string; speaks?: string };

/** What the server counts a conversation under that has no intent or language. */
export const NO_INTENT = "other";
export const NO_LANGUAGE = "und";

/** One count that narrows the list when pressed. */
export type Count = { search: BriefSearch; key: string; n: number };

/** Reads the address; what is no narrowing is left out. */
export function parseSearch(given: Readonly<Record<string, unknown>>): BriefSearch {
  const words = (["kind", "about", "speaks"] as const).flatMap((name) => {
    const value = given[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return { ...(given.late === true && { late: true }), ...(given.furious === true && { furious: true }), ...(Object.fromEntries(words) as BriefSearch) };
}

/** The conversations that fit everything that is asked for, in their order. */
export function narrow(rows: readonly ConversationRow[], search: BriefSearch, now: number): ConversationRow[] {
  return rows.filter(
    (row) =>
      (!search.late || (row.promise_due_at !== null && Date.parse(row.promise_due_at) < now)) &&
      (!search.furious || row.sentiment === "furious") &&
      (search.kind === undefined || row.channel.kind === search.kind) &&
      (search.about === undefined || (row.intent ?? NO_INTENT) === search.about) &&
      (search.speaks === undefined || (row.language ?? NO_LANGUAGE) === search.speaks),
  );
}

/** Adds a narrowing, or takes it away where it is in force; another of the same sort takes its place. */
export function toggle(search: BriefSearch, wanted: BriefSearch): BriefSearch {
  if (!isOn(search, wanted)) return { ...search, ...wanted };
  return Object.fromEntries(Object.entries(search).filter(([name]) => !(name in wanted)));
}

export function isOn(search: BriefSearch, wanted: BriefSearch): boolean {
  return Object.entries(wanted).every(([name, value]) => search[name as keyof BriefSearch] === value);
}

const sortCounts = (counts: Readonly<Record<string, number>>) => Object.entries(counts).sort(([a, n], [b, m]) => m - n || a.localeCompare(b));

/** The counts by what they count, the largest first. */
export function listCounts({ channels, intents, languages }: Summary): Record<"kind" | "about" | "speaks", Count[]> {
  const of = (name: "kind" | "about" | "speaks", counts: Readonly<Record<string, number>>) => sortCounts(counts).map(([key, n]): Count => ({ search: { [name]: key }, key, n }));
  return { kind: of("kind", channels), about: of("about", intents), speaks: of("speaks", languages) };
}
