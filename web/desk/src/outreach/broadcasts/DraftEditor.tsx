import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { broadcastKeys, changeBroadcast, type Broadcast } from "./api";
import styles from "./Broadcasts.module.css";
import { CheckStep } from "./CheckStep";
import { printForm, readForm, writeForm, type Form } from "./form";
import { WhatStep } from "./WhatStep";
import { WhoStep } from "./WhoStep";

const STEPS = ["who", "what", "check"] as const;
type Step = (typeof STEPS)[number];

type DraftEditorProps = { broadcast: Broadcast; language: string; mayWrite: boolean };

/** Who is told, what they are told, and a look at both before anything leaves. Each step is kept when it is left. */
export function DraftEditor({ broadcast, language, mayWrite }: DraftEditorProps) {
  const t = useT();
  const client = useQueryClient();
  const [step, setStep] = useState<Step>("who");
  const [form, setForm] = useState<Form>(() => readForm(broadcast, language));
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => changeBroadcast(broadcast.id, writeForm(form)),
    onSuccess: (made) => client.setQueryData(broadcastKeys.one(broadcast.id), made),
  });
  const kept = printForm(form) === printForm(readForm(broadcast, language));
  const go = (next: Step) => {
    if (kept || !mayWrite) setStep(next);
    else save.mutate(undefined, { onSuccess: () => setStep(next) });
  };
  const at = STEPS.indexOf(step);
  const [before, after] = [STEPS[at - 1], STEPS[at + 1]];
  return (
    <div className={styles.stack}>
      <nav className={styles.steps} aria-label={t("broadcast.steps")}>
        {STEPS.map((one, n) => (
          <button key={one} type="button" className={styles.step} aria-current={one === step ? "step" : undefined} onClick={() => go(one)}>
            {`${String(n + 1)}. ${t(`broadcast.step_${one}`)}`}
          </button>
        ))}
      </nav>
      {save.error !== null && <Notice tone="red">{explain(save.error)}</Notice>}
      {step === "check" ? (
        <CheckStep broadcast={broadcast} mayWrite={mayWrite} />
      ) : (
        <fieldset className={styles.stack} disabled={!mayWrite} aria-label={t(`broadcast.step_${step}`)}>
          {step === "who" ? <WhoStep form={form} error={save.error} onChange={change} /> : <WhatStep form={form} error={save.error} onChange={change} variables={broadcast.variables} />}
        </fieldset>
      )}
      <div className={styles.end}>
        {before && <Button onClick={() => go(before)}>{t("action.back")}</Button>}
        {after && (
          <Button tone="primary" busy={save.isPending} disabled={form.name.trim() === ""} onClick={() => go(after)}>
            {t("broadcast.next")}
          </Button>
        )}
      </div>
    </div>
  );
}
