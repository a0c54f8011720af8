import { Button } from "@parley/ui/Button";
import { SelectField, TextField } from "@parley/ui/Field";

import { errorAt } from "@/automation/rules/form";
import { GroupEditor } from "@/automation/rules/GroupEditor";
import { useSources } from "@/lib/acts/useSources";
import { useVocabulary } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";

import styles from "./Broadcasts.module.css";
import { fieldsFor, type Form, type Of } from "./form";

type WhoStepProps = { form: Form; error: unknown; onChange: (part: Partial<Form>) => void };

function OrderPart({ form, onChange }: Omit<WhoStepProps, "error">) {
  const t = useT();
  const sources = useSources();
  return (
    <div className={styles.pair}>
      <SelectField label={t("broadcast.store")} value={form.storeId} onChange={(event) => onChange({ storeId: event.target.value })}>
        <option value="">{t("broadcast.every_store")}</option>
        {sources("stores").map((one) => (
          <option key={one.id} value={one.id}>
            {one.label}
          </option>
        ))}
      </SelectField>
      <TextField label={t("broadcast.placed_from")} hint={t("broadcast.placed_hint")} type="date" value={form.placedFrom} onChange={(event) => onChange({ placedFrom: event.target.value })} />
      <TextField label={t("broadcast.placed_before")} type="date" value={form.placedBefore} onChange={(event) => onChange({ placedBefore: event.target.value })} />
      <TextField label={t("broadcast.things")} hint={t("broadcast.things_hint")} value={form.things} onChange={(event) => onChange({ things: event.target.value })} />
    </div>
  );
}

/** Who is affected, as a sentence. */
export function WhoStep({ form, error, onChange }: WhoStepProps) {
  const t = useT();
  const words = useVocabulary();
  const sources = useSources();
  const wrong = errorAt(error, "selection.if", "selection.of", "selection.ids");
  return (
    <section className={styles.part} aria-label={t("broadcast.step_who")}>
      <div className={styles.pair}>
        <TextField label={t("field.name")} hint={t("broadcast.name_hint")} maxLength={120} value={form.name} error={errorAt(error, "name")} onChange={(event) => onChange({ name: event.target.value })} />
        <SelectField label={t("broadcast.of")} value={form.of} onChange={(event) => onChange({ of: event.target.value as Of, ids: null })}>
          <option value="conversations">{t("broadcast.of_conversations")}</option>
          <option value="orders">{t("broadcast.of_orders")}</option>
        </SelectField>
      </div>
      {form.ids !== null && (
        <p className={styles.line}>
          {t(form.of === "orders" ? "broadcast.orders_by_hand" : "broadcast.by_hand", { n: form.ids.length })}
          <Button size="s" tone="quiet" onClick={() => onChange({ ids: null })}>
            {t("broadcast.not_by_hand")}
          </Button>
        </p>
      )}
      {form.of === "orders" && <OrderPart form={form} onChange={onChange} />}
      <GroupEditor group={form.condition} place="selection.if" fields={fieldsFor(form.of, words.fields)} sources={sources} error={error} onChange={(condition) => onChange({ condition })} />
      {form.of === "conversations" && form.ids === null && form.condition.parts.length === 0 && <p role="status">{t("broadcast.nobody_yet")}</p>}
      {wrong !== undefined && (
        <p className={styles.error} role="alert">
          {wrong}
        </p>
      )}
      <p className={styles.faint}>{t(form.of === "orders" ? "broadcast.orders_hint" : "broadcast.conversations_hint")}</p>
    </section>
  );
}
