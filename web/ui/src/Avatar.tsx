import styles from "./Avatar.module.css";
import { cx } from "./cx";

type AvatarProps = {
  name: string;
  /** Any text the colour is drawn from when the server named none; the name by default. */
  seed?: string | null | undefined;
  colour?: string | null | undefined;
  size?: "xs" | "s" | "m" | "l";
  online?: boolean | undefined;
  /** Drawn beside the name: nothing is said twice. */
  silent?: boolean;
};

/** The colours that people, teams and tags may have, as the server names them. */
export const PALETTE = ["slate", "red", "orange", "amber", "yellow", "lime", "green", "teal", "cyan", "blue", "indigo", "violet", "purple", "pink", "rose"] as const;

/** A colour of the palette, the same for the same text everywhere. */
export function pickColour(seed: string): string {
  let hash = 0;
  for (const sign of seed) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return PALETTE[hash % PALETTE.length] ?? "slate";
}

const SIGNS = new Intl.Segmenter();

function takeSign(word: string | undefined): string {
  return word === undefined ? "" : (SIGNS.segment(word)[Symbol.iterator]().next().value?.segment ?? "");
}

/** At most two initials, whatever the script. */
export function pickInitials(name: string): string {
  const words = name.replace(/[<>()"'@]/g, " ").trim().split(/\s+/u).filter(Boolean);
  const first = takeSign(words[0]);
  const last = words.length > 1 ? takeSign(words.at(-1)) : "";
  return `${first}${last}`.toLocaleUpperCase() || "?";
}

/** A person as two letters on a quiet ground. */
export function Avatar({ name, seed, colour, size = "m", online, silent = true }: AvatarProps) {
  const own = (PALETTE as readonly string[]).includes(colour ?? "") ? colour : pickColour(seed ?? name);
  return (
    <span className={cx(styles.avatar, styles[size])} data-colour={own} role={silent ? undefined : "img"} aria-hidden={silent || undefined} aria-label={silent ? undefined : name}>
      <span className={styles.letters}>{pickInitials(name)}</span>
      {online !== undefined && <span className={styles.dot} data-online={online} />}
    </span>
  );
}
