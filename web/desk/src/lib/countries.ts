import { formatLocale } from "@/lib/i18n/catalogue";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
// Codes that CLDR names though no parcel can be sent there: groups of countries, stand-ins, and former ones.
const NO_COUNTRY = new Set(["EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AN", "BU", "CS", "DD", "DY", "FQ", "FX", "HV", "JT", "MI", "NH", "NQ", "NT", "PC", "PU", "PZ", "RH", "SU", "TP", "UK", "VD", "WK", "YD", "YU", "ZR", "CT"]);

/** Every country the browser has a name for, in the order of the reader's language. */
export function listCountries(locale: string = formatLocale()): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((code) => !NO_COUNTRY.has(code));
  const found = codes.flatMap((code) => {
    const name = names.of(code);
    return name === undefined ? [] : [{ code, name }];
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, locale));
}
