import { CheckField } from "@parley/ui/Field";
import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";

import { Kinds } from "./Kinds";
import { Quiet } from "./Quiet";
import { Texts } from "./Texts";
import { useDecider } from "./useDecider";

/** What shoppers are told about their orders before they ask. */
export function OrderMessagesPage(): ReactNode {
  const t = useT();
  const disabled = !useMay("automation:write");
  const { query, decider, change } = useDecider("order_messages");
  return (
    <Page title={t("settings.order_messages")} intro={t("ordermsg.intro")}>
      <Loading query={query}>
        {decider && (
          <>
            <Part>
              <CheckField as="switch" label={t("ordermsg.enabled")} hint={t("ordermsg.enabled_hint")} disabled={disabled} checked={decider.enabled} onChange={(event) => change({ enabled: event.target.checked })} />
            </Part>
            <Kinds decider={decider} disabled={disabled} onChange={change} />
            <Quiet decider={decider} disabled={disabled} onChange={change} />
            <Texts decider={decider} disabled={disabled} onChange={change} />
          </>
        )}
      </Loading>
    </Page>
  );
}
