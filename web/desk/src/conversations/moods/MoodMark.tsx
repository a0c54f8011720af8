import { Flame, Frown, Heart, type LucideIcon } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Mood.module.css";

const SIGNS = { furious: Flame, negative: Frown, promoter: Heart } satisfies Record<string, LucideIcon>;
export type Marked = keyof typeof SIGNS;

export const isMarked = (sentiment: string | null): sentiment is Marked => sentiment !== null && sentiment in SIGNS;

/** How the customer's newest message sounds, where that matters; only fury has a colour. */
export function MoodMark({ sentiment }: { sentiment: string | null }) {
  const t = useT();
  if (!isMarked(sentiment)) return null;
  const Sign = SIGNS[sentiment];
  return (
    <span className={styles.mark} data-mood={sentiment} role="img" aria-label={t(`mood.${sentiment}`)} title={t(`mood.${sentiment}`)}>
      <Sign />
    </span>
  );
}
