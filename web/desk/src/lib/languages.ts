/** The languages that are offered to choose from (BCP 47). */
const OFFERED = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "pt-BR", "sl", "zh", "zh-Hans", "zh-Hant"];

/** Those and the ones that are chosen already. */
export function offerLanguages(chosen: readonly string[]): string[] {
  return [...new Set([...OFFERED, ...chosen])];
}
