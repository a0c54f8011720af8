import type { Id } from "@parley/client/types";
import { useCallback, useEffect, useRef } from "react";

import { speaker } from "@/lib/live/presence";

const STILL_MS = 4000;
const EVERY_MS = 3000;

/** Tells the others that the reader writes; stops by itself when the keys rest. */
export function useTyping(conversation: Id, kind: "reply" | "note"): { touch: () => void; stop: () => void } {
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(0);
  const stop = useCallback(() => {
    clearTimeout(rest.current);
    if (told.current === 0) return;
    told.current = 0;
    speaker.get().send({ t: "typing", conversation, on: false, kind });
  }, [conversation, kind]);
  const touch = useCallback(() => {
    const now = Date.now();
    if (now - told.current > EVERY_MS) {
      told.current = now;
      speaker.get().send({ t: "typing", conversation, on: true, kind });
    }
    clearTimeout(rest.current);
    rest.current = setTimeout(stop, STILL_MS);
  }, [conversation, kind, stop]);
  useEffect(() => stop, [stop]);
  return { touch, stop };
}
