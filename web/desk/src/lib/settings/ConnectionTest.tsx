import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, PlugZap } from "lucide-react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import styles from "./ConnectionTest.module.css";

type Result = { ok: boolean; steps: { name: string; ok: boolean; detail: string }[] };

/** Tries the connection and shows each step. */
export function ConnectionTest({ run }: { run: () => Promise<Result> }) {
  const t = useT();
  const test = useMutation({ mutationFn: run });
  return (
    <div className="stack">
      <div>
        <Button icon={<PlugZap />} busy={test.isPending} onClick={() => test.mutate()}>
          {t("channels.test")}
        </Button>
      </div>
      {test.error && <Notice tone="red">{explain(test.error)}</Notice>}
      {test.data && (
        <div role="status" className="stack">
          <Notice tone={test.data.ok ? "green" : "red"}>{t(test.data.ok ? "channels.test_ok" : "channels.test_failed")}</Notice>
          <ol className={styles.steps}>
            {test.data.steps.map((step, i) => (
              <li key={i} className={styles.step} data-ok={step.ok}>
                {step.ok ? <CircleCheck aria-label={t("channels.step_ok")} /> : <CircleX aria-label={t("channels.step_failed")} />}
                <span>{step.name}</span>
                <span className={styles.detail}>{step.detail}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}
