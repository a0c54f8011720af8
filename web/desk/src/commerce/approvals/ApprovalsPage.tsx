import type { StoreAct } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Stamp, X } from "lucide-react";
import type { ReactNode } from "react";

import { useMay, useSelf } from "@/lib/directory";
import { formatAgo, formatFull } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";

import { ActChip, useActorName } from "../acts/ActRow";
import { explainAct } from "../acts/errors";
import { Outcome } from "../acts/Outcome";
import { PlanView } from "../acts/PlanView";
import { approveAct, declineAct } from "../api";
import styles from "./Approvals.module.css";
import { useOpenActs } from "./useOpenActs";

function useDecision() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (run: () => Promise<StoreAct>) => run(),
    onSettled: () => void client.invalidateQueries({ queryKey: ["acts"] }),
    onError: (error) => toast({ tone: "red", text: explainAct(error) }),
  });
}

function Card({ act }: { act: StoreAct }) {
  const t = useT();
  const { agent } = useSelf();
  const may = useMay("orders:approve");
  const nameActor = useActorName();
  const decision = useDecision();
  const at = act.committed_at ?? act.planned_at;
  const own = act.committed_by_kind === "agent" && act.committed_by === agent.id;
  const who = nameActor(act.committed_by_kind ?? act.planned_by_kind, act.committed_by ?? act.planned_by);
  return (
    <li className={styles.card} data-act={act.id}>
      <header className={styles.head}>
        <h2>
          {tName("actname", act.act)}
          {act.order_number !== null && (
            <>
              {" · "}
              <bdi>{act.order_number}</bdi>
            </>
          )}
        </h2>
        <ActChip act={act} />
      </header>
      <p className={styles.meta}>
        {t("approvals.asked_by", { name: who })} ·{" "}
        <time dateTime={at} title={formatFull(at)}>
          {formatAgo(at)}
        </time>
      </p>
      {act.state === "unknown" ? (
        <Outcome act={act} />
      ) : (
        <>
          <PlanView plan={act} calm={false} />
          {own && <p className={styles.meta}>{t("approvals.own")}</p>}
          <div className="cluster">
            {may && !own && (
              <Button tone="primary" icon={<Check />} busy={decision.isPending} onClick={() => decision.mutate(() => approveAct(act.id))}>
                {t("approvals.approve")}
              </Button>
            )}
            {(may || own) && (
              <Button icon={<X />} busy={decision.isPending} onClick={() => decision.mutate(() => declineAct(act.id))}>
                {t(own ? "approvals.take_back" : "approvals.decline")}
              </Button>
            )}
          </div>
        </>
      )}
    </li>
  );
}

/** What waits for a second person, and what only a look at the store can settle. */
export function ApprovalsPage(): ReactNode {
  const t = useT();
  const { query, waiting, unknown } = useOpenActs(true);
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("nav.approvals")} intro={t("approvals.intro")}>
        <Loading query={query}>
          {waiting.length + unknown.length === 0 && (
            <Empty icon={<Stamp />} title={t("approvals.empty_title")}>
              {t("approvals.empty")}
            </Empty>
          )}
          {waiting.length > 0 && (
            <ul className={styles.cards} aria-label={t("approvals.waiting")}>
              {waiting.map((act) => (
                <Card key={act.id} act={act} />
              ))}
            </ul>
          )}
          {unknown.length > 0 && (
            <Part title={t("approvals.unknown")} intro={t("approvals.unknown_text")}>
              <ul className={styles.cards}>
                {unknown.map((act) => (
                  <Card key={act.id} act={act} />
                ))}
              </ul>
            </Part>
          )}
        </Loading>
      </Page>
    </div>
  );
}
