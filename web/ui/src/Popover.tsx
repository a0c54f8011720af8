import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { cx } from "./cx";
import styles from "./Popover.module.css";

type PopoverProps = {
  trigger: ReactNode;
  /** The name of what opens, for assistive technology. */
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "end" | "center";
  side?: "top" | "bottom" | "left" | "right";
  width?: "s" | "m" | "l";
  flush?: boolean;
  children: ReactNode;
};

/** A small sheet tied to a button. */
export function Popover({ trigger, label, open, onOpenChange, align = "start", side = "bottom", width = "m", flush, children }: PopoverProps) {
  const state = { ...(open !== undefined && { open }), ...(onOpenChange && { onOpenChange }) };
  return (
    <Radix.Root {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          className={cx(styles.sheet, styles[width], flush && styles.flush)}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
