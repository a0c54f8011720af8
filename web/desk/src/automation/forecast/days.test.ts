import { describe, expect, it } from "vitest";

import type { Hour } from "./api";
import { drawHours, findTop, groupDays } from "./days";

const HOUR = 3_600_000;

function makeHours(from: string, n: number, part: Partial<Hour> = {}): Hour[] {
  return Array.from({ length: n }, (_, i) => ({ hour: new Date(Date.parse(from) + i * HOUR).toISOString(), expected: 4, low: 1, high: 7, agents: 1, ...part }));
}

describe("the days of a forecast", () => {
  it("begin at midnight of the workspace, not of the reader", () => {
    const days = groupDays(makeHours("2026-03-03T02:00:00Z", 30), "America/Sao_Paulo");
    expect(days.map((one) => [one.day, one.hours.length, one.whole])).toEqual([["2026-03-02", 1, false], ["2026-03-03", 24, true], ["2026-03-04", 5, false]]);
  });

  it("are whole with 23 and with 25 hours, when the clocks change", () => {
    const spring = groupDays(makeHours("2026-03-28T23:00:00Z", 23), "Europe/Berlin");
    const autumn = groupDays(makeHours("2026-10-24T22:00:00Z", 25), "Europe/Berlin");
    expect([...spring, ...autumn].map((one) => [one.hours.length, one.whole])).toEqual([[23, true], [25, true]]);
  });

  it("add up what is expected; their range is narrower than all hours at their highest", () => {
    const [day] = groupDays(makeHours("2026-03-03T00:00:00Z", 24), "UTC");
    expect(day?.expected).toBe(96);
    expect(day?.high).toBeCloseTo(96 + 3 * Math.sqrt(24));
    expect(day?.low).toBeCloseTo(96 - 3 * Math.sqrt(24));
  });

  it("need the agents of their busiest hour, or nobody knows", () => {
    const hours = makeHours("2026-03-03T00:00:00Z", 24);
    expect(groupDays([...hours.slice(0, 23), { ...hours[23]!, agents: 3 }], "UTC")[0]?.agents).toBe(3);
    expect(groupDays(makeHours("2026-03-03T00:00:00Z", 24, { agents: null }), "UTC")[0]?.agents).toBeNull();
    expect(groupDays([], "UTC")).toEqual([]);
  });
});

describe("the drawing", () => {
  it("ends at a round number that nothing exceeds", () => {
    expect([0, 2, 3.2, 7, 11, 45, 81, 100, 101].map(findTop)).toEqual([2, 2, 4, 8, 20, 60, 100, 100, 200]);
  });

  it("goes from the hour's middle to the next, the range around the line", () => {
    const { line, range } = drawHours(makeHours("2026-03-03T00:00:00Z", 2), 8);
    expect(line).toBe("M0.5,50.00L1.5,50.00");
    expect(range).toBe("M0.5,12.50L1.5,12.50L1.5,87.50L0.5,87.50Z");
  });
});
