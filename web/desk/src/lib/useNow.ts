import { createStore, useStore } from "@/lib/store";

const EVERY_MS = 30_000;
const clock = createStore(Date.now());
setInterval(() => clock.set(Date.now()), EVERY_MS);

/** The time, as of the last half minute: enough for "5 m". */
export function useNow(): number {
  return useStore(clock);
}
