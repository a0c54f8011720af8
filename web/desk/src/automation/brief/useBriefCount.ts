import { formatCount } from "@/lib/format/text";

import { useShiftBrief } from "./api";

/** How many came in while nobody was there, as shown beside the link: empty for none. */
export function useBriefCount(enabled: boolean): string {
  const n = useShiftBrief(enabled).data?.summary.total ?? 0;
  return n === 0 ? "" : formatCount(n);
}
