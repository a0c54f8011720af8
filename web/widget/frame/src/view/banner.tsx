/** A calm line while the connection is away. It lies over the conversation, so nothing moves. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { State } from "../core/state";
import { t } from "../i18n";

/** Short interruptions are nobody's business. */
const PATIENCE_MS = 1_500;

/** Whether a value has been true for a while. */
function useLasting(value: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) { setLasting(false); return; }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value && lasting;
}

export function Banner({ state, offline }: { state: State; offline: boolean }): VNode {
  const refused = state.phase === "refused";
  const shown = useLasting(state.phase === "waiting" || state.phase === "connecting", PATIENCE_MS) || refused;
  const kept = state.outbox.some((entry) => entry.state === "pending");
  const broken = kept ? "alert_kept" : state.welcomed ? "alert_reconnecting" : "alert_connecting";
  const text = t(refused ? "refused" : offline ? "alert_offline" : broken);
  return (
    <div class={shown ? "banner shown" : "banner"} role="status">
      {shown && <span>{text}</span>}
    </div>
  );
}
