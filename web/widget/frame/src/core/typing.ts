/** Who is writing: the visitor's side is reported sparingly, the other side's is over when nothing more comes. */
import type { World } from "./connection";

const OVER_MS = 8_000;
const EVERY_MS = 3_000;

export interface TypingLink {
  /** Tells the other side. */
  report: (on: boolean) => void;
  /** The other side has said nothing more for a while. */
  over: () => void;
}

export function openTyping(world: World, { report, over }: TypingLink) {
  let timer = 0;
  let typedAt = -Infinity;
  return {
    /** Reports typing: `true` at most every few seconds, `false` only after a `true`. */
    type(on: boolean): void {
      if (on ? world.now() - typedAt < EVERY_MS : typedAt === -Infinity) return;
      typedAt = on ? world.now() : -Infinity;
      report(on);
    },
    /** What was being written has been sent; whatever is typed next is reported at once. */
    sent(): void {
      typedAt = -Infinity;
    },
    /** The other side has said that it writes, or no longer does. */
    heard(on: boolean): void {
      world.clearTimeout(timer);
      if (on) timer = world.setTimeout(over, OVER_MS);
    },
  };
}
