import { readFileSync } from "node:fs";
import path from "node:path";

import type { PlanLine } from "@parley/client/types";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";

import { nameCommit, say } from "./sentences";

const line = (code: string, args: PlanLine["args"] = {}): PlanLine => ({ code, args });

const DECIDING = path.join(import.meta.dirname, "../../../../../parley/commerce");

describe("sentences of a plan", () => {
  beforeEach(() => setLocale("en"));

  it("have amounts and days as the reader writes them", async () => {
    const pay = line("refund.pay", { amount: 3000, currency: "EUR", to: "original" });
    expect(say(pay)).toBe("€30.00 go back the way they were paid.");
    expect(say(line("refund.pay", { amount: 1200, currency: "JPY", to: "store_credit" }))).toBe("The customer gets ¥1,200 as store credit.");
    expect(say(line("subscription.date", { at: "2026-12-01T12:00:00Z" }))).toBe("The next delivery is on Dec 1, 2026.");
    expect(say(line("address.other_country", { before: "SI", after: "AT" }))).toContain("from Slovenia to Austria");
    await setLocale("pt-BR");
    expect(say(pay).replace(/\s/gu, " ")).toBe("€ 30,00 voltam pela forma de pagamento.");
  });

  it("say another thing of a refusal that shares its code", () => {
    expect(say(line("discount.percent", { code: "X", percent: 10 }))).toBe("The code X takes 10 % off.");
    expect(say(line("discount.percent"), "refusal")).toBe("The discount must be between 0 and 100 per cent.");
  });

  it("never fail: what is not known stands as it is", () => {
    expect(say(line("moon.phase"))).toBe("moon phase");
    expect(say(line("refund.too_much"))).toBe("refund too much");
  });

  it("name on the button what it is about", () => {
    const plan = { act: "refund", amount: 3000, currency: "EUR", second: [] };
    expect(nameCommit(plan)).toBe("Refund €30.00");
    expect(nameCommit({ ...plan, second: [line("limit.alone")] })).toBe("Ask for approval");
    expect(nameCommit({ act: "cancel", amount: 0, currency: "", second: [] })).toBe("Cancel the order");
  });
});

describe("the codes of the server", () => {
  let codes: string[] = [];
  beforeAll(() => {
    const sources = ["acting/deciding.py", "acting/limits.py", "returns/deciding.py"].map((name) => readFileSync(path.join(DECIDING, name), "utf8")).join("\n");
    codes = [...new Set([...sources.matchAll(/(?:Line|_piece_line)\(\s*"([a-z_.]+)"/g)].map((match) => match[1] ?? ""))];
  });

  it("all have a sentence", async () => {
    await setLocale("en");
    const texts = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../../locales/en.json"), "utf8")) as Record<string, string>;
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !(`act.line.${code}` in texts))).toEqual([]);
  });
});
