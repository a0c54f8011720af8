import { CheckField } from "@parley/ui/Field";
import { Fragment } from "react";

import { tName } from "@/lib/i18n/catalogue";
import { T, useT } from "@/lib/i18n/useT";

import { Duration } from "../rules/Duration";
import { errorWithin } from "../rules/form";
import { KINDS, PRIORITIES, type Kind } from "./api";
import { splitGoal, type Form, type Goal } from "./form";
import styles from "./Slas.module.css";

function Row({ kind, goal, error, onChange }: { kind: Kind; goal: Goal; error: string | undefined; onChange: (goal: Goal) => void }) {
  const t = useT();
  const name = tName("promise.kind", kind);
  return (
    <div className={styles.goal}>
      <div className={styles.row}>
        <CheckField as="switch" label={name} checked={goal.on} onChange={(event) => onChange({ ...goal, on: event.target.checked })} />
        {goal.on && !goal.each && <T k="sla_edit.within" time={<Duration key="time" label={t("sla_edit.time_for", { what: name })} value={goal.minutes} onChange={(minutes) => onChange({ ...goal, minutes })} />} />}
        {goal.on && <CheckField label={t("sla_edit.each")} checked={goal.each} onChange={(event) => onChange(splitGoal(goal, event.target.checked))} />}
      </div>
      {goal.on && goal.each && (
        <div className={styles.each}>
          {PRIORITIES.map((one) => (
            <Fragment key={one}>
              <span>{tName("priority", one)}</span>
              <Duration label={t("sla_edit.time_for", { what: `${name}, ${tName("priority", one)}` })} value={goal.by[one]} onChange={(minutes) => onChange({ ...goal, by: { ...goal.by, [one]: minutes } })} />
            </Fragment>
          ))}
          <span className={styles.hint}>{t("sla_edit.each_hint")}</span>
        </div>
      )}
      {error !== undefined && (
        <p className={styles.wrong} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What is promised: how soon a first reply, the next ones, and a solution. */
export function Goals({ form, error, onChange }: { form: Form; error: unknown; onChange: (goals: Form["goals"]) => void }) {
  return KINDS.map((kind) => <Row key={kind} kind={kind} goal={form.goals[kind]} error={errorWithin(error, `targets.${kind}`)} onChange={(goal) => onChange({ ...form.goals, [kind]: goal })} />);
}
