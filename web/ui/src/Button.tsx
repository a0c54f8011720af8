import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

import styles from "./Button.module.css";
import { cx } from "./cx";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger";

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  tone?: ButtonTone;
  size?: "s" | "m" | "l";
  /** Shows that the act is under way and ignores clicks; the width does not change. */
  busy?: boolean;
  icon?: ReactNode;
  wide?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

/** A button with words on it. */
export function Button(props: ButtonProps) {
  const { tone = "plain", size = "m", busy = false, icon, wide, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      className={cx(styles.button, styles[tone], styles[size], wide && styles.wide, className)}
      onClick={busy ? undefined : onClick}
    >
      {icon}
      {children !== undefined && <span className={styles.label}>{children}</span>}
    </button>
  );
}
