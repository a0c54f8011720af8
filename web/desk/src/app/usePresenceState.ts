import { useEffect } from "react";

import { device } from "@/lib/device";
import { api, unwrap } from "@/lib/http";
import { useStore } from "@/lib/store";

/** Whoever has the desk open is here, unless he says that he is away: only then new conversations pass him by. */
export function usePresenceState(): void {
  const { away } = useStore(device);
  useEffect(() => {
    unwrap(api.PUT("/api/v1/me/presence", { body: { state: away ? "away" : "online" } })).catch(() => {
      // The live connection tells the rest; the next change tries again.
    });
  }, [away]);
}
