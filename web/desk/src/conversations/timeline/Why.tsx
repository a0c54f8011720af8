import type { Id, Reason } from "@parley/client/types";
import { Popover } from "@parley/ui/Popover";
import { Skeleton } from "@parley/ui/Skeleton";
import { useQuery } from "@tanstack/react-query";

import { formatDateTime } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { getDecision } from "../api";
import styles from "./EventLines.module.css";
import why from "./Why.module.css";
import { WhyActs } from "./WhyActs";
import { WhyReason } from "./WhyReason";

/** Whether a reason is about this conversation: one decision can be about several. */
function concerns(reason: Reason, conversationId: Id | null): boolean {
  const about = reason.values?.conversation_id;
  return conversationId === null || typeof about !== "string" || about === conversationId;
}

function Reasons({ id, conversationId }: { id: Id; conversationId: Id | null }) {
  const t = useT();
  // What became of its acts, and whether they can still be undone, is asked each time.
  const { data, error } = useQuery({ queryKey: ["decision", id], queryFn: () => getDecision(id), staleTime: 0 });
  if (error) return <p>{explain(error)}</p>;
  if (!data) return <Skeleton lines={3} label={t("state.loading")} />;
  return (
    <div className={why.why}>
      <h2>{t("why.title")}</h2>
      <ul className={why.reasons}>
        {data.reasons
          .filter((reason) => concerns(reason, conversationId))
          .map((reason, i) => (
            <WhyReason key={i} reason={reason} />
          ))}
      </ul>
      <WhyActs decision={data} conversationId={conversationId} />
      <p className={why.maker}>{t("why.maker", { decider: tName("decider", data.decider), version: String(data.version), at: formatDateTime(data.at) })}</p>
    </div>
  );
}

/** Opens the reasons of something that Parley did by itself, what it did, and taking that back. */
export function Why({ id, conversationId = null }: { id: Id; conversationId?: Id | null }) {
  const t = useT();
  return (
    <Popover
      label={t("why.title")}
      width="l"
      align="center"
      trigger={
        <button type="button" className={styles.why}>
          {t("why.ask")}
        </button>
      }
    >
      <Reasons id={id} conversationId={conversationId} />
    </Popover>
  );
}
