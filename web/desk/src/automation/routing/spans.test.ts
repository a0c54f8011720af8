import { describe, expect, it } from "vitest";

import { isWhole, nextDaySpan, readSpans, writeSpans } from "./spans";

const NOW = Date.parse("2026-03-04T10:30:00Z");

describe("absences", () => {
  it("come back as they were typed", () => {
    const typed = [{ from: "2026-03-05T09:00", to: "2026-03-06T18:30" }];
    expect(readSpans(writeSpans(typed), NOW)).toEqual(typed);
  });

  it("are left out when they are over", () => {
    const spans = [
      { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" },
      { from: "2026-03-04T00:00:00Z", to: "2026-03-04T12:00:00Z" },
    ];
    expect(readSpans(spans, NOW)).toHaveLength(1);
  });

  it("need an end after their beginning", () => {
    expect(isWhole({ from: "2026-03-05T09:00", to: "2026-03-05T09:00" })).toBe(false);
    expect(isWhole({ from: "", to: "2026-03-05T09:00" })).toBe(false);
    expect(isWhole(nextDaySpan(NOW))).toBe(true);
  });

  it("begin with the next whole day", () => {
    const { from, to } = nextDaySpan(NOW);
    expect([from.slice(11), to.slice(11)]).toEqual(["00:00", "00:00"]);
    expect(Date.parse(from)).toBeGreaterThan(NOW);
  });
});
