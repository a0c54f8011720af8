import type { ManifestField } from "@parley/client/types";
import { CheckField, SelectField, TextArea, TextField } from "@parley/ui/Field";

import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";

import { MapField } from "./MapField";
import styles from "./PluginForm.module.css";

export type Values = Record<string, unknown>;

type FieldProps = { of: string | undefined; field: ManifestField; value: unknown; kept: boolean; error: string | undefined; onChange: (value: unknown) => void };

function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function asLines(value: unknown): string {
  return Array.isArray(value) ? value.join("\n") : "";
}

/** One setting of a plug-in, drawn by its type. */
function OneField({ of, field, value, kept, error, onChange }: FieldProps) {
  const t = useT();
  const label = of === undefined ? tOr("setting", field.name, field.label) : tOr(`connector.${of}`, field.name, field.label);
  const help = field.help === "" ? undefined : of === undefined ? tOr("setting_help", field.name, field.help) : tOr(`connector.${of}_help`, field.name, field.help);
  const base = { label, hint: help, error, required: field.required && !kept };
  if (field.type === "checkbox") return <CheckField as="switch" label={label} hint={help} checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  if (field.type === "select") {
    return (
      <SelectField {...base} value={asText(value)} onChange={(event) => onChange(event.target.value)}>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {field.option_labels?.[option] ?? tOr(of === undefined ? `setting_option.${field.name}` : `connector.${of}_option.${field.name}`, option || "none", option)}
          </option>
        ))}
      </SelectField>
    );
  }
  if (field.type === "list") {
    return <TextArea {...base} hint={[help, t("field.one_per_line")].filter(Boolean).join(" ")} rows={4} spellCheck={false} value={asLines(value)} onChange={(event) => onChange(event.target.value.split("\n"))} />;
  }
  if (field.type === "map") return <MapField label={label} hint={help} value={(value ?? {}) as Record<string, string>} onChange={onChange} />;
  if (field.multiline) return <TextArea {...base} rows={4} value={asText(value)} onChange={(event) => onChange(event.target.value)} />;
  if (field.type === "number") return <TextField {...base} type="number" value={asText(value)} onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))} />;
  const colour = /colou?r/.test(field.name);
  return (
    <TextField
      {...base}
      type={field.secret ? "password" : colour ? "color" : "text"}
      className={colour ? styles.colour : undefined}
      autoComplete="off"
      spellCheck={false}
      placeholder={field.secret && kept ? t("channel.secret_kept") : undefined}
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** What is asked of a plug-in: the form of its settings. */
export type Asking = { fields: readonly ManifestField[] };

/** The values a new connection starts with. */
export function startValues(kind: Asking): Values {
  return Object.fromEntries(kind.fields.map((field) => [field.name, field.default ?? (field.type === "checkbox" ? false : field.type === "list" ? [] : field.type === "map" ? {} : "")]));
}

/** What is sent: empty lines of lists left out, and no secret that was not typed. */
export function cleanValues(kind: Asking, values: Values): Values {
  const entries = kind.fields
    .filter((field) => !(field.secret && (values[field.name] ?? "") === ""))
    .map((field): [string, unknown] => {
      const value = values[field.name];
      return [field.name, field.type === "list" ? (value as string[]).map((line) => line.trim()).filter(Boolean) : value];
    });
  return Object.fromEntries(entries);
}

export type PluginFormProps = { kind: Asking; values: Values; secretsSet: readonly string[]; error: unknown; onChange: (values: Values) => void; /** Whether a field means anything with the other values as they are. */ shows?: (field: ManifestField, values: Values) => boolean; /** The plug-in, where its fields have names of their own in the catalogue; what that has not is shown in the plug-in's words. */ of?: string };

/** What nearly everybody fills in stands open; the rest waits behind its heading. */
const OPEN_GROUPS = new Set(["", "receiving", "oauth"]);

/** The fields that say themselves what the server finds wrong with them. */
export function listSaying(kind: Asking, values: Values, shows: (field: ManifestField, values: Values) => boolean = () => true): string[] {
  return kind.fields.filter((field) => shows(field, values) && field.type !== "checkbox" && field.type !== "map").map((field) => field.name);
}

/** The form of a plug-in's settings, in the groups it asks for. */
export function PluginForm({ kind, values, secretsSet, error, onChange, shows = () => true, of }: PluginFormProps) {
  const shown = kind.fields.filter((field) => shows(field, values));
  const groups = [...new Set(shown.map((field) => field.group))].sort((a, b) => Number(OPEN_GROUPS.has(b)) - Number(OPEN_GROUPS.has(a)));
  return groups.map((group) => {
    const fields = shown.filter((field) => field.group === group);
    const wrong = fields.some((field) => fieldError(error, field.name) !== undefined);
    const body = fields.map((field) => (
      <OneField key={field.name} of={of} field={field} value={values[field.name]} kept={secretsSet.includes(field.name)} error={fieldError(error, field.name)} onChange={(value) => onChange({ ...values, [field.name]: value })} />
    ));
    if (group === "") return body;
    const title = tOr("setting_group", group, group);
    return OPEN_GROUPS.has(group) ? (
      <fieldset key={group} className="stack">
        <legend className={styles.group}>{title}</legend>
        {body}
      </fieldset>
    ) : (
      <details key={group} className={styles.folded} open={wrong || undefined}>
        <summary className={styles.group}>{title}</summary>
        <div className="stack">{body}</div>
      </details>
    );
  });
}
