import type { Store } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";

import { useT } from "@/lib/i18n/useT";

/** Whether a connection works. */
export function StateChip({ state }: { state: Store["state"] }) {
  const t = useT();
  return (
    <Chip size="s" tone={state === "active" ? "green" : state === "error" ? "red" : "plain"}>
      {t(`channelstate.${state}`)}
    </Chip>
  );
}
