import { TextField } from "@parley/ui/Field";

type NumberFieldProps = { label: string; hint?: string; value: number; min: number; max: number; disabled: boolean; onChange: (value: number) => void };

/** A whole number, kept when the field is left; what is none, or too small or large, is not. */
export function NumberField({ label, hint, value, min, max, disabled, onChange }: NumberFieldProps) {
  return (
    <TextField
      key={value}
      type="number"
      label={label}
      hint={hint}
      min={min}
      max={max}
      disabled={disabled}
      defaultValue={String(value)}
      onBlur={(event) => {
        const typed = Number(event.target.value);
        if (event.target.value !== "" && Number.isInteger(typed) && typed >= min && typed <= max) {
          if (typed !== value) onChange(typed);
        } else event.target.value = String(value);
      }}
    />
  );
}
