import { useQuery } from "@tanstack/react-query";

import { formatNumber } from "@/lib/format/text";
import { keys } from "@/lib/query";

import { listActs } from "../api";

const MOST = 100;

/** The acts that wait for somebody: for a second person, or for a look at the store. */
export function useOpenActs(enabled: boolean) {
  const query = useQuery({
    queryKey: keys.acts({ open: true }),
    queryFn: () => Promise.all([listActs({ state: "waiting" }, MOST), listActs({ state: "unknown" }, MOST)]),
    enabled,
    refetchInterval: 60_000,
  });
  return { query, waiting: query.data?.[0].items ?? [], unknown: query.data?.[1].items ?? [] };
}

/** How many wait, as shown beside the link: empty for none, "99+" beyond. */
export function useApprovalCount(enabled: boolean): string {
  const { waiting, unknown } = useOpenActs(enabled);
  const n = waiting.length + unknown.length;
  if (n === 0) return "";
  return n >= MOST ? `${formatNumber(MOST - 1)}+` : formatNumber(n);
}
