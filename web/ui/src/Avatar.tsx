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

const HUES = 10;

/** One of ten grounds, the same for the same text everywhere. */
export function pickHue(seed: string): number {
  let hash = 0;
  for (const sign of seed) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
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
  const hue = colour !== undefined && colour !== null && /^\d$/.test(colour) ? Number(colour) : pickHue(colour ?? seed ?? name);
  return (
    <span className={cx(styles.avatar, styles[size])} data-hue={hue} role={silent ? undefined : "img"} aria-hidden={silent || undefined} aria-label={silent ? undefined : name}>
      <span className={styles.letters}>{pickInitials(name)}</span>
      {online !== undefined && <span className={styles.dot} data-online={online} />}
    </span>
  );
}
