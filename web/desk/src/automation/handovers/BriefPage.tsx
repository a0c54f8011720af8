import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Coffee, Printer } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatDateTime } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { getHandover, handoverKeys, type Brief } from "./api";
import styles from "./Handovers.module.css";
import { Line } from "./Line";

function Lines({ brief }: { brief: Brief }) {
  const t = useT();
  const { handover, lines } = brief;
  return (
    <div className="stack">
      {handover.note !== "" && (
        <p className={styles.note} dir="auto">
          {handover.note}
        </p>
      )}
      {lines.length === 0 ? (
        <Empty icon={<Coffee />} title={t("handover.empty")} />
      ) : (
        <ul className={styles.lines} aria-label={t("handover.lines")}>
          {lines.map(({ conversation, note }) => (
            <Line key={conversation.id} row={conversation} holder>
              {note !== "" && (
                <p className={styles.note} dir="auto">
                  {note}
                </p>
              )}
            </Line>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What one shift leaves to the next: each conversation as it stands now, with the words left for it. */
export function BriefPage(): ReactNode {
  const t = useT();
  const { id } = useParams({ from: "/desk/handovers/$id" });
  const { byId } = useAgents();
  const query = useQuery({ queryKey: handoverKeys.one(id), queryFn: () => getHandover(id), staleTime: 30_000 });
  const handover = query.data?.handover;
  const name = handover === undefined ? "" : (byId.get(handover.agent_id)?.name ?? "");
  return (
    <div className="page-scroll" data-print="flow">
      <PhoneBack />
      <Page
        title={handover ? t("handover.title", { name }) : t("handover.list")}
        intro={handover && [formatDateTime(handover.at), t("handover.count", { n: handover.conversations })].join(" · ")}
        action={
          <span data-print="no">
            <Button icon={<Printer />} onClick={() => window.print()}>
              {t("handover.print")}
            </Button>
          </span>
        }
      >
        <Loading query={query}>{query.data && <Lines brief={query.data} />}</Loading>
      </Page>
    </div>
  );
}
