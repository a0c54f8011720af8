import type { Conversation, CustomField, FieldValue } from "@parley/client/types";
import { Fragment, useId, useState } from "react";

import { useCustomFields, useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";

import { useActs } from "../acts/useActs";
import styles from "./Details.module.css";

function Value({ field, id, value, disabled, onSave }: { field: CustomField; id: string; value: FieldValue; disabled: boolean; onSave: (value: FieldValue) => void }) {
  const t = useT();
  const shown = value === null ? "" : String(value);
  const [typed, setTyped] = useState(shown);
  const [from, setFrom] = useState(shown);
  if (from !== shown) {
    setFrom(shown);
    setTyped(shown);
  }
  if (field.type === "checkbox") return <input id={id} type="checkbox" disabled={disabled} className={styles.tick} checked={value === true} onChange={(event) => onSave(event.target.checked)} />;
  if (field.type === "select") {
    return (
      <select id={id} disabled={disabled} className={styles.input} value={shown} onChange={(event) => onSave(event.target.value || null)}>
        <option value="" />
        {field.options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  const save = () => {
    if (typed === shown) return;
    onSave(typed === "" ? null : field.type === "number" ? Number(typed) : typed);
  };
  return (
    <input
      id={id}
      disabled={disabled}
      type={field.type === "number" ? "number" : field.type === "date" ? "date" : "text"}
      className={styles.input}
      dir={typed === "" ? undefined : "auto"}
      placeholder={disabled ? undefined : t("field.add")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}

/** The shop's own fields. */
export function CustomFields({ conversation }: { conversation: Conversation }) {
  const { items } = useCustomFields();
  const { change } = useActs();
  const mayWrite = useMay("conversations:write");
  const prefix = useId();
  return items.map((field) => (
    <Fragment key={field.id}>
      <dt>
        <label htmlFor={prefix + field.id}>{field.label}</label>
      </dt>
      <dd>
        <Value field={field} id={prefix + field.id} value={conversation.custom_fields[field.key] ?? null} disabled={!mayWrite} onSave={(value) => void change(conversation, { custom_fields: { [field.key]: value } })} />
      </dd>
    </Fragment>
  ));
}
