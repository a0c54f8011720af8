import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { Keys } from "./Keys";
import styles from "./Tooltip.module.css";

type TooltipProps = {
  text: ReactNode;
  /** The shortcut that does the same, as in `Keys`. */
  keys?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
};

/** Wraps the page once: the first tip waits, the next ones follow at once. */
export function TooltipRoom({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={250} disableHoverableContent>
      {children}
    </Radix.Provider>
  );
}

/** A word on what the child does, shown on hover and on focus. */
export function Tooltip({ text, keys, side = "bottom", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tip} side={side} sideOffset={5} collisionPadding={8}>
          <span>{text}</span>
          {keys !== undefined && <Keys keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
