import { useQuery } from "@tanstack/react-query";

import { formatCount } from "@/lib/format/text";

import { listQueues, routingKeys } from "../routing/api";

/** How many wait for somebody, as shown beside the link: empty for nobody. */
export function useQueueCount(enabled: boolean): string {
  const { data } = useQuery({ queryKey: routingKeys.queues, queryFn: listQueues, enabled, refetchInterval: 60_000 });
  const n = data?.items.reduce((sum, one) => sum + one.waiting, 0) ?? 0;
  return n === 0 ? "" : formatCount(n);
}
