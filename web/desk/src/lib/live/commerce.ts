import type { Fact } from "@parley/client/types";
import type { QueryClient, QueryKey } from "@tanstack/react-query";

import { keys } from "@/lib/query";

/** The names of what the stores' facts keep true. */
export const COMMERCE: readonly QueryKey[] = [["shopping"], ["customer-orders"], ["subscriptions"], ["acts"], ["returns"], ["order-messages"], ["broadcasts"], ["alerts"], ["moods"], ["queues"], ["handovers"], keys.stores, keys.connections];

// One webhook tells several facts, and a back-fill one for every page: they are fetched for together.
const PAUSE_MS = 250;

/** What hangs on a record of the settings. */
const RECORDS: Readonly<Record<string, QueryKey[]>> = {
  act_limit: [keys.settings("act-limits")],
  macro: [keys.settings("macros")],
  rule: [keys.settings("rules")],
  sla: [keys.settings("slas")],
  agent_routing: [keys.settings("routing", "agents")],
  team_routing: [keys.settings("routing", "teams")],
};

/** What a fact of a store makes old. */
export function listOutdated({ kind, data }: Pick<Fact, "kind" | "data">): QueryKey[] {
  const customers = () => [data.customer_id, data.previous_customer_id].filter((id): id is string => typeof id === "string");
  switch (kind) {
    case "OrderPlaced":
    case "OrderChanged":
    case "OrderLinked":
    case "ShipmentChanged":
    case "RefundRecorded":
      return customers().flatMap((id) => [keys.customerOrders(id), keys.shopping(id)]);
    case "ReturnChanged":
      return [["returns"], ...customers().map((id) => keys.shopping(id))];
    case "SubscriptionChanged":
      return customers().map((id) => keys.subscriptions(id));
    case "BroadcastChanged":
      return [["broadcasts"]];
    case "OrderMessageChanged":
      return [["order-messages"]];
    case "AlertRaised":
    case "AlertSeen":
      return [["alerts"]];
    case "MessageUnderstood":
      return [["moods"]];
    case "ActChanged":
      return [["acts"]];
    case "StoreChanged":
      return [keys.stores, keys.connections];
    case "SettingsChanged":
      return RECORDS[String(data.record)] ?? [];
    case "QueueChanged":
      return [["queues"]];
    case "WorkHandedOver":
      return [["handovers", "list"], ["queues"]];
    case "RehearsalProgressed":
      return [["rehearsals"]];
    case "StoreSynced":
      return [keys.stores];
    default:
      return [];
  }
}

const waiting = new Map<string, QueryKey>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has what the facts make old fetched anew, if anybody looks at it. */
export function applyCommerce(client: QueryClient, facts: readonly Pick<Fact, "kind" | "data">[]): void {
  for (const key of facts.flatMap(listOutdated)) waiting.set(JSON.stringify(key), key);
  if (waiting.size === 0) return;
  timer ??= setTimeout(() => {
    timer = undefined;
    const found = [...waiting.values()];
    waiting.clear();
    for (const queryKey of found) void client.invalidateQueries({ queryKey });
  }, PAUSE_MS);
}
