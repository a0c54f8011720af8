import { IconButton } from "@parley/ui/IconButton";
import { Minus, Plus } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import styles from "./acts.module.css";

type StepperProps = { label: string; value: number; min?: number; max: number; onChange: (value: number) => void };

/** How many: by the signs, by typing, or by the arrow keys. */
export function Stepper({ label, value, min = 0, max, onChange }: StepperProps) {
  const t = useT();
  const set = (next: number) => onChange(Math.min(max, Math.max(min, Number.isFinite(next) ? Math.round(next) : min)));
  return (
    <span className={styles.stepper} role="group" aria-label={label}>
      <IconButton size="s" label={t("acts.one_less")} icon={<Minus />} disabled={value <= min} onClick={() => set(value - 1)} />
      <input
        type="text"
        inputMode="numeric"
        role="spinbutton"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={min}
        aria-valuemax={max}
        value={value}
        onFocus={(event) => event.target.select()}
        onChange={(event) => set(Number(event.target.value.replace(/\D/g, "").slice(-3)))}
        onKeyDown={(event) => {
          const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
          if (by === 0) return;
          event.preventDefault();
          set(value + by);
        }}
      />
      <IconButton size="s" label={t("acts.one_more")} icon={<Plus />} disabled={value >= max} onClick={() => set(value + 1)} />
    </span>
  );
}
