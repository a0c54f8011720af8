import { useEffect } from "react";

import { device } from "@/lib/device";
import { put } from "@/lib/http";
import { useStore } from "@/lib/store";

/** Whoever has the desk open is here, unless he says that he is away: only then new conversations pass him by. */
export function usePresenceState(): void {
  const { away } = useStore(device);
  useEffect(() => {
    put("/me/presence", { state: away ? "away" : "online" }).catch(() => {
      // The live connection tells the rest; the next change tries again.
    });
  }, [away]);
}
