import { useState, type ReactNode } from "react";

import { formatMoney, parseMoney, toMoneyInput } from "../money";
import styles from "./Policies.module.css";

type Labelled = { label: string; disabled?: boolean };

/** A whole number inside a sentence. */
export function Count({ label, value, disabled, max = 3650, onChange }: Labelled & { value: number; max?: number; onChange: (value: number) => void }) {
  return (
    <input
      type="number"
      className={styles.count}
      aria-label={label}
      min={0}
      max={max}
      value={value}
      disabled={disabled}
      onChange={(event) => {
        const typed = Math.round(Number(event.target.value));
        if (typed >= 0 && typed <= max) onChange(typed);
      }}
    />
  );
}

/** A whole number inside a sentence that may be left out. */
export function MaybeCount({ label, value, disabled, max, onChange }: Labelled & { value: number | null; max: number; onChange: (value: number | null) => void }) {
  return (
    <input
      type="number"
      className={styles.count}
      aria-label={label}
      min={0}
      max={max}
      value={value ?? ""}
      disabled={disabled}
      onChange={(event) => {
        const typed = event.target.value === "" ? null : Math.round(Number(event.target.value));
        if (typed === null || (typed >= 0 && typed <= max)) onChange(typed);
      }}
    />
  );
}

/** An amount inside a sentence, in minor units; where it may be left out, empty is null. */
export function Amount({ label, value, currency, disabled, onChange }: Labelled & { value: number | null; currency: string; onChange: (value: number | null) => void }) {
  const [typed, setTyped] = useState(() => (value === null ? "" : toMoneyInput(value, currency)));
  const amount = typed.trim() === "" ? null : parseMoney(typed, currency);
  const wrong = typed.trim() !== "" && amount === null;
  return (
    <span className={styles.amount}>
      <input
        className={styles.count}
        inputMode="decimal"
        dir="ltr"
        aria-label={label}
        aria-invalid={wrong || undefined}
        placeholder={formatMoney(0, currency)}
        value={typed}
        disabled={disabled}
        onChange={(event) => {
          setTyped(event.target.value);
          const minor = event.target.value.trim() === "" ? null : parseMoney(event.target.value, currency);
          if (minor !== null || event.target.value.trim() === "") onChange(minor);
        }}
      />
      {currency}
    </span>
  );
}

/** A few words inside a sentence. */
export function Words({ label, value, disabled, wide, onChange }: Labelled & { value: string; wide?: boolean; onChange: (value: string) => void }) {
  return <input className={wide ? styles.wide : styles.words} aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value)} />;
}

/** A list of codes or days inside a sentence, parted by commas or spaces. */
export function Codes({ label, value, disabled, onChange }: Labelled & { value: readonly string[]; onChange: (value: string[]) => void }) {
  const [typed, setTyped] = useState(value.join(", "));
  return (
    <input
      className={styles.wide}
      dir="ltr"
      aria-label={label}
      value={typed}
      disabled={disabled}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(event.target.value.split(/[\s,]+/).filter((one) => one !== ""));
      }}
    />
  );
}

/** One of a few inside a sentence. */
export function Choice<V extends string>({ label, value, disabled, options, onChange }: Labelled & { value: V; options: readonly (readonly [V, ReactNode])[]; onChange: (value: V) => void }) {
  return (
    <select className={styles.choice} aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as V)}>
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
