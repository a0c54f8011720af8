import type { ConversationRow, Id } from "@parley/client/types";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";

import { holdOrder } from "@/lib/live/lists";
import { keys, type ListParams } from "@/lib/query";
import { useStore } from "@/lib/store";

import { acted } from "../acts/acted";
import { listConversations } from "../api";

function fetchList(params: ListParams) {
  return {
    queryKey: keys.list(params),
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => listConversations(params, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: { next: string | null }) => page.next,
    maxPages: 40,
    // What falls due comes in by the clock alone.
    refetchInterval: params.view === "due" || params.due ? 60_000 : (false as const),
  };
}

type Shown = { of: string; order: readonly Id[] };

/**
 * A list of conversations. While `held` its rows stand still: what is new waits, what has left stays, faded,
 * and only what the reader did himself goes at once.
 */
export function useList(params: ListParams, held: boolean) {
  const query = useInfiniteQuery(fetchList(params));
  const mine = useStore(acted);
  const name = JSON.stringify(params);
  const rows = useMemo(() => (query.data)?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const truth = useMemo(() => rows.map((row) => row.id), [rows]);
  const [shown, setShown] = useState<Shown>({ of: name, order: truth });
  const still = held && shown.of === name && shown.order.length > 0;
  const view = useMemo(() => (still ? holdOrder(shown.order, truth, mine) : { order: truth, waiting: [], gone: [] }), [still, shown, truth, mine]);
  if (!still && (shown.of !== name || shown.order !== truth)) setShown({ of: name, order: truth });

  const known = useRef(new Map<Id, ConversationRow>());
  const byId = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
  useEffect(() => {
    for (const row of rows) known.current.set(row.id, row);
  }, [rows]);
  const gone = useMemo(() => new Set(view.gone), [view.gone]);
  return {
    query,
    order: view.order,
    waiting: view.waiting.length,
    gone,
    rowOf: (id: Id) => byId.get(id) ?? known.current.get(id),
    release: () => setShown({ of: name, order: truth }),
  };
}
