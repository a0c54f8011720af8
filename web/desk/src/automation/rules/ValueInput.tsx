import { Chip } from "@parley/ui/Chip";
import { SelectField, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { sayField, sayValue } from "@/lib/acts/sayTest";
import type { Sources } from "@/lib/acts/useSources";
import type { FieldWord } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";

import { Chosen } from "../acts/Chosen";
import { Duration } from "./Duration";
import styles from "./Editor.module.css";

type ValueProps = { word: FieldWord; wants: string; value: unknown; sources: Sources; onChange: (value: unknown) => void };

/** Any of several texts: each is finished by Enter or a comma. */
function TextsInput({ label, values, onChange }: { label: string; values: string[]; onChange: (values: string[]) => void }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const add = (text: string) => {
    const found = text.split(",").map((one) => one.trim()).filter((one) => one !== "" && !values.includes(one));
    setTyped("");
    if (found.length > 0) onChange([...values, ...found]);
  };
  return (
    <span className={styles.tokens}>
      {values.map((one) => (
        <Chip key={one} onRemove={() => onChange(values.filter((other) => other !== one))} removeLabel={t("rule_edit.remove_value", { value: one })}>
          <bdi>{one}</bdi>
        </Chip>
      ))}
      <input
        className={styles.token}
        aria-label={label}
        placeholder={t(values.length === 0 ? "rule_edit.text" : "rule_edit.or_text")}
        value={typed}
        onChange={(event) => (event.target.value.endsWith(",") ? add(event.target.value) : setTyped(event.target.value))}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) {
            event.preventDefault();
            add(typed);
          } else if (event.key === "Backspace" && typed === "" && values.length > 0) onChange(values.slice(0, -1));
        }}
        onBlur={() => add(typed)}
      />
    </span>
  );
}

/** Any of a list; where there is no list, it is typed. */
function ChoicesInput({ label, word, values, sources, onChange }: { label: string; word: FieldWord; values: string[]; sources: Sources; onChange: (values: string[]) => void }) {
  const items = sources(word.source, word.options);
  if (items.length === 0) return <TextsInput label={label} values={values} onChange={onChange} />;
  return <Chosen label={label} items={items} values={values} nameOf={(id) => sayValue(id, word, sources)} onChange={onChange} />;
}

function NumberInput({ label, word, value, onChange }: { label: string; word: FieldWord; value: unknown; onChange: (value: number | undefined) => void }) {
  const t = useT();
  const unit = word.unit === "hours" || word.unit === "days" || word.unit === "minutes" ? t(`rule_edit.unit_${word.unit}`) : null;
  return (
    <span className={styles.inline}>
      <TextField label={label} hideLabel type="number" step="any" className={styles.number} value={typeof value === "number" ? value : ""} onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))} />
      {unit !== null && <span className={styles.faint}>{unit}</span>}
    </span>
  );
}

/** A moment as the browser's own field writes it, in the reader's zone. */
function toLocal(iso: unknown): string {
  if (typeof iso !== "string" || iso === "") return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What a field is compared with, by what the comparison wants. */
export function ValueInput({ word, wants, value, sources, onChange }: ValueProps) {
  const t = useT();
  const label = t("rule_edit.value_of", { field: sayField(word.name) });
  const texts = Array.isArray(value) ? value.map(String) : typeof value === "string" && value !== "" ? [value] : [];
  switch (wants) {
    case "texts":
      return word.kind === "text" ? <TextsInput label={label} values={texts} onChange={onChange} /> : <ChoicesInput label={label} word={word} values={texts} sources={sources} onChange={onChange} />;
    case "number":
      return <NumberInput label={label} word={word} value={value} onChange={onChange} />;
    case "span": {
      const [from, to] = Array.isArray(value) ? (value as unknown[]) : [];
      return (
        <span className={styles.inline}>
          <NumberInput label={label} word={{ ...word, unit: null }} value={from} onChange={(next) => onChange([next, to])} />
          <span className={styles.faint}>{t("rule_edit.and")}</span>
          <NumberInput label={label} word={word} value={to} onChange={(next) => onChange([from, next])} />
        </span>
      );
    }
    case "minutes":
      return <Duration label={label} value={typeof value === "number" ? value : undefined} onChange={onChange} />;
    case "flag":
      return (
        <SelectField label={label} hideLabel value={String(value)} onChange={(event) => onChange(event.target.value === "true")}>
          <option value="true">{t("act_value.yes")}</option>
          <option value="false">{t("act_value.no")}</option>
        </SelectField>
      );
    case "moment":
      return <TextField label={label} hideLabel type="datetime-local" value={toLocal(value)} onChange={(event) => onChange(event.target.value === "" ? undefined : new Date(event.target.value).toISOString())} />;
    default:
      return null;
  }
}
