import { Check, ChevronRight } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { cx } from "./cx";
import styles from "./Menu.module.css";
import { Keys } from "./Keys";

type MenuProps = {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end" | "center";
  side?: "top" | "bottom";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** A list of acts under a button. Not modal: nothing behind it is frozen. */
export function Menu({ trigger, children, align = "end", side = "bottom", open, onOpenChange }: MenuProps) {
  const state = { ...(open !== undefined && { open }), ...(onOpenChange && { onOpenChange }) };
  return (
    <Radix.Root modal={false} {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.menu} align={align} side={side} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ItemProps = {
  icon?: ReactNode;
  keys?: string | undefined;
  hint?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
};

export function MenuItem({ icon, keys, hint, danger, disabled = false, onSelect, children }: ItemProps) {
  return (
    <Radix.Item className={cx(styles.item, danger && styles.danger)} disabled={disabled} onSelect={onSelect}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.words}>
        {children}
        {hint !== undefined && <small className={styles.hint}>{hint}</small>}
      </span>
      {keys !== undefined && <Keys keys={keys} />}
    </Radix.Item>
  );
}

type CheckProps = { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode };

export function MenuCheck({ checked, onChange, children }: CheckProps) {
  return (
    <Radix.CheckboxItem className={styles.item} checked={checked} onCheckedChange={onChange}>
      <span className={styles.icon}>{checked && <Check />}</span>
      <span className={styles.words}>{children}</span>
    </Radix.CheckboxItem>
  );
}

export function MenuSub({ icon, label, children }: { icon?: ReactNode; label: ReactNode; children: ReactNode }) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger className={styles.item}>
        <span className={styles.icon}>{icon}</span>
        <span className={styles.words}>{label}</span>
        <ChevronRight className={cx("mirrored", styles.more)} />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent className={styles.menu} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className={styles.label}>{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className={styles.line} />;
}
