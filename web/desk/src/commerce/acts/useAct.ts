import type { Id, StoreAct } from "@parley/client/types";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { keys } from "@/lib/query";

import { getAct } from "../api";
import { commitAct, planAct, type Wish } from "./calls";

const LOOK_EVERY = 1000;

/** An act as it stands; looked at again for as long as it is under way, in case the live connection is not there. */
export function useActState(id: Id | null) {
  return useQuery({
    queryKey: keys.act(id ?? ""),
    queryFn: () => getAct(id ?? ""),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data?.state === "committed" ? LOOK_EVERY : false),
  });
}

/** From a wish to a plan, from the plan to what became of it. A commit that is asked again is the same commit. */
export function useAct(target: Id) {
  const client = useQueryClient();
  const [step, setStep] = useState<{ plan: StoreAct; key: string } | null>(null);
  const [committed, setCommitted] = useState<Id | null>(null);
  const running = useActState(committed);
  const planning = useMutation({
    mutationFn: (wish: Wish) => planAct(target, wish),
    onSuccess: (plan) => {
      committing.reset();
      setStep({ plan, key: crypto.randomUUID() });
    },
  });
  const committing = useMutation({
    mutationFn: ({ plan, key }: { plan: StoreAct; key: string }) => commitAct(target, plan, key),
    onSuccess: (act) => {
      client.setQueryData(keys.act(act.id), act);
      setCommitted(act.id);
      void client.invalidateQueries({ queryKey: ["acts", "list"] });
    },
  });
  return {
    plan: step?.plan ?? null,
    act: committed === null ? null : (running.data ?? null),
    planning,
    committing,
    makePlan: (wish: Wish) => planning.mutate(wish),
    commit: () => step && committing.mutate(step),
    back: () => {
      setStep(null);
      committing.reset();
    },
  };
}
