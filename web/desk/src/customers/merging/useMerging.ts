import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { listMerges, listSuggestions, mergeCustomer, unmergeCustomer, type MergeReason } from "./api";

/** Who is part of a customer, of whom he is part, and who may be the same person. */
export function useMerges(id: Id) {
  const merges = useQuery({ queryKey: [...keys.customer(id), "merges"], queryFn: () => listMerges(id) });
  const suggestions = useQuery({ queryKey: [...keys.customer(id), "suggestions"], queryFn: () => listSuggestions(id) });
  const all = merges.data?.items ?? [];
  return {
    from: all.filter((merge) => merge.target.id === id),
    into: all.find((merge) => merge.source.id === id),
    suggestions: suggestions.data?.items ?? [],
  };
}

/** Merging and taking it back; what was done can be undone where it is said. */
export function useMergeActs() {
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([client.invalidateQueries({ queryKey: ["customer"] }), client.invalidateQueries({ queryKey: ["customers"] }), client.invalidateQueries({ queryKey: keys.lists })]);
  const refuse = (error: unknown) => toast({ tone: "red", text: explain(error) });
  const unmerge = useMutation({
    mutationFn: (given: { id: Id; name: string }) => unmergeCustomer(given.id),
    onSuccess: (_fresh, { name }) => {
      toast({ text: t("merge.undone", { name }) });
      return refresh();
    },
    onError: refuse,
  });
  const merge = useMutation({
    mutationFn: (given: { id: Id; into: Id; reason: MergeReason; name: string }) => mergeCustomer(given.id, given.into, given.reason),
    onSuccess: (_done, { id, name }) => {
      toast({ text: t("merge.done", { name }), stay: 10_000, action: { label: t("action.undo"), run: () => unmerge.mutate({ id, name }) } });
      return refresh();
    },
    onError: refuse,
  });
  return { merge, unmerge };
}
