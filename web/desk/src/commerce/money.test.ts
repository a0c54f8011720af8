import { describe, expect, it } from "vitest";

import { digitsOf, formatMoney, parseMoney, toMoneyInput } from "./money";

describe("amounts", () => {
  it("have the decimals of their currency", () => {
    expect(formatMoney(3000, "EUR", "en")).toBe("€30.00");
    expect(formatMoney(-123_456, "EUR", "de").replace(/\s/g, " ")).toBe("-1.234,56 €");
    expect(formatMoney(1200, "JPY", "en")).toBe("¥1,200");
    expect(formatMoney(1234, "KWD", "en").replace(/\s/g, " ")).toBe("KWD 1.234");
    expect(formatMoney(5, "USD", "en")).toBe("$0.05");
    // CLDR has none for it, ISO 4217 three.
    expect(digitsOf("IQD")).toBe(3);
  });

  it("are read as the reader writes them", () => {
    const read = (text: string, currency = "EUR", locale = "en") => parseMoney(text, currency, locale);
    expect([read("30"), read("30.5"), read("1,234.50"), read("€ 12.00"), read("12,5")]).toEqual([3000, 3050, 123_450, 1200, 1250]);
    expect([read("30,5", "EUR", "pt-BR"), read("1.234,50", "EUR", "pt-BR"), read("12.5", "EUR", "pt-BR"), read("1.234", "EUR", "pt-BR")]).toEqual([3050, 123_450, 1250, 123_400]);
    expect([read("1,200", "JPY"), read("1.234", "KWD"), read("1,234", "USD")]).toEqual([1200, 1234, 123_400]);
  });

  it("are refused where it is not sure what is meant", () => {
    for (const text of ["", "abc", "1.234", "-5", "1,23,4.00", "1.2.3", "12.345", "1e3", "999999999999999999"]) expect(parseMoney(text, "EUR", "en"), text).toBeNull();
    expect(parseMoney("12.5", "JPY", "en")).toBeNull();
  });

  it("come back as they were shown", () => {
    for (const [currency, locale] of [["EUR", "en"], ["EUR", "de"], ["JPY", "en"], ["KWD", "pt-BR"], ["CLF", "sl"]] as const) {
      for (const minor of [0, 1, 99, 100, 12_345, 9_999_999]) {
        expect(parseMoney(toMoneyInput(minor, currency, locale), currency, locale)).toBe(minor);
        expect(parseMoney(formatMoney(minor, currency, locale), currency, locale)).toBe(minor);
      }
    }
  });
});
