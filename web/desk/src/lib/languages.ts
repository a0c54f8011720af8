/** The languages that are offered to choose from (BCP 47). */
const OFFERED = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "pt-BR", "sl", "zh-Hans", "zh-Hant"];

/** Those and the ones that are chosen already; Chinese without a script stands for the simplified. */
export function offerLanguages(chosen: readonly string[]): string[] {
  const plain = chosen.includes("zh") && !chosen.includes("zh-Hans");
  return [...new Set([...OFFERED.filter((one) => !plain || one !== "zh-Hans"), ...chosen])];
}

/** The same languages with this one before all others. */
export function putFirst(first: string, languages: readonly string[]): string[] {
  return [first, ...languages.filter((one) => one !== first)];
}
