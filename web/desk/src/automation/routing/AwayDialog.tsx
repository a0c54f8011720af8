import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import type { AgentRouting } from "./api";
import { AwaySpans } from "./AwaySpans";
import { isWhole, nextDaySpan, readSpans, writeSpans } from "./spans";
import { useOwnRouting, useSaveRouting } from "./useRouting";

function AwayForm({ routing, onClose }: { routing: AgentRouting; onClose: () => void }) {
  const t = useT();
  const save = useSaveRouting();
  const [spans, setSpans] = useState(() => {
    const known = readSpans(routing.away, Date.now());
    return known.length > 0 ? known : [nextDaySpan(Date.now())];
  });
  return (
    <RecordDialog
      title={t("routing.away_title")}
      intro={t("routing.away_intro")}
      busy={save.isPending}
      error={save.error}
      ready={spans.every(isWhole)}
      onClose={onClose}
      onSubmit={() => save.mutate({ ...routing, away: writeSpans(spans) }, { onSuccess: onClose })}
    >
      <AwaySpans own spans={spans} onChange={setSpans} />
    </RecordDialog>
  );
}

/** When the reader is away: nothing is given to him then. */
export function AwayDialog({ onClose }: { onClose: () => void }) {
  const routing = useOwnRouting();
  return routing ? <AwayForm routing={routing} onClose={onClose} /> : null;
}
