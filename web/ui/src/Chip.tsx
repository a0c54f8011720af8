import { X } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./Chip.module.css";
import { cx } from "./cx";

export type ChipTone = "plain" | "red" | "amber" | "green" | "accent";

type ChipProps = {
  tone?: ChipTone;
  /** A colour of the palette or #rrggbb, shown as a dot beside the word: never the only sign. */
  dot?: string | null | undefined;
  icon?: ReactNode;
  size?: "s" | "m";
  onRemove?: (() => void) | undefined;
  removeLabel?: string;
  children: ReactNode;
};

/** A short word on a quiet ground: a tag, a state, a count. */
export function Chip({ tone = "plain", dot, icon, size = "m", onRemove, removeLabel, children }: ChipProps) {
  return (
    <span className={cx(styles.chip, styles[tone], styles[size])}>
      {dot !== undefined && dot !== null && <Dot colour={dot} />}
      {icon}
      <span className={styles.word}>{children}</span>
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={removeLabel} onClick={onRemove}>
          <X />
        </button>
      )}
    </span>
  );
}

/** The dot alone, for lists in which the word stands beside it. */
export function Dot({ colour }: { colour: string }) {
  const own = colour.startsWith("#") ? { style: { backgroundColor: colour } } : { "data-colour": colour };
  return <span className={styles.dot} {...own} aria-hidden="true" />;
}
