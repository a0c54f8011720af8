import type { ConversationRow } from "@parley/client/types";
import { dismiss, toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { t } from "@/lib/i18n/catalogue";
import { applyConversation } from "@/lib/live/apply";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { changeMany, getBulk, undoMany, type BulkAct, type BulkTarget } from "../api";
import { markActed, markRefused } from "./acted";
import { projectChange } from "./useActs";

const POLL_MS = 700;

function project(row: ConversationRow, act: BulkAct): ConversationRow {
  const { add_tags: add = [], remove_tags: take = [], ...change } = act;
  return { ...projectChange(row, change), tags: [...new Set([...row.tags, ...add])].filter((id) => !take.includes(id)) };
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
      let answer = await changeMany(target, act);
      const waiting = answer.job_id === null ? null : toast({ text: t("bulk.started", { n: answer.total }), stay: 600_000 });
      while (answer.job_id !== null && answer.state === "running") {
        await new Promise((done) => setTimeout(done, POLL_MS));
        answer = await getBulk(answer.job_id);
      }
      if (waiting !== null) dismiss(waiting);
      const token = answer.undo_token;
      const undo = () => void undoMany(token).then(refetch, (error: unknown) => toast({ tone: "red", text: explain(error) }));
      toast({ text: t("bulk.done", { n: answer.changed }), stay: 10_000, action: { label: t("action.undo"), run: undo } });
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
