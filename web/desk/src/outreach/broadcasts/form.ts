import type { Id } from "@parley/client/types";

import { readCondition, writeCondition, type Group } from "@/automation/rules/tree";
import type { Condition } from "@/lib/acts/sayRule";
import type { FieldWord } from "@/lib/acts/useVocabulary";
import { isBlank } from "@/lib/html";

import type { Broadcast, BroadcastChange, Selection, Texts } from "./api";

export type Of = "conversations" | "orders";
export type Form = {
  name: string;
  of: Of;
  condition: Group;
  /** Chosen by hand; nobody else is told. */
  ids: Id[] | null;
  skip: Id[];
  storeId: string;
  /** Days of the calendar, as the browser's field gives them. */
  placedFrom: string;
  placedBefore: string;
  /** The store's ids of products or variants, separated by commas. */
  things: string;
  texts: Texts;
  tagId: string | null;
  perMinute: number;
};

const SECTIONS: Record<Of, readonly string[]> = {
  conversations: ["conversation", "customer", "history", "orders", "order", "shipment", "time"],
  orders: ["order", "orders", "shipment", "customer", "conversation", "history", "time"],
};

/** What a selection may test. */
export function fieldsFor(of: Of, fields: ReadonlyMap<string, FieldWord>): FieldWord[] {
  const sections = SECTIONS[of];
  const at = (word: FieldWord) => sections.indexOf(word.name.split(".")[0] ?? "");
  return [...fields.values()].filter((word) => at(word) >= 0).sort((a, b) => at(a) - at(b));
}

const day = (iso: string | null | undefined) => iso?.slice(0, 10) ?? "";

/** A stored draft as the editor holds it; `language` is what an empty one begins with. */
export function readForm({ name, selection, texts, tag_id, per_minute }: Pick<Broadcast, "name" | "selection" | "texts" | "tag_id" | "per_minute">, language: string): Form {
  const raw = selection.if as Condition | undefined;
  const languages = texts.languages ?? {};
  return {
    name,
    of: selection.of ?? "conversations",
    condition: readCondition(raw && Object.keys(raw).length > 0 ? raw : null),
    ids: selection.ids && selection.ids.length > 0 ? selection.ids : null,
    skip: selection.skip ?? [],
    storeId: selection.store_id ?? "",
    placedFrom: day(selection.placed_from),
    placedBefore: day(selection.placed_before),
    things: [...(selection.product_refs ?? []), ...(selection.variant_refs ?? [])].filter((one, at, all) => all.indexOf(one) === at).join(", "),
    texts: Object.keys(languages).length > 0 ? { ...texts, languages } : { fallback: language, languages: { [language]: {} } },
    tagId: tag_id,
    perMinute: per_minute,
  };
}

/** Who is told, as it is stored. Nobody, as long as nothing was said. */
export function writeSelection(form: Form): Selection {
  const skip = form.skip.length > 0 ? { skip: form.skip } : {};
  const tested = form.condition.parts.length > 0;
  const condition = tested ? { if: writeCondition(form.condition) as Record<string, unknown> } : {};
  if (form.of === "conversations") return { of: "conversations", ...condition, ids: form.ids ?? (tested ? null : []), ...skip };
  const things = form.things.split(",").map((one) => one.trim()).filter(Boolean);
  return {
    of: "orders",
    ...condition,
    ...skip,
    ...(form.ids && { ids: form.ids }),
    ...(form.storeId !== "" && { store_id: form.storeId }),
    ...(form.placedFrom !== "" && { placed_from: `${form.placedFrom}T00:00:00Z` }),
    ...(form.placedBefore !== "" && { placed_before: `${form.placedBefore}T00:00:00Z` }),
    ...(things.length > 0 && { product_refs: things, variant_refs: things }),
  };
}

/** The draft as it is stored. */
export function writeForm(form: Form): BroadcastChange {
  return { name: form.name.trim(), selection: writeSelection(form), texts: form.texts, tag_id: form.tagId, per_minute: form.perMinute };
}

/** What tells two forms apart. */
export function printForm(form: Form): string {
  return JSON.stringify(writeForm(form));
}

type Words = { html?: string; subject?: string };

/** The words for a kind of channel; the empty kind means all. */
export function wordsOf(texts: Texts, language: string, channel: string): Words {
  const tongue = texts.languages?.[language];
  return (channel === "" ? tongue : tongue?.channels?.[channel]) ?? {};
}

/** The texts with other words in one place; a variant without words is none. */
export function putWords(texts: Texts, language: string, channel: string, words: Words): Texts {
  const before = texts.languages?.[language] ?? {};
  if (channel === "") return { ...texts, languages: { ...texts.languages, [language]: { ...before, ...words } } };
  const { [channel]: old, ...others } = before.channels ?? {};
  const made = { ...old, ...words };
  const empty = isBlank(made.html ?? "") && (made.subject ?? "") === "";
  return { ...texts, languages: { ...texts.languages, [language]: { ...before, channels: empty ? others : { ...others, [channel]: made } } } };
}

/** The texts without a language; whoever was to fall back to it falls back to the first. */
export function dropLanguage(texts: Texts, language: string): Texts {
  const languages = Object.fromEntries(Object.entries(texts.languages ?? {}).filter(([one]) => one !== language));
  const fallback = texts.fallback === language ? (Object.keys(languages)[0] ?? "") : texts.fallback;
  return { ...texts, fallback: fallback ?? "", languages };
}
