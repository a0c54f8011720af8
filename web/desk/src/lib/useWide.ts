import { useSyncExternalStore } from "react";

/** Whether the window is at least this wide. */
export function useWide(width: string): boolean {
  const query = `(min-width: ${width})`;
  return useSyncExternalStore(
    (watch) => {
      const list = matchMedia(query);
      list.addEventListener("change", watch);
      return () => list.removeEventListener("change", watch);
    },
    () => matchMedia(query).matches,
  );
}
