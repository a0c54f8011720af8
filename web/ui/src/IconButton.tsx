import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

import { cx } from "./cx";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip";

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> & {
  /** Said by screen readers and shown as the tip. */
  label: string;
  icon: ReactNode;
  keys?: string | undefined;
  size?: "s" | "m";
  active?: boolean;
  side?: "top" | "bottom" | "left" | "right";
  ref?: Ref<HTMLButtonElement>;
};

/** A button that is only a sign: it always has a name and a tip. */
export function IconButton(props: IconButtonProps) {
  const { label, icon, keys, size = "m", active, side = "bottom", className, ...rest } = props;
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={active}
        className={cx(styles.button, styles[size], className)}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
