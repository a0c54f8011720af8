const RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LEFT = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;
const FROM_RIGHT = new Set(["ar", "fa", "he", "ur"]);

/** A name, address or number of the other direction, kept from turning the words around it (Unicode UAX #9, isolates). */
export function isolate(value: string, locale: string): string {
  const foreign = FROM_RIGHT.has(locale.split("-")[0] ?? "") ? LEFT : RIGHT;
  return foreign.test(value) ? `\u2068${value}\u2069` : value;
}
