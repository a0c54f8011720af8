import { beforeEach, describe, expect, it } from "vitest";

import { dayOf, isDue, noteOffered, offeredOn } from "./morning";

const at = (hour: number, day = 3) => new Date(2026, 2, day, hour, 30).getTime();

describe("the brief is offered", () => {
  beforeEach(() => {
    localStorage.clear();
    offeredOn.set("");
  });

  it("in the morning only", () => {
    expect([3, 4, 9, 11, 12, 20].map((hour) => isDue("", "a1", at(hour)))).toEqual([false, true, true, true, false, false]);
  });

  it("once a day, to everybody who shares the device", () => {
    noteOffered("a1", at(8));
    expect(isDue(offeredOn.get(), "a1", at(10))).toBe(false);
    expect(isDue(offeredOn.get(), "a2", at(10))).toBe(true);
    expect(isDue(offeredOn.get(), "a1", at(8, 4))).toBe(true);
    expect(localStorage.getItem("parley.brief")).toBe(`a1 ${dayOf(at(8))}`);
  });
});
