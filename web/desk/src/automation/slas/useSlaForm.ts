import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { changeSla, createSla, slaKeys, type Sla, type SlaBody } from "./api";
import { printForm, readForm, writeForm, type Form } from "./form";

/** The SLA in the editor: what was changed, saving it, switching it, and older versions. */
export function useSlaForm(sla: Sla | null) {
  const t = useT();
  const client = useQueryClient();
  const [form, setForm] = useState(() => readForm(sla));
  const [base, setBase] = useState(() => ({ version: sla?.version ?? 0, printed: printForm(readForm(sla)) }));
  const dirty = printForm(form) !== base.printed;
  const begin = (from: Sla) => {
    setForm(readForm(from));
    setBase({ version: from.version, printed: printForm(readForm(from)) });
  };
  // Somebody else's saving is shown at once where nothing would be lost by it.
  if (sla && sla.version > base.version && !dirty) begin(sla);
  const settle = async (saved: Sla) => {
    begin(saved);
    await client.invalidateQueries({ queryKey: slaKeys.all });
  };
  const fail = (error: unknown) => toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
  const save = useMutation({
    mutationFn: () => (sla ? changeSla(sla.id, { name: form.name.trim(), sla: writeForm(form) }) : createSla(form.name.trim(), writeForm(form))),
    onSuccess: async (saved) => {
      toast({ text: t("settings.saved") });
      await settle(saved);
    },
  });
  const turn = useMutation({ mutationFn: (enabled: boolean) => changeSla(sla?.id ?? "", { enabled }), onSuccess: () => client.invalidateQueries({ queryKey: slaKeys.all }), onError: fail });
  const restore = useMutation({ mutationFn: (old: { name: string; sla: SlaBody }) => changeSla(sla?.id ?? "", old), onSuccess: settle, onError: fail });
  return { form, change: (part: Partial<Form>) => setForm((old) => ({ ...old, ...part })), dirty, save, turn, restore };
}
