import type { Id, TimelineEvent } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { joinsKey } from "@/lib/live/joined";

import styles from "../timeline/EventLines.module.css";
import { listJoins } from "./api";
import { useJoining } from "./useJoining";

/** Takes a merge or a split back that a line of the timeline tells of, as long as it stands. */
export function TakeApart({ event, conversationId }: { event: TimelineEvent; conversationId: Id }) {
  const t = useT();
  const mayWrite = useMay("conversations:write");
  const { unmerge, unsplit } = useJoining();
  const { data } = useQuery({ queryKey: joinsKey(conversationId), queryFn: () => listJoins(conversationId), enabled: mayWrite });
  const join = data?.items.find((one) => one.id === event.data.merge_id);
  if (join?.undone_at !== null || !mayWrite) return null;
  const run = () => (join.act === "split" ? unsplit.mutate(join.target_id) : unmerge.mutate(join.source_id));
  return (
    <button type="button" className={styles.more} disabled={unmerge.isPending || unsplit.isPending} onClick={run}>
      {t(join.act === "split" ? "split.put_back" : "join.take_apart")}
    </button>
  );
}
