import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { Allowance, AutomaticMerge, Furious, LeaveMessage } from "./Deciders";
import { useDeciders } from "./useDeciders";

const PARTS = [
  ["leave_message", LeaveMessage],
  ["furious", Furious],
  ["automatic_merge", AutomaticMerge],
  ["rules", Allowance],
] as const;

/** What Parley decides by itself. */
export function AutomationPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("automation:write");
  const { query, find, change } = useDeciders();
  return (
    <Page title={t("settings.automation")} intro={t("flow.intro")}>
      <Loading query={query}>
        {PARTS.map(([name, Settings]) => {
          const decider = find(name);
          return decider && <Settings key={name} decider={decider} disabled={!mayWrite} onChange={(part) => change(decider, part)} />;
        })}
      </Loading>
    </Page>
  );
}
