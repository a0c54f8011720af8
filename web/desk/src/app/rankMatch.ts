import { foldText } from "@/lib/format/text";

/** How well a command fits what was typed: its beginning, the beginning of one of its words, any part, or not at all (0). Signs like accents do not count. */
export function rankMatch(value: string, typed: string): number {
  const name = foldText(value);
  const wanted = foldText(typed).trim();
  if (name.startsWith(wanted)) return 1;
  if (name.includes(` ${wanted}`)) return 0.8;
  if (wanted.split(/\s+/).every((word) => name.includes(word))) return 0.4;
  return 0;
}
