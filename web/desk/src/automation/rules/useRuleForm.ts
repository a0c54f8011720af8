import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain, Problem } from "@/lib/problem";
import { keys } from "@/lib/query";

import { changeRule, createRule, getRule, restoreRule, type RuleDetail } from "./api";
import { printForm, readForm, writeForm, type Form } from "./form";

type Base = { version: number; printed: string };

const baseOf = (rule: RuleDetail | null): Base => ({ version: rule?.version ?? 0, printed: printForm(readForm(rule?.name ?? "", rule?.rule ?? null)) });

/** The rule in the editor: what was changed, saving it over the version that was seen, and older versions. */
export function useRuleForm(rule: RuleDetail | null) {
  const t = useT();
  const client = useQueryClient();
  const [form, setForm] = useState(() => readForm(rule?.name ?? "", rule?.rule ?? null));
  const [base, setBase] = useState(() => baseOf(rule));
  const dirty = printForm(form) !== base.printed;
  const begin = (from: RuleDetail) => {
    setForm(readForm(from.name, from.rule));
    setBase(baseOf(from));
  };
  // Somebody else's saving is shown at once where nothing would be lost by it.
  if (rule && rule.version > base.version && !dirty) begin(rule);
  const reload = async (id: string) => {
    const fresh = await getRule(id);
    client.setQueryData(keys.settings("rules", "one", id), fresh);
    begin(fresh);
    void client.invalidateQueries({ queryKey: keys.settings("rules") });
  };
  const save = useMutation({
    mutationFn: () => (rule ? changeRule(rule.id, { name: form.name, rule: writeForm(form), version: base.version }) : createRule(form.name, writeForm(form), false)),
    onSuccess: async (saved) => {
      toast({ text: t("settings.saved") });
      if (rule) await reload(saved.id);
      else void client.invalidateQueries({ queryKey: keys.settings("rules") });
    },
  });
  const fail = (error: unknown) => toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
  const show = (enabled: boolean) => client.setQueryData<RuleDetail>(keys.settings("rules", "one", rule?.id ?? ""), (old) => old && { ...old, enabled });
  const turn = useMutation({
    mutationFn: (enabled: boolean) => changeRule(rule?.id ?? "", { enabled }),
    onMutate: show,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.settings("rules") }),
    onError: (error, enabled) => {
      show(!enabled);
      fail(error);
    },
  });
  const restore = useMutation({ mutationFn: (version: number) => restoreRule(rule?.id ?? "", version, base.version), onSuccess: (saved) => reload(saved.id), onError: fail });
  const outdated = save.error instanceof Problem && save.error.code === "rule_changed";
  return { form, change: (part: Partial<Form>) => setForm((old) => ({ ...old, ...part })), dirty, save, turn, restore, outdated, reload };
}
