import type { ConversationRow } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { t } from "@/lib/i18n/catalogue";
import { applyConversation } from "@/lib/live/apply";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { changeMany, undoMany, type BulkAct, type BulkTarget } from "../api";
import { markActed, markRefused } from "./acted";
import { projectChange } from "./useActs";

function project(row: ConversationRow, act: BulkAct): ConversationRow {
  const { tags, read, ...change } = act;
  const next = projectChange(row, change);
  if (tags) next.tags = [...new Set([...row.tags, ...(tags.add ?? [])])].filter((id) => !tags.remove?.includes(id));
  if (read === true) next.unread = false;
  return next;
}

/** One act on many conversations: shown at once on what is loaded, with one undo for all of it. */
export function useBulk() {
  const client = useQueryClient();
  const { agent } = useSelf();
  return async function bulk(target: BulkTarget, rows: readonly ConversationRow[], act: BulkAct): Promise<void> {
    const refetch = () => Promise.all([client.invalidateQueries({ queryKey: keys.lists }), client.invalidateQueries({ queryKey: keys.views })]);
    for (const row of rows) {
      markActed(row.id);
      applyConversation(client, project(row, act), agent.id);
    }
    try {
      const { changed, undo_token: token, job_id: job } = await changeMany(target, act);
      const undo = () => void undoMany(token).then(refetch, (error: unknown) => toast({ tone: "red", text: explain(error) }));
      toast({ text: t(job ? "bulk.started" : "bulk.done", { n: changed }), stay: 10_000, action: { label: t("action.undo"), run: undo } });
      await refetch();
    } catch (error) {
      for (const row of rows) {
        applyConversation(client, row, agent.id);
        markRefused(row.id);
      }
      toast({ tone: "red", text: t("bulk.refused"), detail: explain(error) });
    }
  };
}
