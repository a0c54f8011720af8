import { SelectField } from "@parley/ui/Field";

import type { WaitBody } from "@/lib/acts/sayRule";
import type { Sources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { Duration } from "./Duration";
import styles from "./Editor.module.css";
import { errorAt, errorWithin, FIRST_WAIT, type Form } from "./form";

type WhenPartProps = { form: Form; words: Words; sources: Sources; error: unknown; onChange: (part: Partial<Form>) => void };

/** When the rule is asked; where it waits, how long, after what, and within which hours. */
export function WhenPart({ form, words, sources, error, onChange }: WhenPartProps) {
  const t = useT();
  const choose = (when: string) => {
    const waits = words.events.find((one) => one.name === when)?.waits ?? false;
    onChange({ when, wait: waits ? (form.wait ?? FIRST_WAIT) : null });
  };
  const { wait } = form;
  const put = (part: Partial<WaitBody>) => wait && onChange({ wait: { ...wait, ...part } });
  return (
    <div className={styles.when}>
      <SelectField label={t("rule_edit.event")} hideLabel error={errorAt(error, "when")} value={form.when} onChange={(event) => choose(event.target.value)}>
        {words.events.map((one) => (
          <option key={one.name} value={one.name}>
            {tName("rule_event", one.name)}
          </option>
        ))}
      </SelectField>
      {wait && (
        <div className={styles.inline}>
          <Duration label={t("rule_edit.how_long")} value={wait.minutes === 0 ? undefined : wait.minutes} onChange={(minutes) => put({ minutes: minutes ?? 0 })} />
          <span>{t("rule_edit.since")}</span>
          <SelectField label={t("rule_edit.anchor")} hideLabel value={wait.anchor} onChange={(event) => put({ anchor: event.target.value })}>
            {words.anchors.map((one) => (
              <option key={one} value={one}>
                {tName("rule_anchor", one)}
              </option>
            ))}
          </SelectField>
          <SelectField label={t("rule_edit.hours")} hideLabel value={wait.hours ?? ""} onChange={(event) => put({ hours: event.target.value === "" ? null : event.target.value })}>
            <option value="">{t("rule_edit.any_time")}</option>
            <option value="default">{t("rule_edit.open_hours")}</option>
            {sources("hours").map((one) => (
              <option key={one.id} value={one.id}>
                {t("rule_edit.counting", { name: one.label })}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      {errorWithin(error, "wait") !== undefined && (
        <p className={styles.wrong} role="alert">
          {errorWithin(error, "wait")}
        </p>
      )}
    </div>
  );
}
