import inline from "@/commerce/policies/Policies.module.css";

type OnceProps = { label: string; value: number; min?: number; max: number; step?: number; disabled: boolean; onChange: (value: number) => void };

/** A number inside a sentence that takes effect when it is left, not with every key. */
export function Once({ label, value, min = 0, max, step = 1, disabled, onChange }: OnceProps) {
  return (
    <input
      key={value}
      type="number"
      className={inline.count}
      aria-label={label}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      defaultValue={value}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
      onBlur={(event) => {
        const typed = Number(event.target.value);
        const rounded = Number((Math.round(typed / step) * step).toFixed(4));
        if (event.target.value !== "" && rounded >= min && rounded <= max && rounded !== value) onChange(rounded);
        else event.target.value = String(value);
      }}
    />
  );
}
