import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";

import { formatLeft, judgeDue } from "./left";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const after = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

beforeAll(() => setLocale("en"));

describe("time left", () => {
  it.each([
    [180, "later", "3 h"],
    [61, "later", "1 h 1 m"],
    [60, "soon", "1 h"],
    [12, "soon", "12 m"],
    [0.5, "soon", "30 s"],
    [0, "overdue", "0 s late"],
    [-75, "overdue", "1 h 15 m late"],
  ] as const)("%s minutes before it falls due it is %s", (minutes, urgency, shown) => {
    expect(judgeDue(after(minutes), NOW)).toBe(urgency);
    expect(formatLeft(after(minutes), NOW)).toBe(shown);
  });
});
