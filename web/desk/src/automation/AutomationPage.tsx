import type { DeciderSettings } from "@parley/client/types";
import { CheckField } from "@parley/ui/Field";
import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";

import { useDeciders, type DeciderChange } from "./useDeciders";

type Decided = { decider: DeciderSettings; disabled: boolean; onChange: (change: DeciderChange) => void };

function LeaveMessage({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values, enabled } = decider;
  return (
    <Part title={t("flow.title_away")}>
      <div className="stack">
        <CheckField as="switch" disabled={disabled} label={t("flow.away")} checked={enabled} onChange={(event) => onChange({ enabled: event.target.checked })} />
        {enabled && <CheckField as="switch" disabled={disabled} label={t("flow.away_email")} checked={values.ask_email === true} onChange={(event) => onChange({ values: { ...values, ask_email: event.target.checked } })} />}
      </div>
    </Part>
  );
}

/** What Parley decides by itself. */
export function AutomationPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("automation:write");
  const { query, find, change } = useDeciders();
  const leave = find("leave_message");
  return (
    <Page title={t("settings.automation")} intro={t("flow.intro")}>
      <Loading query={query}>{leave && <LeaveMessage decider={leave} disabled={!mayWrite} onChange={(part) => change(leave, part)} />}</Loading>
    </Page>
  );
}
