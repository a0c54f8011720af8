import { Button } from "@parley/ui/Button";
import { CheckField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Plus, X } from "lucide-react";

import { Choice } from "@/commerce/policies/inline";
import inline from "@/commerce/policies/Policies.module.css";
import type { Sources } from "@/lib/acts/useSources";
import { T, useT } from "@/lib/i18n/useT";

import { Duration } from "../rules/Duration";
import { errorWithin } from "../rules/form";
import type { Form } from "./form";
import styles from "./Slas.module.css";

type CountingProps = { form: Form; sources: Sources; error: unknown; onChange: (part: Partial<Form>) => void };

const MOST_WARNINGS = 5;

/** What time counts, and when nothing is counted. */
export function Counting({ form, sources, error, onChange }: CountingProps) {
  const t = useT();
  const hours = [["default", t("sla_edit.default_hours")] as const, ...sources("hours").map((one) => [one.id, one.label] as const), ["all", t("sla_edit.all_hours")] as const];
  const wrong = errorWithin(error, "hours");
  return (
    <>
      <p className={inline.sentence}>
        <T k="sla_edit.counted" hours={<Choice key="hours" label={t("sla_edit.hours")} value={form.hours} options={hours} onChange={(value) => onChange({ hours: value })} />} />
      </p>
      {wrong !== undefined && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
      <CheckField label={t("sla_edit.waiting")} checked={form.waiting} onChange={(event) => onChange({ waiting: event.target.checked })} />
      <CheckField label={t("sla_edit.snoozed")} checked={form.snoozed} onChange={(event) => onChange({ snoozed: event.target.checked })} />
      <CheckField label={t("sla_edit.automatic")} checked={form.automatic} onChange={(event) => onChange({ automatic: event.target.checked })} />
    </>
  );
}

/** How long before it falls due somebody is warned; any number of times. */
export function Warnings({ form, error, onChange }: Omit<CountingProps, "sources">) {
  const t = useT();
  const wrong = errorWithin(error, "warn_minutes");
  const { warnings } = form;
  return (
    <>
      {warnings.map((minutes, i) => (
        <div key={i} className={styles.row}>
          <T k="sla_edit.warn_before" time={<Duration key="time" label={t("sla_edit.warn_time")} value={minutes} onChange={(value) => onChange({ warnings: warnings.map((old, at) => (at === i ? value : old)) })} />} />
          <IconButton size="s" label={t("action.remove")} icon={<X />} onClick={() => onChange({ warnings: warnings.filter((_, at) => at !== i) })} />
        </div>
      ))}
      {warnings.length < MOST_WARNINGS && (
        <div>
          <Button size="s" icon={<Plus />} onClick={() => onChange({ warnings: [...warnings, 15] })}>
            {t("sla_edit.add_warning")}
          </Button>
        </div>
      )}
      {wrong !== undefined && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}
