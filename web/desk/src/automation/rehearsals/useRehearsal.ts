import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { explain } from "@/lib/problem";

import { cancelRehearsal, getRehearsal, isOver, rehearsalKeys } from "./api";

/** Asked for now and then as well, for whoever is not told. */
const EVERY_MS = 4000;

/** One rehearsal, as far as it has come; it can be stopped. */
export function useRehearsal(id: Id | null) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: rehearsalKeys.one(id ?? ""),
    queryFn: () => getRehearsal(id ?? ""),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOver(state.data.state) ? false : EVERY_MS),
  });
  const cancel = useMutation({
    mutationFn: () => cancelRehearsal(id ?? ""),
    onSettled: () => client.invalidateQueries({ queryKey: ["rehearsals"] }),
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  return { query, rehearsal: query.data, cancel };
}
