import type { Customer, Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { blockCustomer, changeCustomer, getCustomer, unblockCustomer, type CustomerChange } from "./api";

/** A customer, and the ways to change what is known; a change shows at once and is taken back when refused. */
export function useCustomer(id: Id) {
  const client = useQueryClient();
  const key = keys.customer(id);
  const query = useQuery({ queryKey: key, queryFn: () => getCustomer(id) });
  const settle = (fresh: Customer) => {
    client.setQueryData(key, fresh);
    void client.invalidateQueries({ queryKey: keys.lists });
  };
  const change = useMutation({
    mutationFn: (part: CustomerChange) => changeCustomer(id, part),
    onMutate: (part) => {
      const before = client.getQueryData<Customer>(key);
      client.setQueryData<Customer>(key, (old) => old && { ...old, ...part });
      return { before };
    },
    onSuccess: settle,
    onError: (error, _part, context) => {
      client.setQueryData(key, context?.before);
      toast({ tone: "red", text: explain(error) });
    },
  });
  const block = useMutation({
    mutationFn: (blocked: boolean) => (blocked ? blockCustomer(id) : unblockCustomer(id)),
    onSuccess: () => void client.invalidateQueries({ queryKey: key }),
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  return { query, change: (part: CustomerChange) => change.mutate(part), setBlocked: (blocked: boolean) => block.mutate(blocked) };
}
