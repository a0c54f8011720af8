import { TextField } from "@parley/ui/Field";
import type { ReactNode } from "react";

import { formatLanguage } from "@/lib/format/text";

import styles from "./PluginForm.module.css";

const LANGUAGES = ["en", "pt-BR", "ko", "sl", "zh-Hans"];

type MapFieldProps = { label: string; hint?: ReactNode; value: Record<string, string>; onChange: (value: Record<string, string>) => void };

/** A text in several languages; one that is left empty is not sent. */
export function MapField({ label, hint, value, onChange }: MapFieldProps) {
  const languages = [...new Set([...LANGUAGES, ...Object.keys(value)])];
  const set = (language: string, text: string) => {
    const rest = Object.entries(value).filter(([name]) => name !== language);
    onChange(Object.fromEntries(text === "" ? rest : [...rest, [language, text]]));
  };
  return (
    <fieldset className={styles.map}>
      <legend className={styles.group}>{label}</legend>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      {languages.map((language) => (
        <TextField key={language} label={formatLanguage(language)} lang={language} value={value[language] ?? ""} onChange={(event) => set(language, event.target.value)} />
      ))}
    </fieldset>
  );
}
