import { useQuery } from "@tanstack/react-query";

import { formatNumber } from "@/lib/format/text";
import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

const MOST = 100;

/** How much has failed, as shown beside the link: empty for nothing, "99+" beyond. */
export function useFailedCount(enabled: boolean): string {
  const { data } = useQuery({ queryKey: [...keys.failedWork, "count"], queryFn: () => unwrap(api.GET("/api/v1/failed-work", { params: { query: { limit: MOST } } })), enabled, refetchInterval: 60_000 });
  const n = data?.items.length ?? 0;
  if (n === 0) return "";
  return data?.next ? `${formatNumber(MOST - 1)}+` : formatNumber(n);
}
