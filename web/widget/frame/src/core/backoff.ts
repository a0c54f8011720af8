/** How long to wait before the next attempt to connect. */

export const FLOOR_MS = 500;
export const CEILING_MS = 30_000;

/**
 * Full jitter: anything between a tenth of a second and the doubling step, so that clients of a restarted server do not
 * come back together. `attempt` counts from 0, `random` is in [0, 1); the answer is in milliseconds.
 */
export function backoff(attempt: number, random: number): number {
  const step = Math.min(CEILING_MS, FLOOR_MS * 2 ** Math.min(attempt, 16));
  return Math.round(100 + random * (step - 100));
}
