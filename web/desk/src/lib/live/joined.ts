import type { ChangesFrame, Id } from "@parley/client/types";
import type { QueryClient } from "@tanstack/react-query";

import { keys } from "@/lib/query";

const REARRANGED = new Set(["ConversationMerged", "ConversationJoined", "ConversationUnmerged", "ConversationSplit"]);

/** Under which name the merges and splits of a conversation are kept. */
export const joinsKey = (id: Id) => ["joins", id] as const;

/** Fetches conversations anew whose messages came or went: whole timelines, threads, drafts. */
export function refetchJoined(client: QueryClient, ids: readonly Id[]): void {
  for (const id of ids) {
    for (const queryKey of [keys.timeline(id), keys.conversation(id), joinsKey(id)]) void client.invalidateQueries({ queryKey });
  }
}

/** What the live connection tells of merges and splits. */
export function applyJoined(client: QueryClient, facts: ChangesFrame["facts"]): void {
  const ids = facts.filter((fact) => REARRANGED.has(fact.kind)).map((fact) => fact.conversation_id);
  refetchJoined(client, [...new Set(ids.filter((id) => id !== null))]);
}
