import { foldText } from "@/lib/format/text";
import { i18n } from "@/lib/i18n/catalogue";

import type { Offer } from "./suggest";

type Emoji = { unicode: string; label: string; tags?: string[]; group?: number; order?: number };

const COMMON = ["🙂", "😀", "😊", "👍", "🙏", "🎉", "❤️", "👋"];

let loaded: Promise<Emoji[]> | undefined;

async function load(): Promise<Emoji[]> {
  const file = i18n.get().locale.startsWith("pt") ? await import("emojibase-data/pt/compact.json") : await import("emojibase-data/en/compact.json");
  const all = file.default as Emoji[];
  return all.filter((one) => one.group !== undefined).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

function rank(one: Emoji, wanted: string): number {
  const label = foldText(one.label);
  if (label.startsWith(wanted)) return 0;
  if (one.tags?.some((tag) => foldText(tag).startsWith(wanted))) return 1;
  return label.includes(` ${wanted}`) ? 2 : 9;
}

/** Emoji for what was typed after the colon, by the reader's own words for them. */
export async function findEmoji(typed: string): Promise<Offer[]> {
  loaded ??= load();
  const all = await loaded;
  const wanted = foldText(typed.trim());
  const found =
    wanted === ""
      ? all.filter((one) => COMMON.includes(one.unicode))
      : all.map((one) => ({ one, rank: rank(one, wanted) })).filter(({ rank: place }) => place < 9).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
  return found.slice(0, 8).map((one) => ({ id: one.unicode, label: one.label, sign: one.unicode }));
}
