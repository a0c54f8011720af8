import type { Conversation, Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { joinsKey } from "@/lib/live/joined";

import { listJoins } from "./api";
import styles from "./Join.module.css";
import { useJoining } from "./useJoining";

/** Says of which other conversation this one is part, leads there, and takes it out again. */
export function MergedNotice({ conversation, into }: { conversation: Conversation; into: Id }) {
  const t = useT();
  const mayWrite = useMay("conversations:write");
  const { unmerge } = useJoining();
  const { data } = useQuery({ queryKey: joinsKey(conversation.id), queryFn: () => listJoins(conversation.id) });
  const number = data?.items.find((one) => one.source_id === conversation.id && one.target_id === into)?.target_number;
  return (
    <div className={styles.away}>
      <Notice title={t("join.away", { number: number === undefined ? "…" : String(number) })}>{t("join.away_why")}</Notice>
      <div className="cluster">
        <Link to="/conversations/$id" params={{ id: into }} className={styles.lead}>
          {t("join.open", { number: number === undefined ? "…" : String(number) })}
        </Link>
        {mayWrite && (
          <Button size="s" busy={unmerge.isPending} onClick={() => unmerge.mutate(conversation.id)}>
            {t("join.take_apart")}
          </Button>
        )}
      </div>
    </div>
  );
}
