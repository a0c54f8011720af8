export const TARGETS = ["leads", "assignee", "team"] as const;
export type Target = (typeof TARGETS)[number];

export const TONES = ["furious", "negative", "none"] as const;
export type Tones = (typeof TONES)[number];

/** Reads for which tones somebody is called: furious ones, all bad ones, or none. */
export function readTones(sentiments: unknown): Tones {
  const list = Array.isArray(sentiments) ? sentiments : [];
  if (list.includes("negative")) return "negative";
  return list.includes("furious") ? "furious" : "none";
}

/** The tones as they are stored. */
export function toSentiments(tones: Tones): string[] {
  return { furious: ["furious"], negative: ["furious", "negative"], none: [] }[tones];
}
