import { formatLocale } from "@/lib/i18n/catalogue";

// Digits after the point where they are not two (ISO 4217); the browser's own table is CLDR's, which says otherwise for some.
const DIGITS = new Map<string, number>([
  ...["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"].map((code): [string, number] => [code, 0]),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((code): [string, number] => [code, 3]),
  ["CLF", 4],
  ["UYW", 4],
]);

/** How many digits a currency has after the point. */
export function digitsOf(currency: string): number {
  return DIGITS.get(currency) ?? 2;
}

function toDecimal(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const whole = String(Math.abs(minor)).padStart(digits + 1, "0");
  const sign = minor < 0 ? "-" : "";
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
}

/** An amount in the reader's locale: "€30.00", "30,00 €", "¥1,200". An unknown currency stands as its code. */
export function formatMoney(minor: number, currency: string, locale: string = formatLocale()): string {
  const digits = digitsOf(currency);
  // A decimal text goes through exactly, where a number would be rounded beyond 2^53.
  const value = toDecimal(minor, currency) as Intl.StringNumericLiteral;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat(locale, options).format(value)} ${currency}`.trim();
  return new Intl.NumberFormat(locale, { style: "currency", currency, ...options }).format(value);
}

/** An amount as it stands in a field: the reader's decimal sign, no grouping, no currency. */
export function toMoneyInput(minor: number, currency: string, locale: string = formatLocale()): string {
  return toDecimal(minor, currency).replace(".", decimalSign(locale));
}

function decimalSign(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
}

/**
 * What was typed as an amount, in minor units; null when it is none.
 * The sign of the reader's locale parts the decimals. The other of point and comma groups thousands, unless it stands
 * alone before too few digits for that: then a keyboard of another country was meant.
 */
export function parseMoney(text: string, currency: string, locale: string = formatLocale()): number | null {
  const typed = text.replace(/[\s\u00a0\u202f'’]/gu, "").replace(/^[^\d.,-]+|[^\d.,]+$/gu, "");
  if (!/^\d[\d.,]*$/.test(typed)) return null;
  const digits = digitsOf(currency);
  const own = decimalSign(locale) === "," ? "," : ".";
  const other = own === "," ? "." : ",";
  const foreign = !typed.includes(own) && typed.split(other).length === 2 && !new RegExp(`\\${other}\\d{3}$`).test(typed);
  const [sign, group] = foreign ? [other, own] : [own, other];
  const [whole = "", part = "", ...more] = typed.split(sign);
  if (more.length > 0 || part.includes(group) || part.length > digits) return null;
  if (whole.includes(group) && !new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole)) return null;
  const minor = Number(`${whole.replaceAll(group, "")}${part.padEnd(digits, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}
