import type { Agent, Fact, Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import type { QueryClient } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

export type Told = { id: Id; agent: Id; count: number };

/** What others have handed over, by the facts that have just come; what was empty is nobody's business. */
export function listTold(facts: readonly Pick<Fact, "kind" | "data">[], me: Id): Told[] {
  return facts.flatMap(({ kind, data }) => {
    if (kind !== "WorkHandedOver" || data.agent_id === me) return [];
    const count = Array.isArray(data.conversation_ids) ? data.conversation_ids.length : 0;
    return count === 0 ? [] : [{ id: String(data.handover_id), agent: String(data.agent_id), count }];
  });
}

/** Says that somebody has handed over, with the way to the brief. */
export function announceHandovers(client: QueryClient, facts: readonly Fact[], me: Id, go: (id: Id) => void): void {
  for (const { id, agent, count } of listTold(facts, me)) {
    const name = client.getQueryData<Agent[]>(keys.directory("agents"))?.find((one) => one.id === agent)?.name ?? "";
    toast({ text: t("handover.told", { name, n: count }), action: { label: t("action.open"), run: () => go(id) } });
  }
}
