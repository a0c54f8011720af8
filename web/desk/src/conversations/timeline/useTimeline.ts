import type { Id, TimelineItem } from "@parley/client/types";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { onTail } from "@/lib/live/apply";
import type { Pages } from "@/lib/live/lists";
import { flattenTimeline, upsertItems } from "@/lib/live/timeline";
import { keys } from "@/lib/query";

import { listTimeline } from "../api";

/** All that is loaded of a conversation's timeline, oldest first, and a way to load what is older. */
export function useTimeline(id: Id) {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listTimeline(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = useMemo(() => flattenTimeline(query.data), [query.data]);
  useEffect(
    () =>
      onTail((touched) => {
        void listTimeline(touched, null).then((page) => {
          client.setQueryData<Pages<TimelineItem>>(keys.timeline(touched), (old) => old && upsertItems(old, page.items));
        });
      }),
    [client],
  );
  return { query, items };
}
