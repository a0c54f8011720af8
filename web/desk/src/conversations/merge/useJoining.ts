import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { refetchJoined } from "@/lib/live/joined";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { mergeConversation, splitConversation, undoSplit, unmergeConversation } from "./api";

const LONG_ENOUGH_MS = 10_000;

type Pair = { source_id: Id; target_id: Id };

function refresh(client: QueryClient, { source_id, target_id }: Pair): Promise<unknown> {
  refetchJoined(client, [source_id, target_id]);
  return Promise.all([client.invalidateQueries({ queryKey: keys.lists }), client.invalidateQueries({ queryKey: keys.views }), client.invalidateQueries({ queryKey: ["customer"] })]);
}

const refuse = (error: unknown) => toast({ tone: "red", text: explain(error) });

/** Merging conversations, splitting messages off, and taking either back where it is said. */
export function useJoining() {
  const client = useQueryClient();
  const unmerge = useMutation({
    mutationFn: (id: Id) => unmergeConversation(id),
    onSuccess: (done) => {
      toast({ text: t("join.apart", { number: done.source_number }) });
      return refresh(client, done);
    },
    onError: refuse,
  });
  const merge = useMutation({
    mutationFn: (given: { id: Id; into: Id; otherCustomer: boolean }) => mergeConversation(given.id, given.into, given.otherCustomer),
    onSuccess: (done) => {
      toast({
        text: t("join.done", { number: done.source_number, into: done.target_number }),
        stay: LONG_ENOUGH_MS,
        action: { label: t("action.undo"), run: () => unmerge.mutate(done.source_id) },
      });
      return refresh(client, done);
    },
    onError: refuse,
  });
  const unsplit = useMutation({
    mutationFn: (id: Id) => undoSplit(id),
    onSuccess: (done) => {
      toast({ text: t("split.undone", { number: done.source_number }) });
      return refresh(client, done);
    },
    onError: refuse,
  });
  const split = useMutation({
    mutationFn: (given: { id: Id; messages: Id[]; later: boolean }) => splitConversation(given.id, given.messages, given.later),
    onSuccess: (done) => {
      toast({
        text: t("split.done", { n: done.messages, number: done.target_number }),
        stay: LONG_ENOUGH_MS,
        action: { label: t("action.undo"), run: () => unsplit.mutate(done.target_id) },
      });
      return refresh(client, done);
    },
    onError: refuse,
  });
  return { merge, unmerge, split, unsplit };
}
