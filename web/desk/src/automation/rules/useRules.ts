import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { archiveRule, changeRule, duplicateRule, listRules, orderRules, restoreRule, type RuleRow } from "./api";

const LIST = keys.settings("rules", "list");

/** The rules in their order, and what is done to them from the list; the list answers before the server does. */
export function useRules() {
  const t = useT();
  const client = useQueryClient();
  const list = useQuery({ queryKey: LIST, queryFn: listRules });
  const refresh = () => client.invalidateQueries({ queryKey: keys.settings("rules") });
  const lay = async (change: (rows: RuleRow[]) => RuleRow[]) => {
    await client.cancelQueries({ queryKey: LIST });
    const before = client.getQueryData<RuleRow[]>(LIST);
    client.setQueryData<RuleRow[]>(LIST, (old) => old && change(old));
    return { before };
  };
  const fail = (error: unknown, _: unknown, context?: { before: RuleRow[] | undefined }) => {
    if (context?.before) client.setQueryData(LIST, context.before);
    void refresh();
    toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
  };
  const turn = useMutation({
    mutationFn: ({ id, enabled }: { id: Id; enabled: boolean }) => changeRule(id, { enabled }),
    onMutate: ({ id, enabled }) => lay((rows) => rows.map((one) => (one.id === id ? { ...one, enabled } : one))),
    onSuccess: refresh,
    onError: fail,
  });
  const order = useMutation({
    mutationFn: (ids: Id[]) => orderRules(ids),
    onMutate: (ids) => lay((rows) => [...rows].sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))),
    onSuccess: refresh,
    onError: fail,
  });
  const restore = useMutation({
    mutationFn: async ({ rule, ids }: { rule: RuleRow; ids: Id[] }) => {
      await restoreRule(rule.id, rule.version, null);
      await orderRules(ids);
      if (rule.enabled) await changeRule(rule.id, { enabled: true });
    },
    onSuccess: refresh,
    onError: fail,
  });
  const archive = useMutation({
    mutationFn: (rule: RuleRow) => archiveRule(rule.id),
    onMutate: async (rule) => {
      const { before } = await lay((rows) => rows.filter((one) => one.id !== rule.id));
      return { before };
    },
    onSuccess: (_, rule, { before }) => {
      const ids = (before ?? [rule]).map((one) => one.id);
      toast({ text: t("rules.archived", { name: rule.name }), action: { label: t("action.undo"), run: () => restore.mutate({ rule, ids }) } });
      return refresh();
    },
    onError: fail,
  });
  const copy = useMutation({
    mutationFn: (rule: RuleRow) => duplicateRule(rule.id),
    onSuccess: () => {
      toast({ text: t("rules.copied") });
      return refresh();
    },
    onError: (error) => fail(error, null),
  });
  return { list, turn, order, archive, copy };
}
