import { IconButton } from "@parley/ui/IconButton";
import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Policies.module.css";

/** One entry of a list, with the way to take it out. */
export function Row({ disabled, onRemove, children }: { disabled: boolean; onRemove: () => void; children: ReactNode }) {
  const t = useT();
  return (
    <li className={styles.row}>
      <div className="stack">{children}</div>
      <IconButton label={t("action.remove")} icon={<Trash2 />} disabled={disabled} onClick={onRemove} />
    </li>
  );
}

/** A code that none of the taken ones is. */
export function freeCode(prefix: string, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${prefix}-${number}`)) number += 1;
  return `${prefix}-${number}`;
}

/** Days by country as rows, in the order they were written in; a country without a code is not kept. */
export function useCountryDays(value: Readonly<Record<string, number>>, onChange: (value: Record<string, number>) => void) {
  const [rows, setRows] = useState(() => Object.entries(value));
  const write = (next: [string, number][]) => {
    setRows(next);
    onChange(Object.fromEntries(next.filter(([country]) => country !== "")));
  };
  return {
    rows,
    add: (days: number) => write([...rows, ["", days]]),
    remove: (at: number) => write(rows.filter((_, n) => n !== at)),
    change: (at: number, row: [string, number]) => write(rows.map((one, n) => (n === at ? row : one))),
  };
}
