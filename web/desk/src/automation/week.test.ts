import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";

import { byDay, isBroken, sumUp } from "./week";

const day = (n: number, from = "09:00", to = "17:00") => ({ day: n, from, to });

beforeAll(() => setLocale("en"));

describe("a week", () => {
  it("is summed up with equal days together", () => {
    expect(sumUp([day(0), day(1), day(2), day(5, "10:00", "12:00"), day(5, "13:00", "14:00")])).toEqual(["Mon–Wed 09:00–17:00", "Sat 10:00–12:00, 13:00–14:00"]);
    expect(sumUp([])).toEqual([]);
  });

  it("has seven days, each in order", () => {
    expect(byDay([day(6, "12:00", "13:00"), day(6, "08:00", "09:00")]).at(6)?.map((one) => one.from)).toEqual(["08:00", "12:00"]);
  });

  it("knows periods that make no sense", () => {
    expect(isBroken([day(0)])).toBe(false);
    expect(isBroken([day(0, "22:00", "06:00")])).toBe(false);
    expect(isBroken([day(0, "09:00", "09:00")])).toBe(true);
    expect(isBroken([day(0), day(0, "16:00", "18:00")])).toBe(true);
    expect(isBroken([day(0, "22:00", "06:00"), day(0, "23:00", "23:30")])).toBe(true);
  });
});
