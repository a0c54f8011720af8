import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";

import { listAgentRouting, routingKeys, saveAgentRouting } from "./api";

export const useAgentRouting = () => useQuery({ queryKey: routingKeys.agents, queryFn: listAgentRouting });

export function useSaveRouting() {
  const client = useQueryClient();
  return useMutation({ mutationFn: saveAgentRouting, onSuccess: () => client.invalidateQueries({ queryKey: routingKeys.agents }) });
}

/** How the reader himself takes work. */
export function useOwnRouting() {
  const { agent } = useSelf();
  const query = useAgentRouting();
  return query.data?.items.find((one) => one.agent_id === agent.id);
}
