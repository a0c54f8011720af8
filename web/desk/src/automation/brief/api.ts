import type { Schemas } from "@parley/client";
import type { ConversationRow } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";

export type Summary = Schemas["Summary"];
export type ShiftBrief = { summary: Summary; conversations: ConversationRow[] };

/** Below the key of the lists nothing keeps it up to date: it is asked for again now and then. */
export const briefKey = ["shift-brief"] as const;

const OFTEN = 60_000;
const SELDOM = 5 * 60_000;

export const getShiftBrief = () => unwrap(api.GET("/api/v1/shift-brief")) as unknown as Promise<ShiftBrief>;

/** What waits since the shop closed; `read` while somebody looks at it. */
export function useShiftBrief(enabled: boolean, read = false) {
  return useQuery({ queryKey: briefKey, queryFn: getShiftBrief, enabled, staleTime: read ? 5_000 : OFTEN, refetchInterval: read ? OFTEN : SELDOM });
}
