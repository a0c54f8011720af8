import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { listPresets, toLocalInput } from "@/lib/snooze";

import { foldText, formatBytes, formatChange, formatCount } from "./text";
import { formatDay, formatLength, formatShort, formatUpcoming } from "./time";
import { dayIn, nextDay, startOfDayIn } from "./zone";

const NOW = new Date(2026, 10, 18, 15, 0, 0).getTime();
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

beforeAll(() => setLocale("en"));

describe("times", () => {
  it("are short in a narrow column", () => {
    expect(formatShort(ago(0.5), NOW)).toBe("now");
    expect(formatShort(ago(-0.5), NOW)).toBe("now");
    expect(formatShort(ago(5), NOW)).toBe("5 m");
    expect(formatShort(ago(180), NOW)).toMatch(/12:00/);
    expect(formatShort(ago(60 * 24 * 2), NOW)).toBe("Mon");
    expect(formatShort(ago(60 * 24 * 40), NOW)).toBe("Oct 9");
    expect(formatShort(ago(60 * 24 * 400), NOW)).toBe("10/14/2025");
  });

  it("name the days", () => {
    expect(formatDay(ago(0), NOW)).toBe("Today");
    expect(formatDay(ago(60 * 20), NOW)).toBe("Yesterday");
    expect(formatDay(ago(60 * 24 * 5), NOW)).toBe("Friday, November 13");
  });

  it("say when something comes", () => {
    expect(formatUpcoming(ago(-60), NOW)).toMatch(/^today 4:00/);
    expect(formatUpcoming(ago(-60 * 24), NOW)).toMatch(/^tomorrow/);
    expect(formatUpcoming(ago(-60 * 24 * 3), NOW)).toMatch(/^Sat/);
  });

  it("have lengths of at most two units", () => {
    expect([45, 720, 12_000, 7200, 187_200].map(formatLength)).toEqual(["45 s", "12 m", "3 h 20 m", "2 h", "2 d 4 h"]);
  });
});

describe("zones", () => {
  it("begin their days by their own clock, over summer time too", () => {
    expect(startOfDayIn("2026-03-29", "Europe/London")).toBe("2026-03-29T00:00:00.000Z");
    expect(startOfDayIn("2026-03-30", "Europe/London")).toBe("2026-03-29T23:00:00.000Z");
    expect(startOfDayIn("2026-10-25", "Europe/Ljubljana")).toBe("2026-10-24T22:00:00.000Z");
    expect(startOfDayIn("2026-10-26", "Europe/Ljubljana")).toBe("2026-10-25T23:00:00.000Z");
    expect(startOfDayIn("2026-06-01", "Pacific/Auckland")).toBe("2026-05-31T12:00:00.000Z");
  });

  it("know which day it is", () => {
    const time = Date.parse("2026-06-01T11:30:00Z");
    expect(dayIn("UTC", time)).toBe("2026-06-01");
    expect(dayIn("Pacific/Auckland", time)).toBe("2026-06-01");
    expect(dayIn("Pacific/Kiritimati", time)).toBe("2026-06-02");
    expect(nextDay("2026-12-31")).toBe("2027-01-01");
  });
});

describe("snoozing", () => {
  it("offers no moment that has nearly passed, and none twice", () => {
    const evening = listPresets(new Date(2026, 10, 18, 17, 50)).map((preset) => preset.id);
    expect(evening).not.toContain("evening");
    const sunday = listPresets(new Date(2026, 10, 22, 10, 0));
    expect(sunday.map((preset) => preset.id)).toContain("tomorrow");
    expect(sunday.map((preset) => preset.id)).not.toContain("monday");
  });

  it("offers next Monday on a Monday", () => {
    const monday = listPresets(new Date(2026, 10, 23, 10, 0));
    expect(monday.find((preset) => preset.id === "monday")?.at.getDate() ?? monday.find((preset) => preset.id === "week")?.at.getDate()).toBe(30);
  });

  it("writes a moment for its field", () => {
    expect(toLocalInput(new Date(2026, 0, 5, 9, 7))).toBe("2026-01-05T09:07");
  });
});

describe("amounts", () => {
  it("are short", () => {
    expect([0, 999, 12_345, 3_400_000].map(formatBytes)).toEqual(["0 byte", "999 byte", "12 kB", "3.4 MB"]);
    expect(formatCount(1001)).toBe("1,000+");
    expect(formatChange(112, 100)).toBe("+12%");
    expect(formatChange(1, 0)).toBeNull();
  });

  it("fold marks away", () => {
    expect(foldText("São Ž")).toBe("sao z");
  });
});
