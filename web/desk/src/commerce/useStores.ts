import type { Id, Page, Store } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { useMay } from "@/lib/directory";
import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

export const listStores = () => unwrap(api.GET("/api/v1/stores", { params: { query: { limit: 200 } } })) as Promise<Page<Store>>;

const WHILE_READING = 2000;

/** The connected stores; looked at often while one of them is being read. */
export function useStores() {
  const enabled = useMay("stores:read");
  const query = useQuery({
    queryKey: keys.stores,
    queryFn: listStores,
    enabled,
    refetchInterval: ({ state }) => (state.data?.items.some((store) => store.syncs.some((sync) => sync.state === "running")) ? WHILE_READING : false),
  });
  const stores = query.data?.items ?? [];
  return { query, stores, byId: new Map<Id, Store>(stores.map((store) => [store.id, store])) };
}
