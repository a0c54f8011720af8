import { formatLocale, t } from "@/lib/i18n/catalogue";

/** "12 kB", "3.4 MB". */
export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** step;
  const digits = amount < 10 && step > 0 ? 1 : 0;
  return new Intl.NumberFormat(formatLocale(), { style: "unit", unit: units[step] ?? "byte", unitDisplay: "short", maximumFractionDigits: digits }).format(amount);
}

export function formatNumber(n: number): string {
  return n.toLocaleString(formatLocale());
}

/** A change against before, with its sign: "+12 %", "−8 %". Null where there was nothing before. */
export function formatChange(now: number, before: number): string | null {
  if (before === 0) return null;
  return new Intl.NumberFormat(formatLocale(), { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 }).format(now / before - 1).replace("-", "−");
}

/** Counts are capped by the server at 1,001. */
export function formatCount(n: number): string {
  return n > 1000 ? t("count.over", { n: 1000 }) : formatNumber(n);
}

/** The name of a language in the reader's: "Portuguese". */
export function formatLanguage(tag: string): string {
  try {
    return new Intl.DisplayNames(formatLocale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "Ana, Ben and Mia". */
export function formatList(words: readonly string[]): string {
  return new Intl.ListFormat(formatLocale(), { type: "conjunction" }).format(words);
}

/** Text without marks, folded, for comparing what is typed with what is there. */
export function foldText(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
