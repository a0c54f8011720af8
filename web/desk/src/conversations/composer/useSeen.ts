import type { Id, TimelineItem } from "@parley/client/types";
import { useEffect, useRef } from "react";

import { findNewestMessage } from "@/lib/live/timeline";

const READING_MS = 1500;

/**
 * The newest message that the writer can have seen: one that has been on the screen for a moment.
 * What arrives just before the click is not counted, so the server can refuse and show it.
 */
export function useSeen(items: readonly TimelineItem[], me: Id): () => Id | null {
  const seen = useRef<Id | null>(null);
  const newest = findNewestMessage(items);
  const id = newest?.id ?? null;
  const own = newest?.author.id === me;
  useEffect(() => {
    if (id === null) return;
    const mark = () => {
      seen.current = id;
    };
    if (seen.current === null || own) {
      mark();
      return;
    }
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") mark();
    }, READING_MS);
    const back = () => {
      if (document.visibilityState === "visible") setTimeout(mark, READING_MS);
    };
    document.addEventListener("visibilitychange", back);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [id, own]);
  return () => seen.current;
}
