import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";

import { cx } from "./cx";
import styles from "./Field.module.css";

type Wiring = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
  className?: string | undefined;
  children: (wiring: Wiring) => ReactNode;
};

/** A label, a control, what it is for and what is wrong with it, tied together for assistive technology. */
export function Field({ label, hint, error, hideLabel, className, children }: FieldProps) {
  const id = useId();
  const told = error ? `${id}-e` : hint ? `${id}-h` : undefined;
  const wiring: Wiring = { id, ...(told && { "aria-describedby": told }), ...(error ? { "aria-invalid": true } : {}) };
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : styles.label}>
        {label}
      </label>
      {children(wiring)}
      {error ? (
        <p id={`${id}-e`} className={styles.error} role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-h`} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

type Common = { label: ReactNode; hint?: ReactNode; error?: ReactNode; hideLabel?: boolean; fieldClass?: string };

type InputProps = Common & InputHTMLAttributes<HTMLInputElement> & { end?: ReactNode };

/** One line of text. `end` is shown inside, at its end. */
export function TextField({ label, hint, error, hideLabel = false, fieldClass, end, className, ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel} className={fieldClass}>
      {(wiring) => (
        <span className={styles.frame}>
          <input {...rest} {...wiring} className={cx(styles.control, className)} />
          {end && <span className={styles.end}>{end}</span>}
        </span>
      )}
    </Field>
  );
}

type AreaProps = Common & TextareaHTMLAttributes<HTMLTextAreaElement>;

/** Several lines of plain text. */
export function TextArea({ label, hint, error, hideLabel = false, fieldClass, className, ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel} className={fieldClass}>
      {(wiring) => <textarea rows={3} {...rest} {...wiring} className={cx(styles.control, styles.area, className)} />}
    </Field>
  );
}

type SelectProps = Common & SelectHTMLAttributes<HTMLSelectElement>;

/** One of a few: the browser's own list, good under a thumb and with a keyboard. */
export function SelectField({ label, hint, error, hideLabel = false, fieldClass, className, children, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel} className={fieldClass}>
      {(wiring) => (
        <select {...rest} {...wiring} className={cx(styles.control, styles.select, className)}>
          {children}
        </select>
      )}
    </Field>
  );
}

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type"> & { label: ReactNode; hint?: ReactNode; as?: "checkbox" | "switch" | "radio" };

/** Yes or no; as a switch where the change takes effect at once. */
export function CheckField({ label, hint, as = "checkbox", className, ...rest }: CheckProps) {
  const id = useId();
  return (
    <div className={cx(styles.check, className)}>
      <input
        {...rest}
        id={id}
        type={as === "radio" ? "radio" : "checkbox"}
        role={as === "switch" ? "switch" : undefined}
        aria-describedby={hint ? `${id}-h` : undefined}
        className={styles[as]}
      />
      <div>
        <label htmlFor={id} className={styles.checkLabel}>
          {label}
        </label>
        {hint && (
          <p id={`${id}-h`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
