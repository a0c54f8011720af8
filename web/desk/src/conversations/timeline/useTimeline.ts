import type { Id, TimelineItem } from "@parley/client/types";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { onTail } from "@/lib/live/apply";
import type { Pages } from "@/lib/live/lists";
import { flattenTimeline, upsertItems } from "@/lib/live/timeline";
import { catchUp } from "@/lib/live/told";
import { keys } from "@/lib/query";

import { listTimeline } from "../api";

/** Fetches a page; the newest one with what the live connection has told in the meantime. */
async function fetchPage(id: Id, after: string | null) {
  const askedAt = performance.now();
  const page = await listTimeline(id, after);
  return after === null ? { ...page, items: catchUp(id, page.items, askedAt) } : page;
}

/** All that is loaded of a conversation's timeline, oldest first, and a way to load what is older. */
export function useTimeline(id: Id) {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ pageParam }: { pageParam: string | null }) => fetchPage(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = useMemo(() => flattenTimeline(query.data), [query.data]);
  useEffect(
    () =>
      onTail((touched) => {
        fetchPage(touched, null).then(
          (page) => {
            client.setQueryData<Pages<TimelineItem>>(keys.timeline(touched), (old) => old && upsertItems(old, page.items));
          },
          // Offline: once connected again, what happened meanwhile asks for the tail anew.
          () => undefined,
        );
      }),
    [client],
  );
  return { query, items };
}
