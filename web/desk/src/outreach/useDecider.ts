import type { DeciderSettings, Page } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { listDeciders, saveDecider } from "./api";

export type Change = { enabled?: boolean; values?: Record<string, unknown> };

const key = keys.settings("deciders");

/** How a decider is set, and how to set it otherwise. A change is seen at once, and taken back when the server refuses it. */
export function useDecider(name: string) {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: key, queryFn: listDeciders });
  const put = (next: DeciderSettings) => client.setQueryData<Page<DeciderSettings>>(key, (old) => old && { ...old, items: old.items.map((one) => (one.name === next.name ? next : one)) });
  const read = () => client.getQueryData<Page<DeciderSettings>>(key)?.items.find((one) => one.name === name);
  const save = useMutation({
    mutationFn: saveDecider,
    // One after another: each holds all values, and the last one must be the last at the server, too.
    scope: { id: `decider:${name}` },
    onSuccess: (_saved, sent) => {
      if (sent.name === "order_messages") void client.invalidateQueries({ queryKey: keys.settings("order-texts") });
    },
    onError: (error) => {
      toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
      void client.invalidateQueries({ queryKey: key });
    },
  });
  const change = ({ enabled, values }: Change) => {
    const now = read();
    if (!now) return;
    const next = { ...now, enabled: enabled ?? now.enabled, values: { ...now.values, ...values } };
    put(next);
    save.mutate(next);
  };
  return { query, decider: query.data?.items.find((one) => one.name === name), change };
}
