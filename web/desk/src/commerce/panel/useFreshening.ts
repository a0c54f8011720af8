import { useEffect, useRef } from "react";

// The server has it read anew as soon as it has been asked; the store answers in a moment, or not so soon.
const LOOK_AGAIN = [2000, 5000, 12_000];

/** Fetches what is being read anew a few times more, for as long as it is. */
export function useFreshening(stale: boolean, refetch: () => unknown): void {
  const latest = useRef(refetch);
  useEffect(() => {
    latest.current = refetch;
  });
  useEffect(() => {
    if (!stale) return;
    const timers = LOOK_AGAIN.map((wait) => setTimeout(() => void latest.current(), wait));
    return () => timers.forEach(clearTimeout);
  }, [stale]);
}
