import { expect, it } from "vitest";

import { pickTimeStep } from "./metrics";

it.each([
  [0, 60],
  [240, 60],
  [241, 120],
  [50 * 60, 900],
  [9 * 3600, 14_400],
  [30 * 86_400, 8 * 86_400],
])("a scale up to %i s has a line every %i s", (highest, step) => {
  expect(pickTimeStep(highest)).toBe(step);
  expect(highest / step).toBeLessThanOrEqual(4);
});
