import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

import styles from "./Tabs.module.css";

type TabsProps = { label: string; tabs: { id: string; label: ReactNode; body: ReactNode }[]; value?: string; onChange?: (id: string) => void };

/** A few pages in one place. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const state = value !== undefined ? { value, ...(onChange && { onValueChange: onChange }) } : { defaultValue: tabs[0]?.id ?? "" };
  return (
    <Radix.Root {...state} className={styles.tabs}>
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id} className={styles.tab}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={styles.body}>
          {tab.body}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
