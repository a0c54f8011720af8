import type { ReturnState } from "@parley/client/types";
import { Chip, type ChipTone } from "@parley/ui/Chip";

import { useT } from "@/lib/i18n/useT";

const TONES: Partial<Record<ReturnState, ChipTone>> = { requested: "amber", received: "green", closed: "green" };

/** How far a return has come, as a word. */
export function ReturnChip({ state }: { state: ReturnState }) {
  const t = useT();
  return (
    <Chip size="s" tone={TONES[state] ?? "plain"}>
      {t(`returnstate.${state}`)}
    </Chip>
  );
}
